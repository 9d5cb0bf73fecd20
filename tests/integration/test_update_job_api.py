"""Changing a job: absent, null and a value; what counts as a change, and what it causes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import pytest

from jobmatch.models import Job, MatchingStatus
from tests.support.given import a_match, an_open_job, resource
from tests.support.rows import change, job_row, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

FILLED: dict[str, Any] = {
    "description": "As it was.",
    "requiredSpecializations": ["Licensing", "Space Mining"],
    "preferredSpecializations": ["Copyright"],
    "minimumExperience": 5,
    "preferredLocation": "Basel, Switzerland",
    "requiredBar": ["New York", "Moon"],
    "requiredTechnicalDomains": ["Antibodies"],
}
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


class Effect(NamedTuple):
    """What is to be seen after a change of a matched job with one match."""

    status: int
    matching: str
    matches: int
    touched: bool


@pytest.fixture
def job(api: Api, people: People) -> str:
    """An open job, matched yesterday, with one match and nothing left out."""
    job = an_open_job(api, people.employer, **FILLED)
    a_match(api, people, job)
    completed = {"matching_status": MatchingStatus.COMPLETED, "matched_at": YESTERDAY}
    change(Job, job, updated_at=YESTERDAY, **completed)
    return job


def effect(api: Api, people: People, job: str, changes: dict[str, Any]) -> Effect:
    answer = api.patch(f"/jobs/{job}", changes, by=people.employer)
    matches = api.get(f"/jobs/{job}/matches", by=people.employer).json["items"]
    assert api.get(f"/jobs/{job}", by=people.employer).json == resource(answer)
    touched = datetime.fromisoformat(answer.json["updatedAt"]) > YESTERDAY
    return Effect(answer.status, answer.json["matchingStatus"], len(matches), touched)


@pytest.mark.parametrize("name", FILLED)
def test_absent_null_and_a_value_are_three_things(
    api: Api, people: People, job: str, name: str
) -> None:
    got = [
        api.patch(f"/jobs/{job}", {"status": "closed", **changes}, by=people.employer).json
        for changes in ({}, {name: None}, {name: FILLED[name]})
    ]
    assert [answer[name] for answer in got] == [FILLED[name], None, FILLED[name]]
    others = FILLED.keys() - {name}
    for answer in got:
        assert {each: answer[each] for each in others} == {each: FILLED[each] for each in others}


def test_null_clears_no_title_and_no_status(api: Api, people: People, job: str) -> None:
    with nothing_written():
        answer = api.patch(f"/jobs/{job}", {"title": None, "status": None}, by=people.employer)
    assert answer.status == 422
    assert {error["pointer"] for error in answer.json["errors"]} == {"/title", "/status"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "  Patent counsel "},
        {"status": "open"},
        FILLED,
        {
            "requiredSpecializations": [" ip licensing", "Space Mining"],
            "requiredBar": ["NY", "Moon"],
        },
    ],
    ids=["nothing", "trimmed", "same status", "same values", "aliases"],
)
def test_a_change_that_changes_nothing_touches_nothing(
    api: Api, people: People, job: str, changes: dict[str, Any]
) -> None:
    tag = api.get(f"/jobs/{job}", by=people.employer).headers["etag"]
    with nothing_written():
        answer = api.patch(f"/jobs/{job}", changes, by=people.employer)
    assert (answer.status, answer.headers["etag"]) == (200, tag)


def test_empty_in_another_form_is_no_change(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer, requiredBar=[])
    empty_text: dict[str, Any] = {"description": "  ", "preferredLocation": ""}
    empty_lists: dict[str, Any] = {"preferredSpecializations": [], "requiredBar": None}
    with nothing_written():
        for changes in (empty_text, empty_lists, {"minimumExperience": None}):
            assert api.patch(f"/jobs/{job}", changes, by=people.employer).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "PATENT COUNSEL"},
        {"description": None},
        {"requiredSpecializations": ["space  MINING", "Licensing"]},
        {"requiredBar": ["MOON", "New York"]},
        {"preferredLocation": "BASEL ,Switzerland"},
    ],
    ids=["title", "description", "order and case", "case", "location"],
)
def test_what_matching_does_not_read_keeps_the_matches(
    api: Api, people: People, job: str, changes: dict[str, Any]
) -> None:
    run_id = uuid4()
    change(Job, job, matching_run_id=run_id)
    assert effect(api, people, job, changes) == Effect(200, "completed", 1, touched=True)
    stored = api.get(f"/jobs/{job}", by=people.employer).json
    assert stored == stored | changes
    assert job_row(job).matching_run_id == run_id


@pytest.mark.parametrize(
    "changes",
    [
        {"requiredSpecializations": ["Licensing"]},
        {"requiredSpecializations": ["Licensing", "Copyright"]},
        {"preferredSpecializations": None},
        {"minimumExperience": 6},
        {"minimumExperience": None},
        {"preferredLocation": "Bern, Switzerland"},
        {"preferredLocation": None},
        {"requiredBar": []},
        {"requiredTechnicalDomains": ["Antibodies", "Aerospace"]},
        {"title": "New", "minimumExperience": 7},
    ],
    ids=lambda changes: " ".join(f"{name}={value}" for name, value in changes.items()),
)
def test_a_changed_requirement_invalidates_the_matches(
    api: Api, people: People, job: str, changes: dict[str, Any]
) -> None:
    change(Job, job, matching_run_id=uuid4(), matching_lease_until=datetime(2100, 1, 1, tzinfo=UTC))
    assert effect(api, people, job, changes) == Effect(200, "pending", 0, touched=True)
    row = job_row(job)
    assert (row.matching_run_id, row.matching_lease_until) == (None, None)
    assert row.matched_at == YESTERDAY


def test_a_changed_status_keeps_the_matches_but_returns_to_pending(
    api: Api, people: People, job: str
) -> None:
    changed = Effect(200, "pending", 1, touched=True)
    assert effect(api, people, job, {"status": "closed"}) == changed
    change(Job, job, matching_status=MatchingStatus.FAILED, updated_at=YESTERDAY)
    assert effect(api, people, job, {"status": "open"}) == changed


def test_a_change_is_another_jobs_no_matter(api: Api, people: People, job: str) -> None:
    other = an_open_job(api, people.employer)
    a_match(api, people, other)
    before = api.get(f"/jobs/{other}", by=people.employer)
    effect(api, people, job, {"minimumExperience": 9})
    assert api.get(f"/jobs/{other}", by=people.employer) == before
    assert len(api.get(f"/jobs/{other}/matches", by=people.employer).json["items"]) == 1


def test_only_admins_see_why_matching_failed(api: Api, people: People, job: str) -> None:
    change(Job, job, last_error="OperationalError (57014)")
    path = f"/jobs/{job}"
    for answer in (
        api.get(path, by=people.admin),
        api.patch(path, {"title": "Renamed"}, by=people.admin),
    ):
        assert answer.json["lastError"] == "OperationalError (57014)"
    for answer in (
        api.get(path, by=people.employer),
        api.patch(path, {"title": "Again"}, by=people.employer),
    ):
        assert "lastError" not in answer.json


def test_other_fields_are_nobodys_to_change(api: Api, people: People, job: str) -> None:
    fields = ("id", "employerUserId", "createdBy", "matchingStatus", "matchedAt", "required_bar")
    with nothing_written():
        for name in fields:
            answer = api.patch(f"/jobs/{job}", {"title": "New", name: None}, by=people.admin)
            assert answer.status == 422
            assert [error["pointer"] for error in answer.json["errors"]] == [f"/{name}"]
