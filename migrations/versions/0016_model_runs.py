"""Keep with a run which language model scored, at what cost, and what it failed at.

Null is right for the runs that are there: the rubric scored them.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
phase = "expand"

COLUMNS: dict[str, Any] = {
    "model_id": sa.Text(),
    "prompt_version": sa.Integer(),
    "asked": sa.Integer(),
    "input_tokens": sa.Integer(),
    "output_tokens": sa.Integer(),
    "failures": JSONB(),
    "fallback": sa.Text(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("matching_runs", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("matching_runs", name)
