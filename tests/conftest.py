"""Fixtures: a real PostgreSQL, a rolled-back transaction, the API in process, and its queue.

Tests of queries take `connection`: one transaction that is rolled back. Tests of handlers and
of races take `database` (through `api`): they commit, and the tables are emptied afterwards.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from logging import StreamHandler
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from moto import mock_aws
from sqlalchemy import make_url, text

from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import _engine, engine
from jobmatch.telemetry import logger
from local.issuer import Issuer
from local.postgres import EmbeddedPostgres, driver_url
from tests.support.api import Api, InProcess
from tests.support.cloud import Cloud, Queue
from tests.support.paths import ROOT
from tests.support.people import People
from tests.support.rivals import Rivals
from tests.support.rows import empty_tables
from tests.support.served import serving
from tests.support.settings import follow_the_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.support.served import Served

follow_the_environment()


@pytest.fixture(autouse=True)
def _no_correlation_id() -> None:
    """Each test starts as a new process does: what came before is not going on any more."""
    logger.set_correlation_id(None)


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What is logged during the test, as the JSON lines that AWS would collect."""
    handler = logger.registered_handler
    assert isinstance(handler, StreamHandler)
    lines = StringIO()
    before = handler.setStream(lines)
    yield lines
    handler.setStream(before)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server: the one that DATABASE_URL names, else an embedded one."""
    if given := os.environ.get("DATABASE_URL"):
        yield driver_url(given)
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    server.start()
    yield server.url()
    server.stop()


@pytest.fixture(scope="session")
def empty_database_url(server_url: str) -> Iterator[str]:
    """A database of this session's own, without any table."""
    name = f"test_{uuid4().hex}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", server_url)
        with engine().connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        with engine().connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine().dispose()
    _engine.cache_clear()


@pytest.fixture(scope="session")
def migrated_url(empty_database_url: str) -> Iterator[str]:
    """The session's database at the newest schema, and the environment that points to it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", empty_database_url)
        patch.setenv("DATABASE_POOL_SIZE", "8")
        upgrade(ROOT / "migrations", contract=True)
        yield empty_database_url
        engine().dispose()


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection]:
    """A connection whose one transaction is rolled back."""
    with engine().connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.autocommit = False
        transaction = connection.begin()
        yield connection
        transaction.rollback()
        driver.autocommit = True


@pytest.fixture
def database(migrated_url: str) -> Iterator[str]:
    """The address of a database that is emptied after the test."""
    yield migrated_url
    empty_tables()


@pytest.fixture
def own_database(server_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database that DATABASE_URL names during the test."""
    name = f"migrations_{uuid4().hex}"
    monkeypatch.setenv("DATABASE_POOL_SIZE", "4")
    monkeypatch.setenv("DATABASE_URL", server_url)
    server = engine()
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    engine().dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The simulated AWS: the queues that the environment names, and the mails that were sent."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        cloud = Cloud.create()
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        yield cloud


@pytest.fixture
def queue(cloud: Cloud) -> Queue:
    """The matching queue."""
    return cloud.matching


@pytest.fixture
def api(database: str, queue: Queue) -> Api:
    """The HTTP API: requests go through the handlers as API Gateway would hand them over."""
    return InProcess()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Who signs tokens that the gateway accepts."""
    return Issuer(tmp_path_factory.mktemp("issuer") / "key.pem")


@pytest.fixture
def served(database: str, queue: Queue, issuer: Issuer) -> Iterator[Served]:
    """The HTTP API on a port, behind the gateway that checks tokens."""
    with serving(issuer) as client:
        yield client


@pytest.fixture
def people(database: str) -> People:
    """An admin and two employers, committed."""
    return People.create()


@pytest.fixture
def rivals(database: str) -> Iterator[Rivals]:
    """Transactions that wait for each other."""
    with ThreadPoolExecutor() as pool:
        yield Rivals(pool)
