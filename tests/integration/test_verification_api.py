"""The decision log is verified over HTTP as by the command line, whatever was done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.audit.chains import verify
from jobmatch.audit.verification import verify_decisions
from jobmatch.postgres import connect
from jobmatch.web.pages import ByJob, Listing
from tests.support.rows import as_owner
from tests.support.tampering import (
    JOB,
    LENGTH,
    OTHER,
    TAMPERINGS,
    begin_chains,
    logged,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from jobmatch.audit.schemas import Verification
    from tests.support.api import Api
    from tests.support.people import People

PATH = "/admin/decisions/verification"
LISTING = Listing(ByJob, "test")


@pytest.fixture(autouse=True)
def _chains(api: Api) -> None:
    begin_chains()


def whole(api: Api, people: People, query: str = "") -> dict[str, Any]:
    answer = api.get(f"{PATH}{query}", by=people.admin)
    assert answer.status == 200, answer.text
    assert answer.json["nextCursor"] is None
    found: dict[str, Any] = answer.json
    return found


def parts(portion: int) -> list[Verification]:
    """What is found part by part."""
    found: list[Verification] = []
    cursor = None
    while True:
        with connect() as connection:
            part = verify_decisions(
                connection,
                job_id=None,
                listing=LISTING,
                cursor=cursor,
                retention=None,
                portion=portion,
            )
        found.append(part)
        cursor = part.next_cursor
        if cursor is None:
            return found


def test_an_unbroken_log_is_counted_and_its_newest_head_is_named(api: Api, people: People) -> None:
    entries = list(logged(api, people))
    last = max(entries, key=lambda entry: entry["recordedAt"])
    found = whole(api, people)
    newest = {name: last[name] for name in ("jobId", "number", "hash", "recordedAt")}
    assert found == {
        "chains": 2,
        "entries": 2 * LENGTH,
        "shortened": 0,
        "broken": [],
        "newest": newest,
        "nextCursor": None,
    }
    of_job = whole(api, people, f"?jobId={JOB}")
    assert (of_job["chains"], of_job["entries"]) == (1, LENGTH)
    assert of_job["newest"]["jobId"] == str(JOB)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_a_tampering_is_found_as_by_the_command_line(
    api: Api, people: People, tamper: Callable[[Connection], None]
) -> None:
    with as_owner() as connection:
        tamper(connection)
    expected = verify(logged(api, people)).broken
    broken = whole(api, people)["broken"]
    if expected is None:
        assert broken == [], "it shows against saved or signed heads only"
        return
    job, number, reason = expected.job_id, expected.number, expected.reason
    assert broken[0] == {"jobId": job, "number": number, "reason": reason}


def test_a_broken_chain_does_not_hide_another_one(api: Api, people: People) -> None:
    for job in (JOB, OTHER):
        with as_owner() as connection:
            connection.exec_driver_sql(
                f"UPDATE decisions SET entry = replace(entry, '3', '4') WHERE job_id = '{job}'"  # noqa: S608
                " AND number = 3"
            )
    broken = whole(api, people)["broken"]
    assert [(each["jobId"], each["number"]) for each in broken] == [(str(JOB), 3), (str(OTHER), 3)]


@pytest.mark.parametrize("portion", [1, 2, 3, LENGTH, 2 * LENGTH, 2 * LENGTH + 1])
def test_part_by_part_nothing_is_counted_twice_or_left_out(portion: int) -> None:
    found = parts(portion)
    assert sum(part.entries for part in found) == 2 * LENGTH
    assert sum(part.chains for part in found) == 2
    assert [part.broken for part in found if part.broken] == []


@pytest.mark.parametrize("portion", [1, 2, 3])
def test_a_fault_between_two_parts_is_found(portion: int) -> None:
    with as_owner() as connection:
        connection.exec_driver_sql(
            f"DELETE FROM decisions WHERE job_id = '{JOB}' AND number = {portion + 1}"  # noqa: S608
        )
    broken = [each for part in parts(portion) for each in part.broken]
    assert [(each.job_id, each.number) for each in broken][:1] == [(JOB, portion + 2)]
