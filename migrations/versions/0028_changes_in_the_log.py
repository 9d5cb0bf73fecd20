"""Entries of the decision log that tell only what a run changed, and the entry of each run.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.add_column("decisions", sa.Column("base", sa.Integer))
    op.add_column("matching_runs", sa.Column("entry_number", sa.Integer))


def downgrade() -> None:
    op.drop_column("matching_runs", "entry_number")
    op.drop_column("decisions", "base")
