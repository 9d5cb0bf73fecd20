"""Versions and the fence of jobs, what was told, and idempotency keys.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
phase = "expand"

ZERO = sa.text("0")


def upgrade() -> None:
    times = sa.DateTime(timezone=True)
    for column in (
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("matching_run_id", sa.Uuid),
        sa.Column("matching_lease_until", times),
        sa.Column("matching_demand", sa.Integer, nullable=False, server_default=ZERO),
        sa.Column("matching_claimed_demand", sa.Integer, nullable=False, server_default=ZERO),
        sa.Column("matching_failures", sa.Integer, nullable=False, server_default=ZERO),
        sa.Column("matching_retry_at", times),
        sa.Column("last_error", sa.Text),
    ):
        op.add_column("jobs", column)
    op.create_check_constraint("jobs_version_check", "jobs", "version > 0")
    op.create_table(
        "told_matches",
        sa.Column(
            "job_id", sa.Uuid, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "profile_id",
            sa.Uuid,
            sa.ForeignKey("profiles.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("notified_at", times, nullable=False),
    )
    op.create_index("told_matches_profile_idx", "told_matches", ["profile_id"])
    # A platform that adopts us has told its employers already.
    op.execute(
        "INSERT INTO told_matches (job_id, profile_id, notified_at)"
        " SELECT job_id, profile_id, notified_at FROM job_matches WHERE notified_at IS NOT NULL"
    )
    op.create_table(
        "idempotency_keys",
        sa.Column(
            "caller_user_id",
            sa.Uuid,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("created_at", times, nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("told_matches")
    for column in (
        "version",
        "matching_run_id",
        "matching_lease_until",
        "matching_demand",
        "matching_claimed_demand",
        "matching_failures",
        "matching_retry_at",
        "last_error",
    ):
        op.drop_column("jobs", column)
