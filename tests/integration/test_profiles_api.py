"""Putting and reading one candidate profile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from jobmatch.models import Profile
from jobmatch.postgres import connect
from tests.support.given import resource
from tests.support.rows import change, count, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People

EMPTY: dict[str, Any] = {
    "name": "Ada Quill",
    "email": None,
    "userId": None,
    "status": "pending_review",
    "location": None,
    "specializations": [],
    "technicalDomains": [],
    "barAdmissions": [],
    "workHistory": [],
}
POSITION = {
    "employer": "Vesper & Holm",
    "title": "Associate",
    "startDate": "2015-03",
    "endDate": "present",
    "description": 'Filed.\n"Won."',
}
FULL: dict[str, Any] = {
    "name": "Ada Quill",
    "email": "ada@quill.example",
    "userId": None,
    "status": "active",
    "location": "Basel, Switzerland",
    "specializations": ["Licensing", "Space Mining"],
    "technicalDomains": ["Antibodies"],
    "barAdmissions": [
        {"jurisdiction": "New York", "year": 2012, "status": "Active"},
        {"jurisdiction": "Moon", "year": None, "status": None},
    ],
    "workHistory": [POSITION, POSITION | {"startDate": "spring", "endDate": None}],
}


@pytest.fixture
def path() -> str:
    return f"/admin/profiles/{uuid4()}"


def put(api: Api, people: People, path: str, body: object) -> Answer:
    return api.put(path, body, by=people.admin)


def stored(api: Api, people: People, path: str) -> Any:
    answer = api.get(path, by=people.admin)
    assert answer.status == 200
    return answer.json


def test_a_profile_is_read_back_as_it_was_put(api: Api, people: People, path: str) -> None:
    profile = FULL | {"userId": str(people.rival.id)}
    created = put(api, people, path, profile)
    assert (created.status, resource(created)) == (201, profile)
    assert stored(api, people, path) == profile
    with nothing_written():
        again = put(api, people, path, stored(api, people, path))
    assert (again.status, resource(again)) == (200, profile)


def test_only_the_name_is_required(api: Api, people: People, path: str) -> None:
    assert resource(put(api, people, path, {"name": " Ada Quill "})) == EMPTY
    assert stored(api, people, path) == EMPTY


def test_a_put_replaces_the_profile_wholly(api: Api, people: People, path: str) -> None:
    put(api, people, path, FULL)
    then = datetime(2026, 1, 1, tzinfo=UTC)
    change(Profile, path.rpartition("/")[2], created_at=then, updated_at=then)
    replaced = put(api, people, path, {"name": "Ada Quill"})
    assert (replaced.status, resource(replaced)) == (200, EMPTY)
    assert stored(api, people, path) == EMPTY
    with connect() as connection:
        (row,) = connection.execute(select(Profile.created_at, Profile.updated_at)).all()
    assert row.created_at == then < row.updated_at


def test_each_field_makes_another_profile(api: Api, people: People, path: str) -> None:
    others = EMPTY | {"name": "Bo", "status": "rejected", "userId": str(people.rival.id)}
    for name, other in others.items():
        put(api, people, path, FULL)
        changed = FULL | {name: other}
        assert resource(put(api, people, path, changed)) == changed
        assert stored(api, people, path) == changed


def test_what_means_the_same_is_stored_the_same(api: Api, people: People, path: str) -> None:
    put(api, people, path, FULL)
    first, second = FULL["barAdmissions"]
    same = {
        "name": "  Ada Quill",
        "userId": None,
        "location": "Basel, Switzerland ",
        "specializations": ["ip licensing", "Space Mining", "Licensing", "space  MINING"],
        "technicalDomains": ["mAbs", "antibodies"],
        "barAdmissions": [
            first | {"jurisdiction": "N.Y."},
            {"jurisdiction": "Moon", "status": " "},
        ],
        "workHistory": [POSITION, POSITION | {"startDate": "spring", "endDate": ""}],
    }
    with nothing_written():
        answer = put(api, people, path, FULL | same)
    assert (answer.status, resource(answer)) == (200, FULL)
    assert second["status"] is None


def test_null_and_blank_are_left_out(api: Api, people: People, path: str) -> None:
    lists = ("specializations", "technicalDomains", "barAdmissions", "workHistory")
    body = {"name": "Ada Quill", "email": " ", "location": "", **dict.fromkeys(lists)}
    assert resource(put(api, people, path, body)) == EMPTY


def test_a_user_must_exist(api: Api, people: People, path: str) -> None:
    with nothing_written():
        answer = put(api, people, path, FULL | {"userId": str(uuid4())})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/userId"]


Dates = tuple[str | None, str]
POSSIBLE: list[Dates] = [
    ("2020-05", "2020-05"),
    ("2020", "2020-01"),
    ("2020-05-31", "2020-05-01"),
    ("2020-05", "2020"),
    ("2999", "present"),
    ("2020-13", "2019"),
    ("spring", "2001"),
    ("2020", "never"),
    (None, "2001"),
]
IMPOSSIBLE: list[Dates] = [("2020-05", "2020-04"), ("2020", "2019"), ("2020-02-01", "2020-01-31")]


def test_a_position_ends_no_earlier_than_it_starts(api: Api, people: People, path: str) -> None:
    def put_position(start: str | None, end: str) -> Answer:
        position = POSITION | {"startDate": start, "endDate": end}
        return put(api, people, path, FULL | {"workHistory": [POSITION, position]})

    for dates in IMPOSSIBLE:
        answer = put_position(*dates)
        assert answer.status == 422, dates
        (error,) = answer.json["errors"]
        assert error["pointer"].startswith("/workHistory/1")
    assert count(Profile) == 0
    for dates in POSSIBLE:
        assert put_position(*dates).status in (200, 201), dates
        kept = stored(api, people, path)["workHistory"][1]
        assert (kept["startDate"], kept["endDate"]) == dates
