"""The decision log: what is in it, that it stays, and that nobody is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from jobmatch.audit.chains import verify
from jobmatch.audit.queries import FIRST, log_decision
from jobmatch.careers.dates import this_month
from jobmatch.matches.service import insert_match, mark_matches_notified
from jobmatch.models import CandidateKey, Decision, DecisionKind, Job, JobMatch, User, UserRole
from jobmatch.permissions.locks import ids, lock_jobs
from jobmatch.postgres import connect, transaction
from jobmatch.rules.rubric import VERSION
from jobmatch.runs.queries import complete_run
from jobmatch.wording.queries import vocabulary_version
from local.events import schedule_event
from tests.support.due import claim_job
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.paths import ROOT
from tests.support.postings import a_match, post_job, put_candidates
from tests.support.rows import as_owner, count, forget_decisions, write
from tests.support.running import found, matches_of, run_matching, take_up, work

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.rivals import Rivals

WANTED = {"requiredSpecializations": ["Licensing"], "minimumExperience": 3}


def entries(api: Api, people: People, query: str = "") -> list[dict[str, Any]]:
    answer = api.get(f"/admin/decisions{query}", by=people.admin)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def said(api: Api, people: People, job: str) -> list[dict[str, Any]]:
    """What the entries of a job say, which must be an unbroken chain."""
    items = entries(api, people, f"?jobId={job}")
    result = verify(items)
    assert (result.broken, result.entries) == (None, len(items))
    return [json.loads(item["entry"]) for item in items]


def test_a_run_logs_whom_it_shortlists_and_by_which_rules(api: Api, people: People) -> None:
    best = a_profile(api, people, specializations=["Licensing"])
    a_profile(api, people, specializations=["Copyright"])
    a_profile(api, people, specializations=["Licensing"], status="rejected")
    job = an_open_job(api, people.employer, **WANTED)
    run_matching(job)
    (entry,) = said(api, people, job)
    (match,) = matches_of(api, job, people.employer)
    assert (entry["jobId"], entry["number"], entry["kind"]) == (job, 1, "ranked")
    assert entry["scores"] == [match["overallScore"]]
    run = api.get(f"/jobs/{job}/matching-runs", by=people.admin).json["items"][0]
    assert entry["facts"] == {
        "runId": run["id"],
        "scorer": "rubric",
        "modelId": None,
        "promptVersion": None,
        "rubricVersion": VERSION,
        "vocabularyVersion": vocabulary_version(None),
        "passed": 1,
        "requirements": {
            "requiredSpecializations": ["Licensing"],
            "preferredSpecializations": [],
            "minimumExperience": 3,
            "preferredLocation": None,
            "requiredBar": [],
            "requiredTechnicalDomains": [],
        },
    }
    export = api.get(f"/admin/profiles/{best}/export", by=people.admin).json
    assert entry["candidates"] == [export["pseudonym"]]


def test_the_best_come_first_with_their_scores(api: Api, people: People) -> None:
    places = ["Munich, Germany", "Paris, France", "Berlin, Germany"]
    for place in places:
        a_profile(api, people, specializations=["Licensing"], location=place)
    job = an_open_job(api, people.employer, preferredLocation="Munich, Germany")
    run_matching(job)
    (entry,) = said(api, people, job)
    scores = [match["overallScore"] for match in matches_of(api, job, people.employer)]
    assert entry["scores"] == scores == sorted(scores, reverse=True)
    assert len({*entry["candidates"]}) == len(entry["candidates"]) == 3


def test_what_was_told_and_what_counts_no_more_follow(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    work(cloud)
    assert len(cloud.mails()) == 1
    changed = api.patch(f"/jobs/{job}", {"minimumExperience": 5}, by=people.employer)
    assert changed.status == 200, changed.text
    ranked, told, invalidated, *_ = said(api, people, job)
    assert [each["kind"] for each in (ranked, told, invalidated)] == [
        "ranked",
        "told",
        "invalidated",
    ]
    assert (told["candidates"], told["scores"]) == (ranked["candidates"], ranked["scores"])
    assert (invalidated["candidates"], invalidated["facts"]) == ([], {"matches": 1})
    # Nothing was left to put away.
    changed = api.patch(f"/jobs/{job}", {"minimumExperience": 6}, by=people.employer)
    assert changed.status == 200
    assert len(said(api, people, job)) == 3


def test_what_an_admin_marks_or_puts_away_follows_too(api: Api, people: People) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    (match,) = matches_of(api, job, people.employer)
    for _ in range(2):  # the second marks nothing
        marked = {"matchIds": [match["id"]]}
        assert api.post("/admin/matches/notified", marked, by=people.admin).status == 200
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).status == 200
    ranked, told, invalidated = said(api, people, job)
    assert told["candidates"] == ranked["candidates"]
    assert (told["kind"], invalidated["kind"]) == ("told", "invalidated")


def test_nobody_is_named_and_with_their_key_goes_who_it_was(api: Api, people: People) -> None:
    profile = a_profile(
        api, people, name="Ada Quill", email="ada@quill.example", specializations=["Licensing"]
    )
    job = an_open_job(api, people.employer)
    run_matching(job)
    before = entries(api, people)
    stored = json.dumps(before)
    assert not any(each in stored for each in ("Ada", "quill", profile))
    (name,) = json.loads(before[0]["entry"])["candidates"]
    export = api.get(f"/admin/profiles/{profile}/export", by=people.admin).json
    assert export["pseudonym"] == name
    assert [(each["jobId"], each["number"]) for each in export["decisions"]] == [(job, 1)]
    assert api.delete(f"/admin/profiles/{profile}", by=people.admin).status == 204
    assert count(CandidateKey) == 0
    assert entries(api, people) == before
    # Nor by the same id is it the same again.
    a_profile(api, people, profile, specializations=["Licensing"])
    take_up()
    *_, again = said(api, people, job)
    # Who was deleted has left.
    came, left = zip(again["candidates"], again["scores"], strict=True)
    assert left == (name, None)
    assert came[0] != name


def test_two_jobs_have_a_chain_each_and_pages_follow_them(api: Api, people: People) -> None:
    a_profile(api, people, specializations=["Licensing"])
    jobs = [an_open_job(api, people.employer) for _ in range(2)]
    for job in (*jobs, *jobs):
        run_matching(job)
        assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).status == 200
    whole = entries(api, people)
    assert [(each["jobId"], each["number"]) for each in whole] == [
        (job, number) for job in sorted(jobs) for number in (1, 2, 3, 4)
    ]
    assert verify(whole).broken is None
    assert whole[0]["previous"] == FIRST.hex()
    read, cursor = [], ""
    for _ in whole:
        page = api.get(f"/admin/decisions?limit=1{cursor}", by=people.admin).json
        read += page["items"]
        cursor = f"&cursor={page['nextCursor']}"
    assert read == whole
    assert page["nextCursor"] is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET entry = '{}'",
        "UPDATE decisions SET recorded_at = now() WHERE false",
        "TRUNCATE decisions",
    ],
)
def test_the_database_refuses_to_change_it(database: str, statement: str) -> None:
    with connect() as connection, pytest.raises(DBAPIError, match="only added to"):
        connection.execute(text(statement))


def test_what_is_overtaken_decides_nothing(database: str) -> None:
    with transaction() as connection:
        job = post_job(connection)
        (profile,) = put_candidates(connection, {})
        run = claim_job(connection, job)
        assert run is not None
        insert_match(connection, a_match(job, profile))
    with transaction() as connection:
        connection.execute(text("UPDATE jobs SET matching_run_id = NULL"))
        assert (
            complete_run(connection, run, found(a_match(job, profile)), this_month=this_month())
            is None
        )
    assert count(Decision) == 0


def test_who_marks_while_a_run_completes_adds_after_it(database: str, rivals: Rivals) -> None:
    # Needs: both lock the job before they read the end of its chain; else both add number 1, and
    # one of them fails.
    with transaction() as connection:
        job = post_job(connection)
        (profile,) = put_candidates(connection, {})
        run = claim_job(connection, job)
        assert run is not None
        match, _ = insert_match(connection, a_match(job, profile))
    with transaction() as connection:
        lock_jobs(connection, ids([job]))
        complete_run(connection, run, found(a_match(job, profile)), this_month=this_month())
        marked = rivals.blocked(mark_matches_notified, [match.id])
    assert marked.result() == 1
    with connect() as connection:
        rows = connection.execute(select(Decision.number, Decision.kind).order_by(Decision.number))
        assert [tuple(row) for row in rows] == [(1, DecisionKind.RANKED), (2, DecisionKind.TOLD)]


def test_matches_that_are_older_than_the_log_are_logged_once_they_are_ranked(
    api: Api, people: People
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    forget_decisions()
    write(delete(CandidateKey))
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    run_matching(job)
    (entry,) = said(api, people, job)
    assert len(entry["candidates"]) == 1
    run = api.get(f"/jobs/{job}/matching-runs?limit=1", by=people.admin).json["items"][0]
    assert (run["scored"], run["reused"]) == (0, 1)


def test_the_beginning_of_a_chain_goes_after_its_own_retention(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    job = an_open_job(api, people.employer)
    ages = [timedelta(days=1_500), timedelta(days=1), timedelta(days=1_500), timedelta(0)]
    with transaction() as connection:
        lock_jobs(connection, ids([UUID(job)]))
        for _ in ages:
            log_decision(connection, UUID(job), DecisionKind.TOLD, {}, {})
    with as_owner() as connection:
        for number, age in enumerate(ages, 1):
            connection.execute(
                text("UPDATE decisions SET recorded_at = :at WHERE number = :number"),
                {"at": now - age, "number": number},
            )

    def purge() -> Any:
        return invoke("purge_history", schedule_event("purge_history"))["decisions"]

    # The schema holds it, so that the one who deletes does not choose it.
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    for days, deleted in (("0", 0), ("1501", 0)):
        monkeypatch.setenv("DECISION_RETENTION_DAYS", days)
        invoke("migrate_database", {})
        assert purge() == deleted
    monkeypatch.delenv("DECISION_RETENTION_DAYS")
    assert purge() == 0
    invoke("migrate_database", {})
    # Not the third, which a clock that was set back has dated.
    assert purge() == 1
    assert [each["number"] for each in entries(api, people)] == [2, 3, 4]


def test_the_log_outlives_its_job(api: Api, people: People) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    write(delete(User).where(User.role == UserRole.EMPLOYER))
    assert count(Job) == count(JobMatch) == 0
    assert len(said(api, people, job)) == 1


@pytest.mark.parametrize("query", ["jobId=1", "jobId=", "limit=0", "limit=101", "cursor=x"])
def test_what_is_asked_for_wrongly_is_refused(api: Api, people: People, query: str) -> None:
    assert api.get(f"/admin/decisions?{query}", by=people.admin).status == 422
