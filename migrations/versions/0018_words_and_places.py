"""Places as keys, the operator's aliases, and the rules that a job was matched by.

A row of features that an older release has written keeps its places empty until it is indexed
anew; the version beside the profile says so.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.add_column("profile_features", sa.Column("places", postgresql.ARRAY(sa.Text)))
    op.add_column("jobs", sa.Column("matching_version", sa.Text))
    op.add_column("matching_runs", sa.Column("vocabulary_version", sa.Text))
    op.create_table(
        "vocabulary_aliases",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("term", sa.String(100), nullable=False),
        sa.Column("created_by", sa.Uuid),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.Column("deleted_by", sa.Uuid),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "list IN ('specializations', 'technicalDomains', 'bars')",
            name=op.f("vocabulary_aliases_list_check"),
        ),
    )
    op.create_index(
        "vocabulary_aliases_form_idx",
        "vocabulary_aliases",
        ["list", "form"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("vocabulary_aliases")
    op.drop_column("matching_runs", "vocabulary_version")
    op.drop_column("jobs", "matching_version")
    op.drop_column("profile_features", "places")
