"""The decision log, and the keys of the pseudonyms by which candidates stand in it.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
phase = "expand"

decision_kind = postgresql.ENUM(
    "ranked", "told", "invalidated", name="decision_kind", create_type=False
)
# Whoever may write the table may add to it, and take away what is past the retention.
FUNCTION = """
CREATE FUNCTION refuse_to_change_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The decision log is only added to.' USING ERRCODE = 'restrict_violation';
END
$$
"""
TRIGGER = """
CREATE TRIGGER decisions_stay BEFORE UPDATE OR TRUNCATE ON decisions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_decisions()
"""


def upgrade() -> None:
    decision_kind.create(op.get_bind())
    op.create_table(
        "candidate_keys",
        sa.Column(
            "profile_id",
            sa.Uuid,
            sa.ForeignKey("profiles.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "key",
            sa.LargeBinary,
            nullable=False,
            server_default=sa.text("uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())"),
        ),
    )
    op.create_table(
        "decisions",
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", decision_kind, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number"),
    )
    op.create_index("decisions_recorded_idx", "decisions", ["recorded_at", "job_id", "number"])
    op.create_index(
        "decisions_candidates_idx",
        "decisions",
        [sa.text("((entry::jsonb -> 'candidates'::text))")],
        postgresql_using="gin",
    )
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.drop_table("decisions")
    op.drop_table("candidate_keys")
    op.execute("DROP FUNCTION refuse_to_change_decisions()")
    decision_kind.drop(op.get_bind())
