"""Indexes that serve the lists of admins, built beside the traffic.

A migration of its own, as 0005 is, and repeatable like it.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
phase = "expand"

# As in jobmatch.models, which may change later.
NAME_WORDS = (
    "to_tsvector('simple'::regconfig, translate(name::text, '-.,/()''\u2019'::text,"
    " '        '::text))"
)
INDEXES: dict[str, tuple[str, list[Any], str]] = {
    "jobs_matching_page_idx": ("jobs", ["matching_status", "created_at", "id"], "btree"),
    "profiles_page_idx": ("profiles", ["created_at", "id"], "btree"),
    "profiles_status_page_idx": ("profiles", ["status", "created_at", "id"], "btree"),
    "profiles_name_idx": ("profiles", [sa.text(NAME_WORDS)], "gin"),
    "profiles_email_idx": (
        "profiles",
        [sa.text("lower(email::text) text_pattern_ops")],
        "btree",
    ),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        for name, (table, columns, kind) in INDEXES.items():
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            op.create_index(
                name, table, columns, postgresql_using=kind, postgresql_concurrently=True
            )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
