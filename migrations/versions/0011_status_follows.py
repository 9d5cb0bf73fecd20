"""Have the status that matching reads follow the profile's, whoever changes that.

Then a read that shows candidates need not look at `profiles` as well.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
phase = "expand"

# A platform that may write profiles need not be allowed to write what we make of them.
FUNCTION = """
CREATE FUNCTION profile_status_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE profile_features SET status = NEW.status
    WHERE profile_id = NEW.id AND status IS DISTINCT FROM NEW.status;
    IF FOUND THEN
        INSERT INTO profile_changes (profile_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER profiles_status_follows AFTER UPDATE OF status ON profiles
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION profile_status_follows()
"""
MISSED = """
UPDATE profile_features SET status = profiles.status FROM profiles
WHERE profiles.id = profile_features.profile_id AND profiles.status <> profile_features.status
"""


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    op.execute(MISSED)


def downgrade() -> None:
    op.execute("DROP TRIGGER profiles_status_follows ON profiles")
    op.execute("DROP FUNCTION profile_status_follows()")
