"""Whether the database answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import literal, select

from jobmatch.operations.health_schemas import Health

if TYPE_CHECKING:
    from sqlalchemy import Connection


def get_health(connection: Connection) -> Health:
    """Health of the service, as far as a statement that reads nothing can tell."""
    connection.execute(select(literal(1)))
    return Health(status="ok")
