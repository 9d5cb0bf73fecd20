"""Indexes by which a preview counts candidates, built beside the traffic.

A migration of its own, as 0005 is, and repeatable like it.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
phase = "expand"

TABLE = "profile_features"
INDEXES: dict[str, tuple[list[str], str, str]] = {
    "profile_features_active_idx": (["profile_id"], "btree", "status = 'active'"),
    "profile_features_employers_idx": (["employers", "mail_domains"], "gin", "status = 'active'"),
    "profile_features_unindexed_idx": (["profile_id"], "btree", "places IS NULL"),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        for name, (columns, kind, where) in INDEXES.items():
            op.drop_index(name, TABLE, postgresql_concurrently=True, if_exists=True)
            op.create_index(
                name,
                TABLE,
                columns,
                postgresql_using=kind,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, TABLE)
