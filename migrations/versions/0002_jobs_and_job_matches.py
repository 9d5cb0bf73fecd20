"""Jobs and job matches, exactly as the existing platform can adopt them.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
phase = "expand"

job_status = postgresql.ENUM(
    "draft", "open", "closed", "archived", name="job_status", create_type=False
)
matching_status = postgresql.ENUM(
    "pending", "running", "completed", "failed", name="matching_status", create_type=False
)


def upgrade() -> None:
    job_status.create(op.get_bind())
    matching_status.create(op.get_bind())
    texts = postgresql.ARRAY(sa.Text)
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column(
            "employer_user_id",
            sa.Uuid,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("status", job_status, nullable=False, server_default="draft"),
        sa.Column("matching_status", matching_status, nullable=False, server_default="pending"),
        sa.Column("required_specializations", texts),
        sa.Column("preferred_specializations", texts),
        sa.Column("minimum_experience", sa.Integer),
        sa.Column("preferred_location", sa.String(255)),
        sa.Column("required_bar", texts),
        sa.Column("required_technical_domains", texts),
        sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("matched_at", sa.DateTime(timezone=True)),
    )
    op.create_index("jobs_employer_idx", "jobs", ["employer_user_id"])
    op.create_index("jobs_status_idx", "jobs", ["status"])
    op.create_table(
        "job_matches",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column("job_id", sa.Uuid, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "profile_id",
            sa.Uuid,
            sa.ForeignKey("profiles.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("overall_score", sa.Integer, nullable=False),
        sa.Column("subscores", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("recommendation", sa.String(50), nullable=False),
        sa.Column(
            "scored_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("notified_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "job_matches_job_profile_idx", "job_matches", ["job_id", "profile_id"], unique=True
    )
    op.create_index("job_matches_job_idx", "job_matches", ["job_id"])
    op.create_index("job_matches_profile_idx", "job_matches", ["profile_id"])
    op.create_index("job_matches_score_idx", "job_matches", ["job_id", "overall_score"])


def downgrade() -> None:
    op.drop_table("job_matches")
    op.drop_table("jobs")
    matching_status.drop(op.get_bind())
    job_status.drop(op.get_bind())
