"""Since when a job is due, so that the age of the oldest one can be told.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    # PostgreSQL keeps such a default beside the table: no row is rewritten.
    column = sa.Column(
        "matching_due_since",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.func.now(),
    )
    op.add_column("jobs", column)


def downgrade() -> None:
    op.drop_column("jobs", "matching_due_since")
