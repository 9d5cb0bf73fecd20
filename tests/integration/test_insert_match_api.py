"""Storing a match by hand, and being told once about a candidate for a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from jobmatch.models import JobMatch
from tests.support.given import DIMENSIONS, a_match, a_profile, an_open_job, match_body
from tests.support.rows import change, count, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People

HOUR = timedelta(hours=1)


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


@pytest.fixture
def profile(api: Api, people: People) -> str:
    return a_profile(api, people)


@pytest.fixture
def path(job: str, profile: str) -> str:
    return f"/admin/jobs/{job}/matches/{profile}"


def mark(api: Api, people: People, *match_ids: str) -> Answer:
    return api.post("/admin/matches/notified", {"matchIds": list(match_ids)}, by=people.admin)


def test_a_match_is_new_once_and_then_replaced(api: Api, people: People, path: str) -> None:
    first = api.put(path, match_body(80), by=people.admin)
    assert first.status == 201
    change(JobMatch, first.json["id"], scored_at=datetime.now(UTC) - HOUR)
    second = api.put(path, match_body(30, summary="Fits less."), by=people.admin)
    assert second.status == 200
    changed = {
        "overallScore": 30,
        "subscores": match_body(30)["subscores"],
        "summary": "Fits less.",
        "recommendation": "Partial Match",
        "scoredAt": second.json["scoredAt"],
    }
    assert second.json == first.json | changed
    assert datetime.now(UTC) - datetime.fromisoformat(second.json["scoredAt"]) < HOUR / 2
    assert count(JobMatch) == 1


LABELS = {
    **dict.fromkeys((100, 75), "Strong Match"),
    **dict.fromkeys((74, 50), "Good Match"),
    **dict.fromkeys((49, 25), "Partial Match"),
    **dict.fromkeys((24, 0), "Weak Match"),
}


def test_the_recommendation_is_the_label_of_the_score(api: Api, people: People, path: str) -> None:
    got = {
        (score, label): api.put(path, match_body(score, recommendation=label), by=people.admin)
        for score in LABELS
        for label in (*LABELS.values(), "strong match", "")
    }
    fits = {key for key, answer in got.items() if answer.status in (200, 201)}
    assert fits == set(LABELS.items())
    for key in got.keys() - fits:
        assert [error["pointer"] for error in got[key].json["errors"]] == ["/recommendation"]


def test_a_match_needs_its_job_and_its_profile(
    api: Api, people: People, job: str, profile: str
) -> None:
    with nothing_written():
        for pair in ((job, uuid4()), (uuid4(), profile), (uuid4(), uuid4()), (profile, job)):
            path = "/admin/jobs/{}/matches/{}".format(*pair)
            assert api.put(path, match_body(), by=people.admin).status == 404


def _body_with(subscores: dict[str, Any]) -> dict[str, Any]:
    return match_body(subscores={**match_body()["subscores"], **subscores})


def test_a_match_has_five_scored_and_explained_dimensions(
    api: Api, people: People, path: str
) -> None:
    good = {"score": 80, "explanation": "Good."}
    missing = match_body()
    del missing["subscores"]["locationMatch"]
    faulty = {
        "/subscores": match_body(subscores=[good] * len(DIMENSIONS)),
        "/subscores/locationMatch": missing,
        "/subscores/other": _body_with({"other": good}),
        "/subscores/experienceFit": _body_with({"experienceFit": 80}),
        "/subscores/experienceFit/score": _body_with({"experienceFit": good | {"score": 101}}),
        "/subscores/barAdmissions/score": _body_with({"barAdmissions": good | {"score": True}}),
        "/subscores/barAdmissions/explanation": _body_with({"barAdmissions": {"score": 1}}),
        "/subscores/barAdmissions/weight": _body_with({"barAdmissions": good | {"weight": 1}}),
    }
    for pointer, body in faulty.items():
        answer = api.put(path, body, by=people.admin)
        assert answer.status == 422, pointer
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert count(JobMatch) == 0


def test_marking_notes_the_time_once(api: Api, people: People, job: str, path: str) -> None:
    stored = [api.put(path, match_body(), by=people.admin).json, a_match(api, people, job)]
    first, second = (match["id"] for match in stored)
    assert mark(api, people, first, first, str(uuid4())).json == {"marked": 1}
    (noted,) = (
        match
        for match in api.get(f"/jobs/{job}/matches", by=people.employer).json["items"]
        if match["notifiedAt"]
    )
    assert noted["id"] == first
    age = datetime.now(UTC) - datetime.fromisoformat(noted["notifiedAt"])
    assert abs(age) < timedelta(minutes=1)
    unnotified = f"/admin/jobs/{job}/unnotified-matches"
    assert [item["id"] for item in api.get(unnotified, by=people.admin).json["items"]] == [second]
    with nothing_written():
        assert mark(api, people, first, str(uuid4())).json == {"marked": 0}
    assert mark(api, people, first, second.upper()).json == {"marked": 1}
    assert api.get(unnotified, by=people.admin).json["items"] == []


def test_1_to_500_ids_are_marked(api: Api, people: People, path: str) -> None:
    match = api.put(path, match_body(), by=people.admin).json["id"]
    wrong: list[object] = [[], [match] * 501, None, match, [match, "x"], [match, None], [[match]]]
    with nothing_written():
        for ids in wrong:
            body = {"matchIds": ids}
            assert api.post("/admin/matches/notified", body, by=people.admin).status == 422
    assert mark(api, people, *(str(uuid4()) for _ in range(499)), match).json == {"marked": 1}


def test_nobody_is_told_twice(api: Api, people: People, job: str, path: str) -> None:
    first = api.put(path, match_body(), by=people.admin).json
    assert mark(api, people, first["id"]).json == {"marked": 1}
    told = api.put(path, match_body(90), by=people.admin).json
    assert told["notifiedAt"] is not None
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).json == {"deleted": 1}
    again = api.put(path, match_body(70), by=people.admin)
    assert again.status == 201
    assert again.json["notifiedAt"] == told["notifiedAt"]
    assert api.get(f"/admin/jobs/{job}/unnotified-matches", by=people.admin).json["items"] == []
    assert mark(api, people, again.json["id"]).json == {"marked": 0}


def test_what_was_told_of_one_job_says_nothing_of_another(
    api: Api, people: People, profile: str, path: str
) -> None:
    assert mark(api, people, api.put(path, match_body(), by=people.admin).json["id"]).status == 200
    other = an_open_job(api, people.employer)
    assert a_match(api, people, other, profile)["notifiedAt"] is None


def test_what_the_marketplace_noted_itself_is_kept(api: Api, people: People, path: str) -> None:
    match = api.put(path, match_body(), by=people.admin).json
    change(JobMatch, match["id"], notified_at=datetime(2026, 1, 1, tzinfo=UTC))
    again = api.put(path, match_body(60), by=people.admin).json
    assert again["notifiedAt"] == "2026-01-01T00:00:00Z"
