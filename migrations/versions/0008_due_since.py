"""Since when a job is due, so that the age of the oldest one can be told.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


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
