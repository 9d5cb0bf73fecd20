"""How often each operation speaks to the database: that is what it costs at a distance."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jobmatch.postgres import engine
from tests.support.bedrock import serving_bedrock
from tests.support.given import a_match, a_profile, an_open_job, imported, match_body
from tests.support.running import NO_FAILURES, dispatch, run_matching, send_mail
from tests.support.wire import tapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.api import Api
    from tests.support.cloud import Cloud
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
    "get_decision": "/jobs/{job}/matches/{profile}/decision",
    "get_me": "/me",
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


def test_what_is_compared_with_the_job_reads_the_aliases_too(
    api: Api, people: People, port: int
) -> None:
    job = an_open_job(api, people.employer)
    for _ in range(20):
        profile = a_profile(api, people, specializations=["Licensing"])
    run_matching(job)

    def said(path: str) -> list[str]:
        return messages(lambda: api.get(f"/jobs/{job}/matches{path}", by=people.employer), port)

    assert said(f"/{profile}/candidate") == ["BES", "Q"]
    # The page, its candidates, the aliases; for twenty rows as for one.
    assert said("?include=candidate") == said("?include=candidate&limit=1") == ["BES", "BES", "Q"]


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


def test_a_match_is_stored_in_two_statements(api: Api, people: People, port: int) -> None:
    job, profile = an_open_job(api, people.employer), a_profile(api, people)
    path = f"/admin/jobs/{job}/matches/{profile}"

    def put() -> None:
        assert api.put(path, match_body(), by=people.admin).status in (200, 201)

    # Who asks; whom the texts must not name; the match.
    assert messages(put, port) == ["BES", "BES", "BES"]


def test_an_import_speaks_as_often_for_many_profiles_as_for_one(
    api: Api, people: People, port: int
) -> None:
    # Who asks, and the aliases; the profiles.
    stored = ["Q", "Q", "BES", "Q"]
    for number in (1, 500):
        said = messages(partial(imported, api, people, number), port)
        assert said == ["BES", *stored]


WRITES: dict[str, tuple[str, str, Callable[[int], object], list[str]]] = {
    # BEGIN goes out with the first statement; an admin's write asks first whether they are one.
    # What has terms reads the operator's aliases, which are not prepared; what is told of a job
    # begins with its employer's company. A change asks which webhooks hear of it.
    "create_job": (
        "POST",
        "/jobs",
        lambda n: {"title": f"{n}"},
        ["PBEBES", "Q", *3 * ["BES"], "Q"],
    ),
    "update_job": (
        "PATCH",
        "/jobs/{job}",
        lambda n: {"title": f"{n}"},
        ["PBEBES", *4 * ["BES"], "Q"],
    ),
    "update_job, a requirement": (
        "PATCH",
        "/jobs/{job}",
        lambda n: {"minimumExperience": n},
        ["PBEBES", "Q", *6 * ["BES"], "Q"],
    ),
    "update_job_matching_status": (
        "PUT",
        "/admin/jobs/{job}/matching-status",
        lambda _: {"matchingStatus": "completed"},
        ["BES", "BES"],
    ),
    "request_matching": ("POST", "/jobs/{job}/matching-runs", lambda _: None, ["BES"]),
    "insert_match": (
        "PUT",
        "/admin/jobs/{job}/matches/{profile}",
        lambda _: match_body(),
        ["BES", "BES", "BES"],
    ),
    "invalidate_matches_for_job": (
        "DELETE",
        "/admin/jobs/{job}/matches",
        lambda _: None,
        ["BES", "PBEBES", "BES", "Q"],
    ),
    "mark_matches_notified": (
        "POST",
        "/admin/matches/notified",
        lambda _: {"matchIds": [str(uuid4()) for _ in range(500)]},
        ["BES", "PBEBES", *3 * ["BES"], "Q"],
    ),
    "put_profile": (
        "PUT",
        "/admin/profiles/{profile}",
        lambda n: {"name": f"{n}", "specializations": [f"{n}"]},
        ["BES", *2 * ["Q"], *2 * ["BES"], "Q"],
    ),
    # Who asks, and that they did; the aliases; which values are rare; the counts; the ranking;
    # which values to warn about.
    "preview_matches": (
        "POST",
        "/jobs/preview-matches",
        lambda _: {"title": "Counsel", "requiredSpecializations": ["Licensing"]},
        ["BES", "Q", *4 * ["PDBES"]],
    ),
    # Who is decided about, and their key; the job; the match; what is decided; the log; the match.
    "put_decision": (
        "PUT",
        "/jobs/{job}/matches/{profile}/decision",
        lambda n: {"decision": "held", "reason": f"{n}"},
        ["PBEBES", *7 * ["BES"], "Q"],
    ),
    "put_notification_settings": (
        "PUT",
        "/employers/{employer}/notification-settings",
        lambda n: {"enabled": True, "threshold": n},
        ["BES"],
    ),
}


@pytest.mark.parametrize(("method", "path", "body", "said"), WRITES.values(), ids=WRITES)
def test_a_write_says_no_more_than_it_must(
    method: str,
    path: str,
    body: Callable[[int], object],
    said: list[str],
    api: Api,
    people: People,
    port: int,
) -> None:
    job = an_open_job(api, people.employer)
    profile = a_match(api, people, job)["profileId"]
    by = people.admin if path.startswith("/admin") else people.employer
    path = path.format(job=job, profile=profile, employer=people.employer.id)
    numbers = count(1)

    def write() -> None:
        answer = api.request(method, path, body=body(next(numbers)), by=by)
        assert answer.status < 300, answer.text

    assert messages(write, port) == said


def test_a_page_receives_no_more_than_its_rows_and_one(api: Api, people: People, port: int) -> None:
    imported(api, people, 120)
    job = an_open_job(api, people.employer)
    run_matching(job)
    path = f"/jobs/{job}/matches?limit=100"
    api.get(path, by=people.employer)
    with tapped() as wire:
        items = api.get(path, by=people.employer).json["items"]
    assert len(items) == 100
    sizes = [len(json.dumps(item)) for item in items]
    # In a match, a space more before each of nine colons, and times that are spelt otherwise.
    overhead = 9 + 2 * 6
    assert wire.received <= sum(sizes) + max(sizes) + 101 * overhead + 100


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

    # Claiming: the job, the aliases, an unfinished run, the new one, the company. The ranking alone
    # is planned for each job anew. Storing: the reserve, the candidates, their keys, the fence, who
    # goes, who hears of it, what the log tells, who comes, the log, what is kept, the job, the run,
    # the events, the mail.
    said = ["PBEBES", "Q", *4 * ["BES"], "Q", "PDBES", "PBEBES", *13 * ["BES"], "Q"]
    assert run(1) == said
    assert run(20) == said


def test_a_mail_speaks_as_often_for_many_candidates_as_for_one(
    api: Api, people: People, cloud: Cloud, port: int
) -> None:
    def mail() -> list[str]:
        run_matching(an_open_job(api, people.employer))
        (waiting,) = cloud.notifications.take()
        with tapped() as wire:
            assert send_mail(waiting) == NO_FAILURES
        return wire.kinds_to(port)

    a_profile(api, people, specializations=["Licensing"])
    mail()
    # Claiming: the job, leases of the dead, the mail, whom it names, what it says of the best.
    # Noting: whether it is noted, the candidates, their keys, the job, the matches, the log, who
    # was told, the mail.
    said = ["PBEBES", *4 * ["BES"], "Q", "PBEBES", *8 * ["BES"], "Q"]
    assert mail() == said
    for _ in range(20):
        a_profile(api, people, specializations=["Licensing"])
    assert mail() == said


def test_a_run_with_a_model_reads_the_words_of_all_candidates_at_once(
    api: Api, people: People, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(api, people, 5)
    with serving_bedrock(monkeypatch):
        run_matching(an_open_job(api, people.employer))
        job = an_open_job(api, people.employer)
        with tapped() as wire:
            run_matching(job)
    # As above, but for the job's words and the candidates' after the ranking.
    claimed, stored = ["PBEBES", "Q", *4 * ["BES"], "Q"], ["PBEBES", *12 * ["BES"], "Q"]
    said = [*claimed, "PDBES", *2 * ["BES"], *stored]
    assert wire.kinds_to(port) == said


def test_a_schedule_with_nothing_to_do_asks_little(api: Api, port: int) -> None:
    # Employers, aliases, profiles to index and jobs of other versions, changes, the oldest due job,
    # the due ones, mails, candidates not indexed, webhooks, and mails about them.
    assert len(messages(dispatch, port)) <= 17
