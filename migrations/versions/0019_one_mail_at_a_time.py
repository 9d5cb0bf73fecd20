"""Until when a worker sends a mail, and at most one mail of a job at a time.

The index is built beside the traffic; see migration 0005. The release before this one neither
reads nor writes the column, and so never breaks the index.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
phase = "expand"

INDEX = "notifications_leased_job_idx"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("COMMIT")
        op.execute("ALTER TABLE notifications ADD COLUMN IF NOT EXISTS lease_until timestamptz")
        op.drop_index(INDEX, "notifications", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX,
            "notifications",
            ["job_id"],
            unique=True,
            postgresql_where=sa.text("lease_until IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(INDEX, "notifications")
    op.drop_column("notifications", "lease_until")
