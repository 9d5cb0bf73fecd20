"""Who is new: found for a job for the first time after somebody looked last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import update

from jobmatch.models import FoundMatch
from jobmatch.postgres import connect
from tests.support.given import a_profile, an_open_job
from tests.support.running import run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


def now() -> str:
    return quote(datetime.now(UTC).isoformat())


def found(api: Api, people: People, job: str) -> str:
    """Another candidate, whom a run finds."""
    profile = a_profile(api, people, specializations=["Licensing"])
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    run_matching(job)
    return profile


def new_of(api: Api, people: People, job: str, since: str) -> list[str]:
    answer = api.get(f"/jobs/{job}/matches?newSince={since}", by=people.employer)
    assert answer.status == 200, answer.text
    return [item["profileId"] for item in answer.json["items"]]


def listed(api: Api, people: People, query: str = "") -> dict[str, Any]:
    answer = api.get(f"/employers/{people.employer.id}/jobs{query}", by=people.employer)
    assert answer.status == 200, answer.text
    (item,) = answer.json["items"]
    row: dict[str, Any] = item
    return row


def test_only_who_is_found_later_is_new(api: Api, people: People, job: str) -> None:
    since = now()
    first = found(api, people, job)
    assert new_of(api, people, job, since) == [first]
    assert listed(api, people, f"?newSince={since}")["newMatchCount"] == 1
    later = now()
    assert new_of(api, people, job, later) == []
    assert listed(api, people, f"?newSince={later}")["newMatchCount"] == 0
    second = found(api, people, job)
    assert new_of(api, people, job, later) == [second]
    assert sorted(new_of(api, people, job, since)) == sorted([first, second])
    assert listed(api, people, f"?newSince={later}")["newMatchCount"] == 1
    assert "newMatchCount" not in listed(api, people)


def test_who_is_scored_anew_or_comes_back_is_not_new(api: Api, people: People, job: str) -> None:
    found(api, people, job)
    later = now()
    changed = api.patch(f"/jobs/{job}", {"minimumExperience": 5}, by=people.employer)
    assert changed.status == 200
    run_matching(job)
    assert listed(api, people, f"?newSince={later}")["matchCount"] == 1
    assert new_of(api, people, job, later) == []
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).status == 200
    run_matching(job)
    assert new_of(api, people, job, later) == []
    assert listed(api, people, f"?newSince={later}")["newMatchCount"] == 0


def test_who_may_not_be_shown_is_not_counted(api: Api, people: People, job: str) -> None:
    since = now()
    hidden = found(api, people, job)
    a_profile(api, people, hidden, specializations=["Licensing"], status="rejected")
    assert listed(api, people, f"?newSince={since}")["newMatchCount"] == 0
    assert new_of(api, people, job, since) == []


def test_a_match_that_another_system_writes_is_new_as_well(
    api: Api, people: People, job: str
) -> None:
    # The trigger notes it; here an admin's put stands for whoever writes the table.
    since, profile = now(), found(api, people, job)
    with connect() as connection:
        times = update(FoundMatch).where(FoundMatch.profile_id == UUID(profile))
        connection.execute(times.values(found_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert new_of(api, people, job, since) == []


@pytest.mark.parametrize(
    "time",
    ["yesterday", "2026-01-01", "2026-01-01T12:00:00", "1767225600", "", "99999-01-01T00:00Z"],
)
def test_a_time_has_an_offset(api: Api, people: People, job: str, time: str) -> None:
    for path in (f"/jobs/{job}/matches", f"/employers/{people.employer.id}/jobs"):
        answer = api.get(f"{path}?newSince={time}", by=people.employer)
        assert answer.status == 422, answer.text
        assert [each["pointer"] for each in answer.json["errors"]] == ["/query/newSince"]


@pytest.mark.parametrize(
    ("time", "is_new"),
    [
        ("0001-01-01T00:00:00Z", True),  # the earliest of many a library
        ("0001-01-01T00:00:00+23:59", True),  # in UTC before the calendar begins
        ("0447-09-26T05:49:04.743086+22:17", True),
        ("1970-01-01T00:00:00Z", True),
        ("2020-01-01T00:00:00-22:17", True),
        ("9999-12-31T23:59:59-23:59", False),
    ],
)
def test_any_time_of_the_calendar_is_taken(
    api: Api, people: People, job: str, time: str, *, is_new: bool
) -> None:
    found(api, people, job)
    time = time.replace("+", "%2B")
    page = api.get(f"/jobs/{job}/matches?newSince={time}&limit=1", by=people.employer)
    assert (page.status, len(page.json["items"])) == (200, int(is_new))
    assert listed(api, people, f"?newSince={time}")["newMatchCount"] == int(is_new)


def test_a_cursor_is_of_its_filter(api: Api, people: People, job: str) -> None:
    since = now()
    found(api, people, job)
    found(api, people, job)
    path = f"/jobs/{job}/matches?limit=1"
    page = api.get(f"{path}&newSince={since}", by=people.employer).json
    rest = f"&cursor={page['nextCursor']}"
    assert api.get(f"{path}&newSince={since}{rest}", by=people.employer).status == 200
    assert api.get(f"{path}{rest}", by=people.employer).status == 422
