"""Whether the database answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import literal, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Health:
    """That the service and its database answer; if they don't, the answer is a 503."""

    status: Literal["ok"]


def get_health(connection: Connection) -> Health:
    """Health of the service, as far as a statement that reads nothing can tell."""
    connection.execute(select(literal(1)))
    return Health(status="ok")
