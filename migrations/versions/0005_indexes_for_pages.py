"""Indexes that serve the keyset pages, built beside the traffic.

A migration of its own: what is built concurrently is outside any transaction, so that this one
must be repeatable after it broke off half-way.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
phase = "expand"

INDEXES: dict[str, tuple[str, list[Any], Any]] = {
    "jobs_employer_page_idx": ("jobs", ["employer_user_id", "created_at", "id"], None),
    "jobs_page_idx": ("jobs", ["created_at", "id"], None),
    "jobs_open_idx": ("jobs", ["created_at", "id"], sa.text("status = 'open'")),
    "job_matches_page_idx": (
        "job_matches",
        ["job_id", sa.text("overall_score DESC"), "profile_id"],
        None,
    ),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # alembic asks for the isolation level on the way in, and pg8000 opens a transaction for
        # every question.
        op.execute("COMMIT")
        for name, (table, columns, where) in INDEXES.items():
            # A build that broke off leaves an invalid index behind.
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            op.create_index(
                name, table, columns, postgresql_where=where, postgresql_concurrently=True
            )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
