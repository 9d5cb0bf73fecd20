"""Whether the database answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import literal, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Health:
    """The service and its database answer; otherwise the status is 503."""

    status: Literal["ok"]


def get_health(connection: Connection) -> Health:
    """The health of the service, tested by a statement that reads no table."""
    connection.execute(select(literal(1)))
    return Health(status="ok")
