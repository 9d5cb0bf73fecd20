"""The identifier of a job in the system that posted it, so that it is posted once.

Repeatable, because the index is built beside the traffic (see migration 0005).

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
phase = "expand"

INDEX = "jobs_identifier_idx"


def upgrade() -> None:
    op.execute("ALTER TABLE jobs ADD COLUMN IF NOT EXISTS identifier_name text")
    op.execute("ALTER TABLE jobs ADD COLUMN IF NOT EXISTS identifier text")
    with op.get_context().autocommit_block():
        op.execute("COMMIT")
        op.drop_index(INDEX, "jobs", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX,
            "jobs",
            ["employer_user_id", "identifier_name", "identifier"],
            unique=True,
            postgresql_where=sa.text("identifier IS NOT NULL AND status <> 'archived'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(INDEX, "jobs")
    op.drop_column("jobs", "identifier")
    op.drop_column("jobs", "identifier_name")
