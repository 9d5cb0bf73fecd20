"""What matching reads of a candidate, in canonical form, in one narrow table.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
phase = "expand"

profile_status = postgresql.ENUM(name="profile_status", create_type=False)


def upgrade() -> None:
    texts = postgresql.ARRAY(sa.Text)
    op.create_table(
        "profile_features",
        sa.Column(
            "profile_id",
            sa.Uuid,
            sa.ForeignKey("profiles.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("status", profile_status, nullable=False),
        sa.Column("specializations", texts, nullable=False),
        sa.Column("technical_domains", texts, nullable=False),
        sa.Column("bars", texts, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("experience", postgresql.INT4MULTIRANGE),
    )
    op.create_index(
        "profile_features_values_idx",
        "profile_features",
        ["specializations", "technical_domains", "bars"],
        postgresql_using="gin",
        postgresql_where=sa.text("status = 'active'"),
    )


def downgrade() -> None:
    op.drop_table("profile_features")
