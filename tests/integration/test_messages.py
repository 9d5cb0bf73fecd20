"""How often each operation speaks to the database: that is what it costs at a distance."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jobmatch.database import engine
from tests.support.given import a_profile, an_open_job, match_body
from tests.support.running import dispatch, run_matching
from tests.support.wire import tapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture(autouse=True)
def single(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One connection, as on Lambda."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    yield
    engine().dispose()


def messages(work: Callable[[], object], to: int) -> list[str]:
    """What `work` says to the server, when it has said all of it before."""
    for _ in range(2):
        work()
    with tapped() as wire:
        work()
    return wire.kinds_to(to)


@pytest.fixture
def port() -> int:
    found = engine().url.port
    assert found is not None
    return found


READS = {
    "get_job_by_id": "/jobs/{job}",
    "get_jobs_by_employer": "/employers/{employer}/jobs",
    "get_jobs_by_employer, filtered": "/employers/{employer}/jobs?status=open&limit=10",
    "get_matches_for_job": "/jobs/{job}/matches",
    "get_matches_for_job, filtered": "/jobs/{job}/matches?minScore=50&limit=10",
    "get_match_by_job_and_profile": "/jobs/{job}/matches/{profile}",
    "get_match_candidate": "/jobs/{job}/matches/{profile}/candidate",
    "get_matching_runs": "/jobs/{job}/matching-runs",
    "get_notification_settings": "/employers/{employer}/notification-settings",
}


@pytest.mark.parametrize("path", READS.values(), ids=READS)
def test_an_employers_read_is_one_message_and_one_answer(
    path: str, api: Api, people: People, port: int
) -> None:
    job = an_open_job(api, people.employer)
    profile = a_profile(api, people, specializations=["Licensing"])
    run_matching(job)
    path = path.format(job=job, employer=people.employer.id, profile=profile)

    def read() -> None:
        assert api.get(path, by=people.employer).status == 200

    assert messages(read, port) == ["BES"]


@pytest.mark.parametrize(
    "path", ["/admin/jobs", "/admin/jobs/due-for-matching", "/admin/profiles/{profile}"]
)
def test_an_admins_read_asks_first_whether_they_are_one(
    path: str, api: Api, people: People, port: int
) -> None:
    path = path.format(profile=a_profile(api, people))

    def read() -> None:
        assert api.get(path, by=people.admin).status == 200

    assert messages(read, port) in (["BES", "BES"], ["BES", "Q"])


def test_a_match_is_stored_in_one_statement(api: Api, people: People, port: int) -> None:
    job, profile = an_open_job(api, people.employer), a_profile(api, people)
    path = f"/admin/jobs/{job}/matches/{profile}"

    def put() -> None:
        assert api.put(path, match_body(), by=people.admin).status in (200, 201)

    role, stored = messages(put, port)
    assert (role, stored) == ("BES", "BES")


def test_an_import_speaks_as_often_for_many_profiles_as_for_one(
    api: Api, people: People, port: int
) -> None:
    def imported(count: int) -> list[str]:
        def put() -> None:
            profiles = [{"id": str(uuid4()), "name": "Ada Quill"} for _ in range(count)]
            body = {"profiles": profiles}
            assert api.post("/admin/profiles/import", body, by=people.admin).status == 200

        return messages(put, port)

    role, stored, commit, *noted = imported(100)
    assert (role, stored, commit) == ("BES", "PBEBES", "Q")
    assert imported(1) == [role, stored, commit, *noted]


def test_a_run_speaks_as_often_for_many_candidates_as_for_one(
    api: Api, people: People, port: int
) -> None:
    def run(candidates: int) -> list[str]:
        job = an_open_job(api, people.employer)
        for _ in range(candidates):
            a_profile(api, people, specializations=["Licensing"])
        run_matching(job)
        job = an_open_job(api, people.employer)
        with tapped() as wire:
            run_matching(job)
        return wire.kinds_to(port)

    few, many = run(1), run(20)
    assert many.count("PDBES") == 1, "the ranking alone is planned for each job anew"
    assert len(few) == len(many)
    assert len(many) <= 13


def test_a_schedule_with_nothing_to_do_asks_little(api: Api, port: int) -> None:
    # Employers, changes, the oldest due job, the due ones, mails, and candidates not indexed.
    assert len(messages(dispatch, port)) <= 8
