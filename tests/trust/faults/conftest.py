"""A PostgreSQL of our own, to which anything may happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from local.postgres import EmbeddedPostgres
from tests.support.addresses import Relay
from tests.support.outages import migrate, stop_and_start, used
from tests.support.rows import empty_tables

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server with our schema that keeps what it has committed, whatever happens."""
    # Its processes are killed, but never the machine: what is written need not reach the disk.
    server = EmbeddedPostgres(tmp_path_factory.mktemp("victim"), durable=False)
    server.start()
    migrate(server.url())
    server.query("ALTER DATABASE jobmatch SET synchronous_commit = on")
    server.query("ALTER SYSTEM SET max_connections = 40")
    stop_and_start(server)
    yield server
    server.stop()


@pytest.fixture
def database(server: EmbeddedPostgres) -> Iterator[str]:
    """Its address, in the environment too; the tables are emptied afterwards."""
    with used(server.url()):
        yield server.url()
        empty_tables()


@pytest.fixture
def relay(database: str, server: EmbeddedPostgres) -> Iterator[Relay]:
    """What stands between us and the server from now on."""
    with Relay(server.port) as relay:
        url = make_url(database).set(port=relay.port)
        with used(url.render_as_string(hide_password=False)):
            yield relay
