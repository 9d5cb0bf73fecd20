"""Reading the matches of a job: order, filter, and candidates who may not be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.support.given import DIMENSIONS, a_match, a_profile, an_open_job
from tests.support.rows import nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


def listed(api: Api, people: People, job: str, query: str = "") -> list[Any]:
    items: list[Any] = api.get(f"/jobs/{job}/matches{query}", by=people.employer).json["items"]
    return items


def test_matches_come_best_first_and_ties_by_profile(api: Api, people: People, job: str) -> None:
    stored = [a_match(api, people, job, score=score) for score in (10, 80, 80, 100, 0, 80)]
    expected = sorted(stored, key=lambda match: (-match["overallScore"], match["profileId"]))
    assert listed(api, people, job) == expected
    path = f"/admin/jobs/{job}/unnotified-matches"
    assert api.get(path, by=people.admin).json == {"items": expected, "nextCursor": None}


def test_a_match_is_shown_with_exactly_its_fields(api: Api, people: People, job: str) -> None:
    profile = a_profile(api, people)
    stored = a_match(api, people, job, profile, score=62)
    assert stored == {
        "id": stored["id"],
        "profileId": profile,
        "overallScore": 62,
        "subscores": {name: {"score": 62, "explanation": name} for name in DIMENSIONS},
        "summary": "Fits well.",
        "recommendation": "Good Match",
        "scoredAt": stored["scoredAt"],
        "notifiedAt": None,
        "decision": None,
    }
    read = api.get(f"/jobs/{job}/matches/{profile}", by=people.employer)
    assert (read.status, read.json) == (200, stored)
    assert listed(api, people, job) == [stored]


def test_a_least_score_filters(api: Api, people: People, job: str) -> None:
    for score in (74, 75, 76):
        a_match(api, people, job, score=score)
    for path in (f"/jobs/{job}/matches", f"/admin/jobs/{job}/unnotified-matches"):
        scores = {
            least: [
                item["overallScore"]
                for item in api.get(f"{path}?minScore={least}", by=people.admin).json["items"]
            ]
            for least in (0, 75, 77)
        }
        assert scores == {0: [76, 75, 74], 75: [76, 75], 77: []}


def test_only_the_jobs_own_matches_are_shown(api: Api, people: People, job: str) -> None:
    profile = a_profile(api, people)
    a_match(api, people, an_open_job(api, people.employer), profile)
    assert listed(api, people, job) == []
    missing = api.get(f"/jobs/{job}/matches/{profile}", by=people.employer)
    unknown = api.get(f"/jobs/{job}/matches/{uuid4()}", by=people.employer)
    assert missing == unknown
    assert missing.status == 404


@pytest.mark.parametrize("status", ["pending_review", "rejected"])
def test_a_candidate_who_is_not_active_is_in_no_read(
    api: Api, people: People, job: str, status: str
) -> None:
    hidden = a_profile(api, people)
    stored = a_match(api, people, job, hidden)
    shown = a_match(api, people, job)
    reads = (
        (f"/jobs/{job}/matches", people.employer),
        (f"/jobs/{job}/matches", people.admin),
        (f"/admin/jobs/{job}/unnotified-matches", people.admin),
    )

    def everywhere(expected: list[str]) -> bool:
        lists = [api.get(path, by=who).json["items"] for path, who in reads]
        return all(sorted(each["id"] for each in items) == sorted(expected) for items in lists)

    assert everywhere([stored["id"], shown["id"]])
    a_profile(api, people, hidden, status=status)
    assert everywhere([shown["id"]])
    for who in (people.employer, people.admin):
        assert api.get(f"/jobs/{job}/matches/{hidden}", by=who).status == 404
    a_profile(api, people, hidden)
    assert everywhere([stored["id"], shown["id"]])


def test_reading_writes_nothing(api: Api, people: People, job: str) -> None:
    match = a_match(api, people, job)
    with nothing_written():
        listed(api, people, job)
        api.get(f"/jobs/{job}/matches/{match['profileId']}", by=people.employer)
        api.get(f"/admin/jobs/{job}/unnotified-matches", by=people.admin)
        api.get(f"/jobs/{job}", by=people.employer)
        api.get("/admin/jobs", by=people.admin)
        api.get("/admin/jobs/due-for-matching", by=people.admin)
