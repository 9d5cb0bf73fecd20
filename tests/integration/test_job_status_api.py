"""The life of a job: which moves there are, and what an open or archived job keeps."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.models import Job, JobStatus
from tests.support.given import a_draft
from tests.support.rows import change, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

MOVES = {
    ("draft", "open"),
    ("open", "closed"),
    ("closed", "open"),
    *((status, "archived") for status in ("draft", "open", "closed")),
    *((status, status) for status in JobStatus),
}


@pytest.fixture
def job(api: Api, people: People) -> str:
    return a_draft(api, people.employer, requiredSpecializations=["Licensing"])


@pytest.mark.parametrize(
    ("who", "moves"), [("employer", MOVES), ("admin", MOVES | {("archived", "closed")})]
)
def test_a_job_moves_only_as_it_may(
    api: Api, people: People, job: str, who: str, moves: set[tuple[str, str]]
) -> None:
    statuses, shown = {}, {}
    for move in product(map(str, JobStatus), repeat=2):
        change(Job, job, status=JobStatus(move[0]))
        answer = api.patch(f"/jobs/{job}", {"status": move[1]}, by=getattr(people, who))
        statuses[move] = answer.status
        shown[move] = api.get(f"/jobs/{job}", by=people.employer).json["status"]
    assert statuses == {move: 200 if move in moves else 409 for move in statuses}
    assert shown == {move: move[move in moves] for move in shown}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"title": "New"}, 409),
        ({"minimumExperience": 3}, 409),
        ({"requiredSpecializations": None}, 409),
        ({"status": "closed", "title": "New"}, 409),
        ({"title": "Patent counsel"}, 200),
        ({"status": "closed", "requiredSpecializations": ["licensing"]}, 200),
    ],
)
def test_of_an_archived_job_only_the_status_changes(
    api: Api, people: People, job: str, changes: dict[str, Any], status: int
) -> None:
    change(Job, job, status=JobStatus.ARCHIVED)
    before = api.get(f"/jobs/{job}", by=people.admin).json
    answer = api.patch(f"/jobs/{job}", changes, by=people.admin)
    assert answer.status == status
    after = api.get(f"/jobs/{job}", by=people.admin).json
    moved = {"status", "updatedAt"} if status == 200 and "status" in changes else set()
    assert {name for name in before if before[name] != after[name]} == moved


@pytest.mark.parametrize(
    ("start", "changes", "status"),
    [
        ("draft", {"status": "open", "requiredSpecializations": None}, 409),
        ("closed", {"status": "open", "requiredSpecializations": []}, 409),
        ("open", {"requiredSpecializations": []}, 409),
        ("open", {"requiredSpecializations": None}, 409),
        ("open", {"requiredSpecializations": None, "preferredSpecializations": ["X"]}, 409),
        ("open", {"requiredSpecializations": ["Copyright"]}, 200),
        ("open", {"status": "closed", "requiredSpecializations": None}, 200),
        ("draft", {"requiredSpecializations": None}, 200),
        ("closed", {"requiredSpecializations": []}, 200),
    ],
)
def test_an_open_job_keeps_a_required_specialization(
    api: Api, people: People, job: str, start: str, changes: dict[str, Any], status: int
) -> None:
    change(Job, job, status=JobStatus(start))
    before = api.get(f"/jobs/{job}", by=people.employer)
    assert api.patch(f"/jobs/{job}", changes, by=people.employer).status == status
    assert (api.get(f"/jobs/{job}", by=people.employer) == before) is (status == 409)


def test_a_draft_opens_with_the_change_that_gives_it_a_specialization(
    api: Api, people: People
) -> None:
    job = a_draft(api, people.employer)
    with nothing_written():
        assert api.patch(f"/jobs/{job}", {"status": "open"}, by=people.employer).status == 409
    changes = {"status": "open", "requiredSpecializations": ["Licensing"]}
    assert api.patch(f"/jobs/{job}", changes, by=people.employer).json["status"] == "open"
