"""A database that goes away while it is used, and comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.support.logs import lines_of
from tests.support.outages import (
    freeze,
    kill_and_start,
    meanwhile,
    read_only,
    stop_and_start,
    without_connections,
)
from tests.support.traffic import Traffic, report
from tests.support.trust import FULL, Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.postgres import EmbeddedPostgres
    from tests.support.api import Api
    from tests.support.people import People

LONGEST = 3.0 if FULL else 1.0


@pytest.mark.parametrize(
    ("outage", "what", "longest", "times"),
    [
        (stop_and_start, "stopped and started again", LONGEST, scaled(1, 20)),
        (kill_and_start, "killed (SIGKILL) and recovered", LONGEST, scaled(1, 20)),
        (freeze, "frozen (SIGSTOP)", 30.0 if FULL else 1.5, scaled(1, 2)),
    ],
)
def test_what_was_answered_outlives_an_outage(
    api: Api,
    people: People,
    server: EmbeddedPostgres,
    outage: Callable[[EmbeddedPostgres, float], None],
    what: str,
    longest: float,
    times: int,
) -> None:
    traffic, chance = Traffic(api, people), Random(what)
    for _ in range(times):
        for _ in range(chance.randrange(6, 12)):
            traffic.step()
        seconds = chance.uniform(0.1, longest) if outage is not freeze else longest
        with meanwhile(lambda seconds=seconds: outage(server, seconds)) as thread:  # type: ignore[misc]
            traffic.until_over(thread)
        traffic.settle()
    found(Section.FAULTS, f"PostgreSQL {what} under requests", times, report(traffic))


WITHIN = """
import sys
from jobmatch.postgres import connect, transaction
from jobmatch.telemetry import log_failure
from sqlalchemy import text

opened = {"connect": connect, "transaction": transaction}[sys.argv[1]]
try:
    with opened() as connection:
        connection.execute(text("SELECT 1"))
        print("now", flush=True)
        sys.stdin.readline()
        if sys.argv[2] == "goes on":
            connection.execute(text("SELECT 'Ada Quill'"))
        elif sys.argv[2] == "fails":
            raise LookupError("Ada Quill")
except Exception as error:
    log_failure("It failed.", error)
"""


@pytest.mark.parametrize("then", ["goes on", "fails", "ends"])
@pytest.mark.parametrize("opened", ["connect", "transaction"])
def test_what_is_logged_of_a_killed_server_is_json_without_sql(
    server: EmbeddedPostgres, database: str, opened: str, then: str
) -> None:
    with subprocess.Popen(  # noqa: S603 - our own text
        [sys.executable, "-c", WITHIN, opened, then],
        env={**os.environ, "DATABASE_URL": database},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "now\n"
        kill_and_start(server)
        logged, _ = process.communicate("\n")
    lines = lines_of(logged)
    assert {line["level"] for line in lines} <= {"ERROR", "WARNING"}
    assert "Quill" not in logged
    assert "SELECT" not in logged


@pytest.mark.parametrize("outage", [stop_and_start, kill_and_start])
def test_a_warm_handler_does_not_notice_a_restart_between_two_requests(
    api: Api,
    people: People,
    server: EmbeddedPostgres,
    outage: Callable[[EmbeddedPostgres], None],
) -> None:
    traffic, times = Traffic(api, people), scaled(5, 30)
    for kind in (traffic.post, traffic.read, traffic.change, traffic.list, traffic.put) * (
        times // 5
    ):
        outage(server)
        assert kind() < 300
    traffic.settle()
    assert set(traffic.answers) <= {200, 201}
    how = outage.__name__.replace("_and_start", "")
    found(
        Section.FAULTS,
        f"PostgreSQL restarted ({how}) between two requests to a warm function",
        times,
        report(traffic),
    )


def test_without_a_free_connection_nothing_is_half_done(
    api: Api, people: People, server: EmbeddedPostgres
) -> None:
    traffic, times = Traffic(api, people), scaled(1, 10)
    for _ in range(times):
        traffic.step()
        stop_and_start(server)  # the connection that we had is gone
        with without_connections(server):
            for _ in range(6):
                traffic.step()
        for _ in range(6):
            traffic.step()
        traffic.settle()
    assert traffic.answers[503] == 6 * times
    assert not traffic.landed
    found(Section.FAULTS, "All connections taken by others", times, report(traffic))


def test_what_can_not_be_written_can_still_be_read(
    api: Api, people: People, server: EmbeddedPostgres
) -> None:
    traffic, times = Traffic(api, people), scaled(1, 10)
    traffic.post()
    for _ in range(times):
        with read_only(server):
            assert {traffic.post(), traffic.change(), traffic.put()} == {503}
            assert {traffic.read(), traffic.list()} == {200}
        for _ in range(6):
            traffic.step()
        traffic.settle()
    assert traffic.answers[503] == 3 * times
    assert not traffic.landed
    found(Section.FAULTS, "Read-only, as on a standby", times, report(traffic))
