"""Two who change one job at once: with If-Match nothing is lost, without it no field is."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.system import System

ROUNDS = scaled(10, 200)
FIELDS = ("title", "description", "preferredLocation")


class Writers:
    """One job, and several who send a change of it at the same moment."""

    def __init__(self, system: System, pool: ThreadPoolExecutor) -> None:
        self._url = f"http://127.0.0.1:{system.port}/jobs"
        token = system.token("--role", "employer", "--company", "Two Writers")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._pool = pool
        self._path = ""
        self._path = f"/{self._send('POST', {'title': 'Counsel'})[1]['id']}"

    def _send(
        self, method: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, str | None]:
        request = Request(  # noqa: S310 - our own server
            self._url + self._path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**self._headers, **(headers or {})},
        )
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
                return answer.status, json.load(answer), answer.headers["etag"]
        except HTTPError as error:
            with error:
                return error.code, json.load(error), None

    def read(self) -> tuple[dict[str, Any], str]:
        """The job and its tag."""
        status, job, tag = self._send("GET")
        assert status == 200
        assert tag is not None
        return job, tag

    def write(self, *changes: object, **headers: str) -> list[int]:
        """Send changes at once; the statuses of their answers."""
        start = Barrier(len(changes))

        def send(change: object) -> int:
            start.wait(60)
            return self._send("PATCH", change, headers)[0]

        return [*self._pool.map(send, changes)]


@pytest.fixture
def writers(system: System) -> Iterator[Writers]:
    with ThreadPoolExecutor(len(FIELDS)) as pool:
        yield Writers(system, pool)


def test_with_if_match_one_of_two_is_refused(writers: Writers) -> None:
    for number in range(ROUNDS):
        before, tag = writers.read()
        values = [f"{writer} {number}" for writer in ("first", "second")]
        # The same field, or two: the second has not seen what the first wrote.
        fields = ("title", FIELDS[number % 2])
        changes = [{name: value} for name, value in zip(fields, values, strict=True)]
        statuses = writers.write(*changes, **{"If-Match": tag})
        assert sorted(statuses) == [200, 412]
        after, new_tag = writers.read()
        (won,) = (change for change, status in zip(changes, statuses, strict=True) if status == 200)
        assert {**before, **won, "updatedAt": after["updatedAt"]} == after
        assert new_tag != tag
    found(
        Section.LOAD,
        "two writers of one job at once, both with the same `If-Match`",
        ROUNDS,
        "each time one 200 and one 412; no update was lost",
    )


def test_without_it_the_last_writer_wins_field_by_field(writers: Writers) -> None:
    for number in range(ROUNDS):
        before, _ = writers.read()
        changes = [{name: f"{name} {number}"} for name in FIELDS]
        assert writers.write(*changes) == [200] * len(FIELDS)
        after, _ = writers.read()
        written = {name: value for change in changes for name, value in change.items()}
        assert {**before, **written, "updatedAt": after["updatedAt"]} == after
        # Of one field, the last one's value, whole.
        both = [{"title": f"{writer} {number}"} for writer in ("first", "second")]
        assert writers.write(*both) == [200, 200]
        assert {"title": writers.read()[0]["title"]} in both
    found(
        Section.LOAD,
        f"{len(FIELDS)} writers of one job at once, each of another field, without `If-Match`;"
        " then two of the same field",
        ROUNDS,
        "every field was kept; of the same field the last writer's value",
    )
