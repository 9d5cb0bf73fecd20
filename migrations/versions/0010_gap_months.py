"""Count months of experience without walking through their ranges.

Null is right for the rows that are there: their months are counted as before until they are
written again.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.add_column("profile_features", sa.Column("gap_months", sa.Integer, nullable=True))


def downgrade() -> None:
    op.drop_column("profile_features", "gap_months")
