"""How alembic reaches the database: the layer's engine, one migration at a time.

Two deployments at once wait for each other at an advisory lock. Locks are waited for briefly,
because a migration that waits for a table makes every later query wait behind it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import text

from jobmatch.models import all_tables
from jobmatch.postgres import engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

ADVISORY_LOCK = 4_701_202_611
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "15min"


def run_migrations() -> None:
    """Run what alembic was asked to run, each migration in a transaction of its own."""
    with (
        engine().connect().execution_options(isolation_level="READ COMMITTED") as connection,
        _session(connection),
    ):
        context.configure(
            connection=connection,
            target_metadata=all_tables(),
            transaction_per_migration=True,
            compare_server_default=True,
            on_version_apply=context.config.attributes.get("on_version_apply"),
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _session(connection: Connection) -> Iterator[None]:
    # Asked for again and again, because a session that waits inside PostgreSQL holds a snapshot,
    # and the other one's concurrent index build would wait for that in turn.
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}):
        connection.rollback()
        time.sleep(0.2)
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("RESET statement_timeout"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        connection.commit()


run_migrations()
