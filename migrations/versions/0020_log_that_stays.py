"""The decision log refuses deletion before its retention, and records what retention deleted.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
phase = "expand"

# In the schema, because whoever deletes must not choose it. `migrate_database` replaces it when
# DecisionRetentionDays changes; null is never.
RETENTION = """
CREATE FUNCTION decision_retention() RETURNS interval LANGUAGE sql STABLE AS
$$ SELECT interval '1461 days' $$
"""
# With the rights of the tables' owner: the writer itself may not write `expired_decisions`.
FUNCTION = """
CREATE FUNCTION record_expired_decisions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone WHERE (recorded_at < now() - decision_retention()) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'The decision log stays until its retention is over.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM gone JOIN decisions USING (job_id) WHERE decisions.number < gone.number
    ) THEN
        RAISE EXCEPTION 'The decision log is deleted only from the beginning of a chain.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO expired_decisions (job_id, number, recorded_at, hash)
    SELECT DISTINCT ON (job_id) job_id, number, recorded_at, hash
    FROM gone ORDER BY job_id, number DESC
    ON CONFLICT (job_id) DO UPDATE SET
        number = excluded.number, recorded_at = excluded.recorded_at, hash = excluded.hash;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER decisions_expire AFTER DELETE ON decisions REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION record_expired_decisions()
"""
# Before this, only retention deleted, so what is missing was past it. When is not known exactly.
EARLIER = """
INSERT INTO expired_decisions (job_id, number, recorded_at, hash)
SELECT job_id, number - 1, least(recorded_at, now() - decision_retention()), previous
FROM (SELECT DISTINCT ON (job_id) * FROM decisions ORDER BY job_id, number) AS beginning
WHERE number > 1
"""
# The migrator's default privileges have just given the writer all of these.
PRIVILEGES = """
DO $$
BEGIN
    IF to_regrole('jobmatch_writer') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE ON expired_decisions FROM jobmatch_writer;
    END IF;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "expired_decisions",
        sa.Column("job_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.execute(RETENTION)
    op.execute(EARLIER)
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    op.execute(PRIVILEGES)


def downgrade() -> None:
    op.execute("DROP TRIGGER decisions_expire ON decisions")
    op.execute("DROP FUNCTION record_expired_decisions()")
    op.execute("DROP FUNCTION decision_retention()")
    op.drop_table("expired_decisions")
