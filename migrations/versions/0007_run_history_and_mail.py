"""The history of runs, the fingerprints of matches, and the mail to employers.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
phase = "expand"

run_outcome = postgresql.ENUM(
    "running",
    "completed",
    "overtaken",
    "failed",
    "abandoned",
    name="run_outcome",
    create_type=False,
)
notification_status = postgresql.ENUM(
    "due", "claimed", "sent", "dropped", "refused", name="notification_status", create_type=False
)


def upgrade() -> None:
    run_outcome.create(op.get_bind())
    notification_status.create(op.get_bind())
    times = sa.DateTime(timezone=True)
    now = sa.func.now()
    op.add_column("job_matches", sa.Column("fingerprint", sa.Text))
    op.create_table(
        "matching_runs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("job_id", sa.Uuid, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("started_at", times, nullable=False, server_default=now),
        sa.Column("finished_at", times),
        sa.Column("outcome", run_outcome, nullable=False, server_default="running"),
        sa.Column("scorer", sa.Text, nullable=False),
        sa.Column("rubric_version", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer),
        sa.Column("kept", sa.Integer),
        sa.Column("scored", sa.Integer),
        sa.Column("reused", sa.Integer),
        sa.Column("failed", sa.Integer),
        sa.Column("error", sa.Text),
    )
    op.create_index("matching_runs_job_page_idx", "matching_runs", ["job_id", "started_at", "id"])
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column("job_id", sa.Uuid, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("run_id", sa.Uuid, nullable=False),
        sa.Column("status", notification_status, nullable=False, server_default="due"),
        sa.Column("due_at", times, nullable=False, server_default=now),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", times, nullable=False, server_default=now),
        sa.Column("claimed_at", times),
        sa.Column("finished_at", times),
    )
    op.create_index(
        "notifications_due_job_idx",
        "notifications",
        ["job_id"],
        unique=True,
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_table(
        "notification_settings",
        sa.Column(
            "user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("threshold", sa.Integer, nullable=False, server_default=sa.text("75")),
        sa.CheckConstraint(
            "threshold BETWEEN 0 AND 100", name="notification_settings_threshold_check"
        ),
    )


def downgrade() -> None:
    op.drop_table("notification_settings")
    op.drop_table("notifications")
    op.drop_table("matching_runs")
    op.drop_column("job_matches", "fingerprint")
    notification_status.drop(op.get_bind())
    run_outcome.drop(op.get_bind())
