"""Repeating POST /jobs with an Idempotency-Key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from jobmatch.models import IdempotencyKey, Job, User
from tests.support.rows import change, count, nothing_written, write

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People, Person

BODY = {"title": "Patent counsel", "requiredBar": ["New York"]}


def post(api: Api, by: Person, body: Any = None, key: str = "k-1") -> Answer:
    return api.post("/jobs", body or BODY, by=by, headers={"Idempotency-Key": key})


def age_keys(**age: float) -> None:
    write(update(IdempotencyKey).values(created_at=IdempotencyKey.created_at - timedelta(**age)))


def test_a_repeat_gets_the_same_answer_and_makes_nothing(api: Api, people: People) -> None:
    first = post(api, people.employer)
    assert first.status == 201
    with nothing_written():
        assert post(api, people.employer) == first
        reordered = '{ "requiredBar": ["New York"],\n "title": "Patent counsel" }'
        assert post(api, people.employer, reordered) == first
    assert count(Job) == 1


def test_a_key_that_can_not_be_stored_is_refused(api: Api, people: People) -> None:
    with nothing_written():
        answer = post(api, people.employer, key="a\0b")
        assert answer.status == 422
        assert answer.json["errors"] == [
            {"pointer": "/headers/idempotency-key", "message": "must not contain NUL"}
        ]


def test_without_a_key_every_post_makes_a_job(api: Api, people: People) -> None:
    made = {api.post("/jobs", BODY, by=people.employer).json["id"] for _ in range(2)}
    assert len(made) == count(Job) == 2


def test_another_body_is_refused(api: Api, people: People) -> None:
    post(api, people.employer)
    with nothing_written():
        for other in (BODY | {"title": "Other"}, {"title": "Patent counsel"}):
            answer = post(api, people.employer, other)
            assert answer.status == 422
            (error,) = answer.json["errors"]
            assert error["pointer"].lower() == "/headers/idempotency-key"


def test_keys_belong_to_their_caller_and_are_taken_literally(api: Api, people: People) -> None:
    answers = [
        post(api, people.employer),
        post(api, people.rival),
        post(api, people.admin, BODY | {"employerUserId": str(people.employer.id)}),
        *(post(api, people.employer, key=key) for key in ("K-1", "k, 1", "k,1", "x" * 255)),
    ]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == len(answers) == count(Job)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(api: Api, people: People, key: str) -> None:
    assert post(api, people.employer, key=key).status == 422
    assert count(Job) == 0


def test_a_key_is_kept_for_24_hours(api: Api, people: People) -> None:
    first = post(api, people.employer)
    age_keys(hours=23, minutes=59)
    assert post(api, people.employer) == first
    age_keys(minutes=2)
    other = BODY | {"title": "Other"}
    second = post(api, people.employer, other)
    assert second.status == 201
    assert second.json != first.json
    assert post(api, people.employer, other) == second
    assert post(api, people.employer).status == 422
    assert count(Job) == 2


def test_a_refused_post_uses_no_key(api: Api, people: People) -> None:
    with nothing_written():
        assert post(api, people.employer, BODY | {"status": "open"}).status == 409
        assert post(api, people.employer, BODY | {"title": ""}).status == 422
        other = {"employerUserId": str(people.rival.id)}
        assert post(api, people.employer, BODY | other).status == 403
        assert post(api, people.admin).status == 422
    assert post(api, people.employer).status == 201


def test_a_caller_who_was_deactivated_gets_no_repeat(api: Api, people: People) -> None:
    for person, extra in (
        (people.employer, {}),
        (people.admin, {"employerUserId": str(people.rival.id)}),
    ):
        assert post(api, person, BODY | extra).status == 201
        change(User, person.id, is_active=False)
        assert post(api, person, BODY | extra).status == 403


def test_a_repeat_with_a_token_of_another_role_is_refused(api: Api, people: People) -> None:
    assert post(api, people.employer).status == 201
    claims = people.employer.claims | {"cognito:groups": ["admin"]}
    answer = api.post("/jobs", BODY, claims=claims, headers={"Idempotency-Key": "k-1"})
    assert answer.status == 403
