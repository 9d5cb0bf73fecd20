"""Of several faults in one request, the first in the contract's order is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from jobmatch.models import User
from tests.support.given import a_draft
from tests.support.rows import change, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

MALFORMED, INVALID, CONFLICTING, GOOD = "{", {"title": 5}, {"status": "closed"}, {"title": "New"}
STALE: dict[str, Any] = {"If-Match": '"9"'}


@pytest.fixture
def job(api: Api, people: People) -> str:
    return a_draft(api, people.employer)


ORDER: list[tuple[str, str, object, int]] = [
    ("nobody", "no-id", MALFORMED, 401),
    ("candidate", "no-id", MALFORMED, 403),
    ("deactivated", "no-id", MALFORMED, 403),
    ("deactivated", "job", MALFORMED, 403),
    ("deactivated", "job", INVALID, 403),
    ("deactivated", "unknown", GOOD, 403),
    ("deactivated", "job", CONFLICTING, 403),
    ("owner", "no-id", MALFORMED, 404),
    ("owner", "no-id", INVALID, 404),
    ("rival", "job", MALFORMED, 400),
    ("rival", "job", INVALID, 422),
    ("rival", "job", CONFLICTING, 404),
    ("owner", "unknown", GOOD, 404),
    ("owner", "job", INVALID, 422),
    ("owner", "job", CONFLICTING, 412),
]


def test_faults_of_a_change_are_answered_in_order(api: Api, people: People, job: str) -> None:
    owner = people.employer.claims
    claims = {
        "nobody": None,
        "candidate": owner | {"cognito:groups": ["candidate"]},
        "deactivated": owner,
        "rival": people.rival.claims,
        "owner": owner,
    }
    got = []
    for caller, path, body, _ in ORDER:
        change(User, people.employer.id, is_active=caller != "deactivated")
        target = {"job": job, "unknown": str(uuid4())}.get(path, path)
        with nothing_written():
            answer = api.patch(f"/jobs/{target}", body, claims=claims[caller], headers=STALE)
        got.append((caller, path, body, answer.status))
    assert got == ORDER


def test_a_conflict_comes_last(api: Api, people: People, job: str) -> None:
    with nothing_written():
        assert api.patch(f"/jobs/{job}", CONFLICTING, by=people.employer).status == 409


def test_what_is_no_id_is_not_found(api: Api, people: People) -> None:
    admin, known = people.admin, uuid4()
    no_ids = ["0", "job", known.hex, f"{{{known}}}", known.urn, f"{str(known)[:-1]}g", f"{known}0"]
    for wrong in no_ids:
        answers = [
            api.get(f"/jobs/{wrong}", by=admin),
            api.get(f"/employers/{wrong}/jobs?limit=0", by=admin),
            api.get(f"/jobs/{known}/matches/{wrong}", by=admin),
            api.get(f"/jobs/{wrong}/matches?cursor=x", by=admin),
            api.put(f"/admin/jobs/{wrong}/matching-status", MALFORMED, by=admin),
            api.put(f"/admin/jobs/{known}/matches/{wrong}", MALFORMED, by=admin),
            api.put(f"/admin/profiles/{wrong}", INVALID, by=admin),
            api.put(f"/admin/profiles/{wrong}", b"\xff", by=admin),
            api.put(f"/admin/profiles/{wrong}", "x", by=admin, headers={"content-type": "x/y"}),
        ]
        assert {(answer.status, answer.text) for answer in answers} == {(404, answers[0].text)}
        assert api.get(f"/admin/profiles/{wrong}", by=people.employer).status == 403


def test_ids_are_read_in_any_case(api: Api, people: People, job: str) -> None:
    assert api.get(f"/jobs/{job.upper()}", by=people.employer).json["id"] == job


def test_a_job_that_could_not_be_open_conflicts_last(api: Api, people: People) -> None:
    body = {"title": "Counsel", "status": "open"}
    foreign = body | {"employerUserId": str(people.rival.id)}
    with nothing_written():
        assert api.post("/jobs", foreign, by=people.employer).status == 403
        assert api.post("/jobs", body, by=people.admin).status == 422  # names no employer
