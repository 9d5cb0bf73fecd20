"""Indexes that find old history, built beside the traffic.

A migration of its own, as 0005 is, and repeatable like it.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
phase = "expand"

INDEXES = {
    "matching_runs_started_idx": ("matching_runs", ["started_at", "id"]),
    "notifications_created_idx": ("notifications", ["created_at", "id"]),
    "idempotency_keys_created_idx": ("idempotency_keys", ["created_at"]),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        for name, (table, columns) in INDEXES.items():
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            op.create_index(name, table, columns, postgresql_concurrently=True)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
