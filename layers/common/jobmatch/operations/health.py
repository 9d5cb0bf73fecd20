"""Whether the database answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import literal, select

from jobmatch.config import settings
from jobmatch.postgres import connect

if TYPE_CHECKING:
    from sqlalchemy import Connection

FRESH_SECONDS = 10
"""For so long a good answer of the database counts."""
_answered_at: dict[str, float] = {}
"""When each database last answered. By the clock, which goes on while a function is frozen."""


@dataclass(frozen=True, slots=True)
class Health:
    """The service and its database answer; otherwise the status is 503."""

    status: Literal["ok"]


def read_health() -> Health:
    """The health of the service, for anybody: callers without a token must not load the database.

    A failure is not remembered.
    """
    database = settings().database_url
    if not 0 <= time.time() - _answered_at.get(database, 0) < FRESH_SECONDS:
        with connect() as connection:
            get_health(connection)
        _answered_at[database] = time.time()
    return Health(status="ok")


def get_health(connection: Connection) -> None:
    """Ask the database for a statement that reads no table."""
    connection.execute(select(literal(1)))
