"""What an admin finds: jobs that wait or have failed, with the reasons, and candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from jobmatch.models import Job, MatchingStatus
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.logs import lines_of
from tests.support.rows import change

if TYPE_CHECKING:
    from io import StringIO

    from tests.support.api import Api
    from tests.support.people import People

FAILED = MatchingStatus.FAILED


def items(api: Api, people: People, path: str) -> list[dict[str, Any]]:
    answer = api.get(path, by=people.admin)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


@pytest.fixture
def jobs(api: Api, people: People) -> dict[MatchingStatus, str]:
    """An open job in each state of matching, the first one oldest."""
    made = {status: an_open_job(api, people.employer) for status in MatchingStatus}
    for status, job in made.items():
        change(Job, job, matching_status=status)
    return made


def test_jobs_are_filtered_by_the_state_of_their_matching(
    api: Api, people: People, jobs: dict[MatchingStatus, str]
) -> None:
    draft = a_draft(api, people.employer)
    for status, job in jobs.items():
        path = f"/admin/jobs?status=open&matchingStatus={status}"
        assert [item["id"] for item in items(api, people, path)] == [job]
    both = "/admin/jobs?matchingStatus=pending&matchingStatus=failed"
    expected = [draft, *(jobs[each] for each in MatchingStatus if each in {"pending", "failed"})]
    found = [item["id"] for item in items(api, people, both)]
    assert sorted(found) == sorted(expected)
    assert found[0] == draft, "newest first"


def test_a_cursor_belongs_to_its_states_in_any_order(
    api: Api, people: People, jobs: dict[MatchingStatus, str]
) -> None:
    def page(query: str) -> Any:
        return api.get(f"/admin/jobs?limit=1{query}", by=people.admin)

    first = page("&matchingStatus=pending&matchingStatus=failed").json
    cursor = f"&cursor={quote(first['nextCursor'])}"
    second = page(f"&matchingStatus=failed&matchingStatus=pending{cursor}")
    listed = {item["id"] for item in first["items"] + second.json["items"]}
    assert listed == {jobs[MatchingStatus.PENDING], jobs[FAILED]}
    for other in ("", "&matchingStatus=failed", "&matchingStatus=pending"):
        assert page(other + cursor).status == 422
    assert page("&matchingStatus=lost").status == 422
    assert page("&include=candidate").status == 422


def test_reasons_come_only_when_asked_for_and_as_for_the_single_job(
    api: Api, people: People, jobs: dict[MatchingStatus, str]
) -> None:
    change(Job, jobs[FAILED], last_error="It broke.", matching_failures=2)
    plain = items(api, people, "/admin/jobs")
    assert all("matching" not in item for item in plain)
    detailed = items(api, people, "/admin/jobs?include=matching")
    assert [{k: v for k, v in item.items() if k != "matching"} for item in detailed] == plain
    names = ("isDue", "isGivenUp", "failures", "lastError", "nextTryAt")
    for item in detailed:
        state = api.get(f"/admin/jobs/{item['id']}/matching", by=people.admin).json
        assert item["matching"] == {name: state[name] for name in names}
    (failed,) = (item for item in detailed if item["id"] == jobs[FAILED])
    assert failed["matching"]["lastError"] == "It broke."


def test_reasons_are_not_for_employers(api: Api, people: People) -> None:
    assert api.get("/admin/jobs?include=matching", by=people.employer).status == 403


NAMES = ("Ada Quill", "Ben Quill-Okafor", "Caoimhe O\u2019Neill", "Émile St.Clair", "100% _Ltd\\")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ada", [0]),
        ("QUI", [1, 0]),
        ("okafor ben", [1]),
        ("quill okafor", [1]),
        ("neill", [2]),
        ("o'neill", [2]),
        ("clair", [3]),
        ("émi", [3]),
        ("uill", []),
        ("ada okafor", []),
        ("100%", [4]),
        ("ada' | 'ben", []),
        ("ada:* | ben", []),
        ("\\", []),
        ("-", []),
        ("%", []),
    ],
)
def test_a_candidate_is_found_by_the_beginnings_of_words(
    api: Api, people: People, name: str, found: list[int]
) -> None:
    made = [a_profile(api, people, name=each) for each in NAMES]
    listed = items(api, people, f"/admin/profiles?name={quote(name)}")
    assert [item["id"] for item in listed] == [made[each] for each in found]


@pytest.mark.parametrize(
    ("email", "found"),
    [
        ("Ada.Quill@", [0]),
        ("ada", [0, 1]),
        ("ada_quill", [1]),
        ("quill", []),
        ("%", []),
        ("\\", []),
    ],
)
def test_a_candidate_is_found_by_the_beginning_of_an_address(
    api: Api, people: People, email: str, found: list[int]
) -> None:
    addresses = ("ada.quill@firm.example", "ADA_QUILL@firm.example", None)
    made = [a_profile(api, people, email=each) for each in addresses]
    listed = items(api, people, f"/admin/profiles?email={quote(email)}")
    assert {item["id"] for item in listed} == {made[each] for each in found}


def test_candidates_are_listed_newest_first_page_by_page(api: Api, people: People) -> None:
    made = [a_profile(api, people, name=f"Ada {number}") for number in range(5)]
    rejected = a_profile(api, people, name="Ada", status="rejected")
    path = "/admin/profiles?name=ada&status=active&limit=2"
    listed = list[dict[str, Any]]()
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(path + cursor, by=people.admin).json
        listed += page["items"]
        cursor = page["nextCursor"] and f"&cursor={quote(page['nextCursor'])}"
    assert [item["id"] for item in listed] == made[::-1]
    (only,) = items(api, people, "/admin/profiles?status=rejected")
    profile = api.get(f"/admin/profiles/{rejected}", by=people.admin).json
    names = ("name", "email", "status", "location")
    assert only.keys() == {"id", *names, "createdAt", "updatedAt"}
    assert only["id"] == rejected
    assert {name: only[name] for name in names} == {name: profile[name] for name in names}


def test_a_cursor_belongs_to_its_search(api: Api, people: People) -> None:
    for _ in range(2):
        a_profile(api, people, name="Ada")
    first = api.get("/admin/profiles?name=ada&limit=1", by=people.admin).json
    cursor = quote(first["nextCursor"])
    for other in ("", "&name=ad", "&name=ada&status=active", "&email=ada"):
        path = f"/admin/profiles?limit=1&cursor={cursor}{other}"
        assert api.get(path, by=people.admin).status == 422


def test_what_is_searched_for_is_not_logged(api: Api, people: People, log: StringIO) -> None:
    sought = f"zq{uuid4().hex}"
    for query in (f"name={sought}", f"email={sought}", f"status={sought}", f"name={sought}%00"):
        api.get(f"/admin/profiles?{query}", by=people.admin)
    assert lines_of(log.getvalue())
    assert sought not in log.getvalue()
