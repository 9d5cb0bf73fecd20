"""Suppression of present employers, and which jobs a change concerns.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
phase = "expand"

NONE = sa.text("'{}'")
COLUMNS: dict[str, Any] = {
    "employers": postgresql.ARRAY(sa.Text),
    "employed_until": postgresql.ARRAY(sa.Integer),
    "mail_domains": postgresql.ARRAY(sa.Text),
}


def upgrade() -> None:
    texts = postgresql.ARRAY(sa.Text)
    for name, values in COLUMNS.items():
        # Filled for the rows that are there, then required of every writer.
        op.add_column(
            "profile_features", sa.Column(name, values, nullable=False, server_default=NONE)
        )
        op.alter_column("profile_features", name, server_default=None)
    op.create_table(
        "profile_changes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("profile_id", sa.Uuid, nullable=False),
    )
    op.create_table(
        "employer_features",
        sa.Column(
            "user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("company_name", sa.Text, nullable=False),
        sa.Column("corporate_domains", texts),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("domains", texts, nullable=False),
    )
    op.create_table(
        "job_features",
        sa.Column(
            "job_id", sa.Uuid, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("specializations", texts, nullable=False),
        sa.Column("technical_domains", texts, nullable=False),
        sa.Column("bars", texts, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("job_features")
    op.drop_table("employer_features")
    op.drop_table("profile_changes")
    for name in COLUMNS:
        op.drop_column("profile_features", name)
