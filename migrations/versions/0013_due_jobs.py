"""An index that finds the few jobs that are due among all that are open, built beside the traffic.

A migration of its own, as 0005 is, and repeatable like it.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
phase = "expand"

INDEX = "jobs_due_idx"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        op.drop_index(INDEX, "jobs", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX,
            "jobs",
            ["matching_status", "matched_at"],
            postgresql_where=sa.text("status = 'open'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(INDEX, "jobs")
