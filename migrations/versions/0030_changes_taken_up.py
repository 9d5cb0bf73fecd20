"""Take up changed candidates without ranking the others: what jobs ask for, reserves, bounds.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
phase = "expand"

LISTS = ("specialization", "preferred", "technical", "bar")
ASKED: dict[str, Any] = {
    **{f"{name}_terms": ARRAY(sa.Text) for name in LISTS},
    **{f"{name}_entries": ARRAY(sa.Integer) for name in LISTS},
    **dict.fromkeys(("full_places", "near_places", "partial_places"), ARRAY(sa.Text)),
    "minimum_experience": sa.Integer,
    "states_place": sa.Boolean,
    "remote": sa.Boolean,
}


def _parent(name: str, table: str, *, primary_key: bool = False) -> sa.Column[Any]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Uuid, key, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    for name, values in ASKED.items():
        op.add_column("job_features", sa.Column(name, values))
    op.create_table(
        "job_bounds",
        _parent("job_id", "jobs", primary_key=True),
        sa.Column("score", sa.Integer),
        sa.Column("before", sa.Uuid),
        sa.Column("demand", sa.Integer, nullable=False),
        sa.Column("month", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
    )
    op.create_table(
        "reserves",
        _parent("job_id", "jobs"),
        _parent("profile_id", "profiles"),
        sa.Column("overall_score", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "profile_id"),
    )
    op.create_index("reserves_profile_idx", "reserves", ["profile_id"])
    op.alter_column("profile_changes", "profile_id", nullable=True)
    op.add_column("profile_changes", sa.Column("job_id", sa.Uuid))
    op.add_column(
        "matching_runs",
        sa.Column("takes_up", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("matching_runs", "takes_up")
    op.execute("DELETE FROM profile_changes WHERE profile_id IS NULL")
    op.drop_column("profile_changes", "job_id")
    op.alter_column("profile_changes", "profile_id", nullable=False)
    op.drop_table("reserves")
    op.drop_table("job_bounds")
    for name in ASKED:
        op.drop_column("job_features", name)
