"""When an employer asked for previews, so that any hour counts and not only one from the first.

`since` and `previews` are not used any more; a later release drops them.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    times = ARRAY(sa.DateTime(timezone=True))
    none = sa.text("'{}'")
    op.add_column(
        "preview_counts", sa.Column("asked_at", times, nullable=False, server_default=none)
    )


def downgrade() -> None:
    op.drop_column("preview_counts", "asked_at")
