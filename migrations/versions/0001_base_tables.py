"""Base tables: the parts of the marketplace's users and candidates that we use.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"

user_role = postgresql.ENUM("candidate", "employer", "admin", name="user_role", create_type=False)
profile_status = postgresql.ENUM(
    "pending_review", "active", "rejected", name="profile_status", create_type=False
)
DOCUMENTS = sa.text("'[]'::jsonb")


def upgrade() -> None:
    user_role.create(op.get_bind())
    profile_status.create(op.get_bind())
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column("email", sa.String(255), nullable=False, unique=True),
        sa.Column("role", user_role, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
    )
    op.create_table(
        "employer_profiles",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column(
            "user_id",
            sa.Uuid,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("company_name", sa.String(255), nullable=False),
        sa.Column("corporate_domains", postgresql.ARRAY(sa.Text)),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
    )
    op.create_table(
        "profiles",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("email", sa.String(255)),
        sa.Column("status", profile_status, nullable=False, server_default="pending_review"),
        sa.Column("location", sa.String(255)),
        sa.Column("specializations", postgresql.ARRAY(sa.Text)),
        sa.Column("technical_domains", postgresql.ARRAY(sa.Text)),
        sa.Column("bar_admissions", postgresql.JSONB, nullable=False, server_default=DOCUMENTS),
        sa.Column("work_history", postgresql.JSONB, nullable=False, server_default=DOCUMENTS),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
    )


def downgrade() -> None:
    op.drop_table("profiles")
    op.drop_table("employer_profiles")
    op.drop_table("users")
    profile_status.drop(op.get_bind())
    user_role.drop(op.get_bind())
