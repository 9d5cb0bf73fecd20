"""Pages of the five lists: nothing is missed or repeated, and a cursor fits its list only."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import insert

from jobmatch.models import Job
from tests.support.given import a_draft, a_match, a_profile, an_open_job
from tests.support.rows import change, write

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
JOB_LISTS = ("employer", "admin", "due")
MATCH_LISTS = ("matches", "unnotified")


def path_of(name: str, people: People, job: str) -> str:
    return {
        "employer": f"/employers/{people.employer.id}/jobs",
        "admin": "/admin/jobs",
        "due": "/admin/jobs/due-for-matching",
        "matches": f"/jobs/{job}/matches",
        "unnotified": f"/admin/jobs/{job}/unnotified-matches",
    }[name]


def page(api: Api, people: People, path: str, cursor: str | None = None, **query: Any) -> Answer:
    if cursor is not None:
        query["cursor"] = quote(cursor)
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    return api.get(f"{path}?{parameters}", by=people.admin)


def walk(api: Api, people: People, path: str, meanwhile: Any, limit: int = 2) -> list[Any]:
    """All items, page by page; `meanwhile` is called between the pages."""
    items, cursor = [], None
    while True:
        got = page(api, people, path, cursor, limit=limit)
        assert got.status == 200
        items += got.json["items"]
        cursor = got.json["nextCursor"]
        if cursor is None:
            return items
        assert len(got.json["items"]) == limit
        meanwhile()


@pytest.fixture
def jobs(api: Api, people: People) -> list[str]:
    """Seven open jobs, oldest first, of which some were created at the same microsecond."""
    made = [an_open_job(api, people.employer) for _ in range(7)]
    by_time = []
    for minute, group in enumerate((made[:3], made[3:4], made[4:])):
        for job in group:
            change(Job, job, created_at=NOON + timedelta(minutes=minute))
        by_time += sorted(group)
    return by_time


@pytest.mark.parametrize("name", JOB_LISTS)
def test_a_walk_over_jobs_sees_each_once_while_jobs_are_added(
    api: Api, people: People, jobs: list[str], name: str
) -> None:
    expected = jobs if name == "due" else jobs[::-1]
    added: list[str] = []

    def post() -> None:
        if len(added) < 3:
            added.append(an_open_job(api, people.employer))

    seen = [item["id"] for item in walk(api, people, path_of(name, people, ""), post)]
    # What is added is the newest: behind us in the lists that are newest first.
    assert seen == (expected + added if name == "due" else expected)
    assert added


@pytest.mark.parametrize("name", MATCH_LISTS)
def test_a_walk_over_matches_sees_each_once_while_matches_are_added(
    api: Api, people: People, name: str
) -> None:
    job = a_draft(api, people.employer)
    scores = (50, 90, 50, 50, 70, 90, 50, 25)
    stored = [a_match(api, people, job, score=score) for score in scores]
    ordered = sorted(stored, key=lambda match: (-match["overallScore"], match["profileId"]))
    behind: list[str] = []
    ahead: list[str] = []

    def store() -> None:
        if not ahead:
            behind.append(a_match(api, people, job, score=95)["profileId"])
            ahead.append(a_match(api, people, job, score=10)["profileId"])

    seen = [item["profileId"] for item in walk(api, people, path_of(name, people, job), store)]
    assert seen == [match["profileId"] for match in ordered] + ahead
    assert behind


def test_a_full_last_page_is_the_last(api: Api, people: People, jobs: list[str]) -> None:
    path = path_of("employer", people, "")
    for limit, more in ((6, True), (7, False), (8, False)):
        got = page(api, people, path, limit=limit).json
        assert len(got["items"]) == min(limit, 7)
        assert (got["nextCursor"] is not None) is more
    assert page(api, people, f"/employers/{people.rival.id}/jobs").json == {
        "items": [],
        "nextCursor": None,
    }


def test_a_page_holds_50_by_default_and_100_at_most(api: Api, people: People) -> None:
    employer = people.employer.id
    rows = [{"employer_user_id": employer, "created_by": employer, "title": "J"}] * 101
    write(insert(Job).values(rows))
    path = path_of("employer", people, "")
    first = page(api, people, path).json
    second = page(api, people, path, first["nextCursor"], limit=100).json
    assert [len(each["items"]) for each in (first, second)] == [50, 51]
    assert second["nextCursor"] is None
    assert len({item["id"] for each in (first, second) for item in each["items"]}) == 101
    assert len(page(api, people, path, limit=100).json["items"]) == 100


def refused(answer: Answer, pointer: str) -> bool:
    assert answer.status == 422, answer
    return [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("name", JOB_LISTS + MATCH_LISTS)
def test_limits_and_filters_have_bounds(api: Api, people: People, name: str) -> None:
    path = path_of(name, people, a_draft(api, people.employer))
    wrong: dict[str, Any] = {"limit": (0, 101, -1, "x", "", "1e2", "1.5", "true", "1&limit=2")}
    if name in MATCH_LISTS:
        wrong["minScore"] = (-1, 101, "x", "", "75.5")
        assert page(api, people, path, minScore=0).status == 200
        assert page(api, people, path, minScore=100).status == 200
    elif name != "due":
        wrong["status"] = ("OPEN", "", "deleted", "open,closed", "open&status=closed")
    for parameter, values in wrong.items():
        for value in values:
            answer = page(api, people, path, **{parameter: value})
            assert refused(answer, f"/query/{parameter}"), value


@pytest.fixture
def cursors(api: Api, people: People) -> dict[str, str]:
    """The cursor of the first page of many lists, by the list's path and filters."""
    job, other = (an_open_job(api, people.employer) for _ in range(2))
    for match_job in (job, other):
        for _ in range(2):
            a_match(api, people, match_job, a_profile(api, people))
    for _ in range(2):
        an_open_job(api, people.rival)
    lists = [f"{path_of(name, people, job)}?" for name in JOB_LISTS + MATCH_LISTS]
    lists += [f"{path_of(name, people, other)}?" for name in MATCH_LISTS]
    lists += [f"{lists[0]}status=open&", f"{lists[1]}status=open&"]
    lists += [f"{lists[3]}minScore=0&", f"{lists[3]}minScore=1&", f"{lists[4]}minScore=0&"]
    lists += [f"/employers/{people.rival.id}/jobs?"]
    answers = {path: api.get(f"{path}limit=1", by=people.admin).json for path in lists}
    return {path: answer["nextCursor"] for path, answer in answers.items()}


