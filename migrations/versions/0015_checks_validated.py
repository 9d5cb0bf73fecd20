"""Validate the checks of migration 0014, beside the traffic: reads and writes go on meanwhile.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
phase = "expand"

ADDED = """
SELECT CAST(conrelid AS regclass), conname FROM pg_constraint
WHERE contype = 'c' AND NOT convalidated AND connamespace = CAST('public' AS regnamespace)
ORDER BY 1, 2
"""


def upgrade() -> None:
    for table, name in op.get_bind().exec_driver_sql(ADDED).all():
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    """A check can't be made unvalidated, and need not be."""
