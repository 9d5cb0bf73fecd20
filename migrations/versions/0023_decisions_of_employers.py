"""What an employer has decided about a candidate, and when each candidate was first found.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
phase = "expand"

# As in migration 0011: a platform that may write matches need not be allowed to write this. Sorted,
# so that two transactions that store the same matches wait for each other and never deadlock.
FUNCTION = """
CREATE FUNCTION note_found_matches() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO found_matches (job_id, profile_id)
    SELECT job_id, profile_id FROM stored ORDER BY job_id, profile_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER job_matches_are_found AFTER INSERT ON job_matches
REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION note_found_matches()
"""
# The earliest that is known: a match may have been scored anew after the employer was told.
KNOWN = """
INSERT INTO found_matches (job_id, profile_id, found_at)
SELECT job_id, profile_id, min(at) FROM (
    SELECT job_id, profile_id, least(scored_at, notified_at) AS at FROM job_matches
    UNION ALL
    SELECT job_id, profile_id, notified_at FROM told_matches
) AS known GROUP BY job_id, profile_id
"""


def _pair() -> tuple[Any, ...]:
    return (
        sa.Column("job_id", sa.Uuid, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "profile_id", sa.Uuid, sa.ForeignKey("profiles.id", ondelete="CASCADE"), nullable=False
        ),
        sa.PrimaryKeyConstraint("job_id", "profile_id"),
    )


def _now(name: str) -> Any:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
    )


def upgrade() -> None:
    # Stays at a downgrade: PostgreSQL takes no value from an enum, nor we an entry from the log.
    op.execute("ALTER TYPE decision_kind ADD VALUE IF NOT EXISTS 'decided'")
    op.create_table(
        "match_decisions",
        *_pair(),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        _now("decided_at"),
        sa.CheckConstraint("decision IN ('shortlisted', 'held', 'declined')", name="decision"),
        sa.CheckConstraint("is_text(reason, 2000)", name="reason"),
        sa.CheckConstraint("decision <> 'declined' OR reason IS NOT NULL", name="declined"),
    )
    op.create_index("match_decisions_profile_idx", "match_decisions", ["profile_id"])
    op.create_table("found_matches", *_pair(), _now("found_at"))
    op.create_index("found_matches_profile_idx", "found_matches", ["profile_id"])
    op.create_index("found_matches_job_idx", "found_matches", ["job_id", "found_at"])
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    op.execute(KNOWN)


def downgrade() -> None:
    op.execute("DROP TRIGGER job_matches_are_found ON job_matches")
    op.execute("DROP FUNCTION note_found_matches()")
    op.drop_table("found_matches")
    op.drop_table("match_decisions")
