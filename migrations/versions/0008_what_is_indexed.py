"""What the features of profiles and employers were made from, and by which version of the rules.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
phase = "expand"

INDEX = "profiles_indexed_idx"
MADE_BY = "(CASE WHEN indexed_at = updated_at THEN indexed_version END)"


def upgrade() -> None:
    # Null in the rows that are there: they count as not indexed until reindex_profiles was run.
    # The columns may be there already, if the index could not be built the last time.
    for column in ("indexed_at timestamptz", "indexed_version text"):
        op.execute(f"ALTER TABLE profiles ADD COLUMN IF NOT EXISTS {column}")
    op.execute("ALTER TABLE employer_features ADD COLUMN IF NOT EXISTS version text")
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        op.drop_index(INDEX, "profiles", postgresql_concurrently=True, if_exists=True)
        op.create_index(INDEX, "profiles", [sa.text(MADE_BY)], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index(INDEX, "profiles")
    op.drop_column("employer_features", "version")
    op.drop_column("profiles", "indexed_version")
    op.drop_column("profiles", "indexed_at")
