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

profile_status = postgresql.ENUM(name="profile_status", create_type=False)


def upgrade() -> None:
    texts = postgresql.ARRAY(sa.Text)
    # The unique index is built beside the traffic, then becomes the constraint in an instant.
    with op.get_context().autocommit_block():
        # alembic asks for the isolation level on the way in, and pg8000 opens a transaction for
        # every question.
        op.execute("COMMIT")
        op.create_index(
            "profiles_id_status_key",
            "profiles",
            ["id", "status"],
            unique=True,
            postgresql_concurrently=True,
            if_not_exists=True,
        )
    op.execute(
        "ALTER TABLE profiles ADD CONSTRAINT profiles_id_status_key"
        " UNIQUE USING INDEX profiles_id_status_key"
    )
    op.create_table(
        "profile_features",
        sa.Column("profile_id", sa.Uuid, primary_key=True),
        sa.Column("status", profile_status, nullable=False),
        sa.Column("specializations", texts, nullable=False),
        sa.Column("technical_domains", texts, nullable=False),
        sa.Column("bars", texts, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("experience", postgresql.INT4MULTIRANGE),
        sa.ForeignKeyConstraint(
            ["profile_id", "status"],
            ["profiles.id", "profiles.status"],
            name="profile_features_profile_id_status_fkey",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
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
    op.drop_constraint("profiles_id_status_key", "profiles")
