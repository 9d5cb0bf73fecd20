"""A database whose disk is full: what can't be written is refused, and the rest goes on."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from local.postgres import EmbeddedPostgres
from tests.support.disks import filled, small_disk
from tests.support.outages import migrate, recovered_or_ended, stop_and_start, used
from tests.support.traffic import Traffic, report
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import StringIO

    from tests.support.api import Api
    from tests.support.people import People

MEGABYTES = 160
SMALL = ("max_wal_size = '64MB'", "min_wal_size = '32MB'", "autovacuum = off")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server on a small disk."""
    folder = tmp_path_factory.mktemp("disk")
    with small_disk(folder, MEGABYTES):
        server = EmbeddedPostgres(folder, durable=False)
        server.start()
        try:
            for setting in SMALL:
                server.query(f"ALTER SYSTEM SET {setting}")
            server.query("SELECT pg_reload_conf()")
            server.query("ALTER DATABASE jobmatch SET synchronous_commit = on")
            migrate(server.url())
            yield server
        finally:
            server.stop()


@pytest.fixture
def database(full: EmbeddedPostgres) -> Iterator[str]:
    with used(full.url()):
        yield full.url()


def test_a_full_disk_is_named_in_the_log_and_what_is_there_can_be_read(
    api: Api, people: People, full: EmbeddedPostgres, log: StringIO
) -> None:
    traffic, times = Traffic(api, people), scaled(2, 10)
    for _ in range(times):
        # A new segment of the log, 16 MB that are there: tables are what will not fit.
        full.query("SELECT pg_switch_wal()")
        assert traffic.post() == 201
        refused = traffic.answers[503]
        with filled(full.folder):
            for _ in range(200):
                if traffic.post(description=secrets.token_hex(9_000)) == 503:
                    break
            assert {traffic.read(), traffic.list()} == {200}
        assert traffic.answers[503] == refused + 1
        assert traffic.post() == 201
        traffic.settle()
    assert not traffic.landed
    assert "(53100, disk full)" in log.getvalue()
    found(Section.FAULTS, "The database's disk full", times, report(traffic))


def test_a_disk_too_full_for_the_log_loses_nothing_that_was_committed(
    api: Api, people: People, full: EmbeddedPostgres
) -> None:
    traffic, times = Traffic(api, people), scaled(1, 5)
    for _ in range(times):
        assert traffic.post() == 201
        refused = traffic.answers[503]
        with filled(full.folder):
            # Segments that were used before are used again; then there is no room for another. The
            # server can't go on without its log, nor recover without it: it ends.
            for _ in range(30):
                full.query("SELECT pg_switch_wal()")
                if traffic.post() == 503:
                    break
            recovered_or_ended(full)
        assert traffic.answers[503] > refused
        stop_and_start(full)
        assert traffic.post() == 201
        traffic.settle()
    tried = (
        "The disk too full for the write-ahead log: PostgreSQL ends, and starts when there is room"
    )
    found(Section.FAULTS, tried, times, report(traffic))
