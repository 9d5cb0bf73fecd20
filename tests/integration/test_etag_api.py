"""The entity tag of a job, and changes that depend on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.given import a_match, an_open_job
from tests.support.rows import nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def job(api: Api, people: People) -> str:
    """A job that was changed once."""
    job = an_open_job(api, people.employer)
    assert api.patch(f"/jobs/{job}", {"title": "Second"}, by=people.employer).status == 200
    return job


def tag_of(api: Api, people: People, job: str) -> str:
    return api.get(f"/jobs/{job}", by=people.employer).headers["etag"]


def test_a_change_answers_the_new_strong_tag(api: Api, people: People, job: str) -> None:
    before = tag_of(api, people, job)
    assert re.fullmatch(r'"[^"]+"', before)
    changed = api.patch(f"/jobs/{job}", {"description": "New"}, by=people.employer)
    assert changed.headers["etag"] == tag_of(api, people, job) != before


def test_only_changes_of_the_job_move_the_tag(api: Api, people: People, job: str) -> None:
    tag, admin = tag_of(api, people, job), people.admin
    match = a_match(api, people, job)
    api.post("/admin/matches/notified", {"matchIds": [match["id"]]}, by=admin)
    for status in ("running", "completed", "failed", "pending"):
        api.put(f"/admin/jobs/{job}/matching-status", {"matchingStatus": status}, by=admin)
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    api.delete(f"/admin/jobs/{job}/matches", by=admin)
    assert tag_of(api, people, job) == tag


@pytest.mark.parametrize(
    "if_match", ["{tag}", " {tag} ", "*", '"x", {tag}', '{tag},"x"', 'W/"x" , {tag}, "a,b"']
)
def test_a_matching_tag_lets_a_change_through(
    api: Api, people: People, job: str, if_match: str
) -> None:
    headers = {"If-Match": if_match.format(tag=tag_of(api, people, job))}
    answer = api.patch(f"/jobs/{job}", {"title": "Third"}, by=people.employer, headers=headers)
    assert (answer.status, answer.json["title"]) == (200, "Third")


def test_no_other_tag_lets_a_change_through(api: Api, people: People, job: str) -> None:
    tag = tag_of(api, people, job)
    number = tag.strip('"')
    others = ['"1"', '"3"', '"1", "3"', f"W/{tag}", f'"x", W/{tag}', number, f"'{number}'"]
    others += ['""', "", '"*"', f'"0{number}"', f'"{number} "', f'"{number}', f'"x,{number},y"']
    with nothing_written():
        for other in others:
            for body in ({"title": "Third"}, {"title": "Second"}, {"status": "draft"}):
                answer = api.patch(
                    f"/jobs/{job}", body, by=people.employer, headers={"If-Match": other}
                )
                assert answer.status == 412, other
    headers = {"If-Match": tag}
    conflict = api.patch(f"/jobs/{job}", {"status": "draft"}, by=people.admin, headers=headers)
    assert conflict.status == 409


def test_of_two_changes_from_one_reading_the_second_fails(
    api: Api, people: People, job: str
) -> None:
    headers = {"If-Match": tag_of(api, people, job)}
    first, second = (
        api.patch(f"/jobs/{job}", {"title": title}, by=people.employer, headers=headers)
        for title in ("Mine", "Theirs")
    )
    assert (first.status, second.status) == (200, 412)
    assert api.get(f"/jobs/{job}", by=people.employer).json["title"] == "Mine"
