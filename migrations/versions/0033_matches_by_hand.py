"""The index that finds the matches that runs did not store, built beside the traffic.

A migration of its own, as 0005 is, and repeatable like it.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
phase = "expand"

TABLE = "job_matches"
INDEX = "job_matches_by_hand_idx"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        op.drop_index(INDEX, TABLE, postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX,
            TABLE,
            ["job_id", "profile_id"],
            postgresql_where=sa.text("fingerprint IS NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
