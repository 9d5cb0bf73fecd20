"""Faults of the database, seen by several clients of the running functions at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.outages import IMPATIENT, freeze, kill_and_start, meanwhile, stop_and_start
from tests.support.people import People
from tests.support.served import serving_processes
from tests.support.traffic import Traffic, report
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from threading import Thread

    from local.postgres import EmbeddedPostgres
    from tests.support.served import Served

CLIENTS = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def functions(server: EmbeddedPostgres, folder: Path) -> Iterator[Served]:
    environment = {**IMPATIENT, "DATABASE_URL": server.url()}
    with serving_processes(folder, environment) as client:
        yield client


def is_entry(line: str) -> bool:
    """Whether a line of a log is an object of JSON with a level."""
    return line.startswith("{") and "level" in json.loads(line)


@pytest.mark.parametrize(
    ("outage", "how"),
    [
        (kill_and_start, "killed (SIGKILL) and recovered"),
        (stop_and_start, "stopped and started again"),
        (freeze, "frozen (SIGSTOP)"),
    ][: scaled(1, 3)],
)
def test_every_answer_over_http_outlives_an_outage(
    functions: Served,
    folder: Path,
    database: str,
    server: EmbeddedPostgres,
    outage: Callable[[EmbeddedPostgres, float], None],
    how: str,
) -> None:
    everyone = [People.create() for _ in range(CLIENTS)]
    clients = [Traffic(functions, people) for people in everyone]
    times = scaled(1, 10)

    def use(traffic: Traffic, thread: Thread) -> None:
        traffic.until_over(thread)

    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(times):
            for client in clients:
                client.post()
            seconds = 1.5 if outage is freeze else 0.3 * (number % 4)
            with meanwhile(lambda seconds=seconds: outage(server, seconds)) as thread:  # type: ignore[misc]
                for done in [pool.submit(use, client, thread) for client in clients]:
                    done.result()
            for client in clients:
                client.settle()
    lines = (folder / "functions.log").read_text().splitlines()
    assert [line for line in lines if not is_entry(line)] == []
    if outage is kill_and_start:
        found(
            Section.FAULTS,
            "Lines in the log of the functions while PostgreSQL is killed and recovers",
            len(lines),
            "each is an object of JSON with a level",
        )
    found(
        Section.FAULTS, f"The same over HTTP with {CLIENTS} clients: {how}", times, report(*clients)
    )
