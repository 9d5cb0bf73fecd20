"""Webhooks: who subscribes to which events, and the outbox of what they are sent.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
phase = "expand"

# The migrator's default privileges have just let the reader read the secrets, too.
PRIVILEGES = """
DO $$
BEGIN
    IF to_regrole('jobmatch_reader') IS NOT NULL THEN
        REVOKE SELECT ON webhooks FROM jobmatch_reader;
        GRANT SELECT (
            id, employer_user_id, created_by, url, events, enabled, disabled_because,
            previous_secret_until, last_sequence, created_at, mail_due_at, mail_attempts
        ) ON webhooks TO jobmatch_reader;
    END IF;
END
$$
"""
TIME = sa.DateTime(timezone=True)
NOW = sa.func.now()


def _id(name: str, parent: str = "", **options: Any) -> sa.Column[Any]:
    if parent:
        return sa.Column(
            name, sa.Uuid, sa.ForeignKey(f"{parent}.id", ondelete="CASCADE"), **options
        )
    return sa.Column(name, sa.Uuid, **options)


def upgrade() -> None:
    op.create_table(
        "webhooks",
        _id("id", primary_key=True, server_default=sa.func.gen_random_uuid()),
        _id("employer_user_id", "users"),
        sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", ARRAY(sa.Text), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("disabled_because", sa.Text),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("previous_secret", sa.Text),
        sa.Column("previous_secret_until", TIME),
        sa.Column("last_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("mail_due_at", TIME),
        sa.Column("mail_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.CheckConstraint("is_text(url, 2000)", name="url"),
        sa.CheckConstraint("disabled_because IN ('failing')", name="disabled_because"),
        sa.CheckConstraint(
            "(previous_secret IS NULL) = (previous_secret_until IS NULL)", name="previous_secret"
        ),
    )
    op.create_index("webhooks_employer_idx", "webhooks", ["employer_user_id"])
    op.create_index(
        "webhooks_mail_idx",
        "webhooks",
        ["mail_due_at"],
        postgresql_where=sa.text("mail_due_at IS NOT NULL"),
    )
    op.create_index(
        "webhooks_previous_secret_idx",
        "webhooks",
        ["previous_secret_until"],
        postgresql_where=sa.text("previous_secret_until IS NOT NULL"),
    )
    op.create_index("webhooks_page_idx", "webhooks", ["created_at", "id"])
    op.create_table(
        "webhook_events",
        _id("id", primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        _id("webhook_id", "webhooks", nullable=False),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        _id("job_id", "jobs"),
        _id("profile_id"),
        sa.Column("state", sa.Text, nullable=False, server_default="due"),
        sa.Column("claims", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", TIME, server_default=NOW),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", sa.Text),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.CheckConstraint("state IN ('due', 'claimed', 'delivered', 'given_up')", name="state"),
    )
    for name, columns, where in (
        ("new", ["webhook_id", "number"], "sequence IS NULL"),
        ("due", ["webhook_id", "sequence"], "state IN ('due', 'claimed')"),
        ("profile", ["profile_id", "webhook_id", "job_id", "number"], "profile_id IS NOT NULL"),
    ):
        op.create_index(
            f"webhook_events_{name}_idx",
            "webhook_events",
            columns,
            postgresql_where=sa.text(where),
        )
    op.create_index(
        "webhook_events_sequence_idx", "webhook_events", ["webhook_id", "sequence"], unique=True
    )
    op.create_index("webhook_events_job_idx", "webhook_events", ["job_id"])
    op.create_index("webhook_events_created_idx", "webhook_events", ["created_at", "id"])
    op.execute(PRIVILEGES)


def downgrade() -> None:
    op.drop_table("webhook_events")
    op.drop_table("webhooks")
