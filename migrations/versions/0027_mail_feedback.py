"""Why no mail goes to an employer's address: it bounced, or its owner complained.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
phase = "expand"

TABLE = "notification_settings"
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("off_address", sa.Text))
    op.add_column(TABLE, sa.Column("off_because", sa.Text))
    op.add_column(TABLE, sa.Column("off_since", TIME))
    op.add_column(TABLE, sa.Column("on_since", TIME))
    op.create_check_constraint("off_because", TABLE, "off_because IN ('bounce', 'complaint')")


def downgrade() -> None:
    for name in ("on_since", "off_since", "off_because", "off_address"):
        op.drop_column(TABLE, name)