def test_a_cursor_fits_no_other_list_and_no_other_filter(
    api: Api, people: People, cursors: dict[str, str]
) -> None:
    assert None not in cursors.values()
    fits = {
        (path, origin): api.get(f"{path}cursor={quote(cursor)}", by=people.admin).status
        for path in cursors
        for origin, cursor in cursors.items()
    }
    assert fits == {(path, origin): 200 if path == origin else 422 for path, origin in fits}


def test_a_cursor_goes_with_another_limit(
    api: Api, people: People, cursors: dict[str, str]
) -> None:
    path, cursor = next(iter(cursors.items()))
    got = api.get(f"{path}limit=7&cursor={quote(cursor)}", by=people.employer)
    assert (got.status, len(got.json["items"])) == (200, 1)


def _tampered(cursor: str) -> list[str]:
    digest, place = json.loads(base64.urlsafe_b64decode(cursor))
    # Places that look right, but that no row can have.
    places: list[Any] = [
        place[:-1],
        [*place, place[-1]],
        [],
        {},
        None,
        place[::-1],
        [None, place[-1]],
    ]
    places += [[time, place[-1]] for time in ("soon", "2026-01-01T00:00:00", True)]
    extremes = ("0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00")
    places += [[time, place[-1]] for time in extremes]
    places += [[*place[:-1], "no-id"], [101, place[-1]], [2**70, place[-1]]]
    documents: list[Any] = [[digest, each] for each in places if each != place]
    # A digest without letters would not change in capitals.
    documents += [
        ["0" * 16, place],
        [f"{digest[:-1]}G", place],
        [place, digest],
        [digest],
        {},
        None,
    ]
    texts = [json.dumps(document).encode() for document in documents]
    return [base64.urlsafe_b64encode(each).decode() for each in (*texts, b"", b"\xff", b"{")]


def test_a_cursor_that_we_did_not_make_is_refused(
    api: Api, people: People, cursors: dict[str, str]
) -> None:
    taken = []
    for path, cursor in cursors.items():
        wrong = ["x", "é", "!", "null", str(uuid4()), cursor[:-6], f"x{cursor}", "A" * 600]
        for bad in (*wrong, *_tampered(cursor)):
            answer = api.get(f"{path}cursor={quote(bad)}", by=people.admin)
            if answer.status != 422:
                taken.append((answer.status, path.split("/")[-1], base64.urlsafe_b64decode(bad)))
    assert taken == []
