"""What an employer decides about candidates: who may, what it takes, and what it outlives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from jobmatch.audit.chains import verify
from jobmatch.models import Decision, MatchDecision
from jobmatch.postgres import connect
from tests.support.given import a_match, a_profile, an_open_job
from tests.support.rows import nothing_written
from tests.support.running import matches_of, run_matching, work

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.cloud import Cloud
    from tests.support.people import People, Person

BRIEF = "Wants to stay in Munich."


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


@pytest.fixture
def profile(api: Api, people: People, job: str) -> str:
    """A candidate whom a run has found for the job."""
    profile = a_profile(api, people, specializations=["Licensing"])
    run_matching(job)
    return profile


def decide(
    api: Api, job: str, profile: str, by: Person, decision: str | None, reason: str | None = None
) -> Answer:
    body = {"decision": decision, "reason": reason}
    return api.put(f"/jobs/{job}/matches/{profile}/decision", body, by=by)


def decided(api: Api, job: str, profile: str, by: Person) -> dict[str, Any]:
    answer = api.get(f"/jobs/{job}/matches/{profile}/decision", by=by)
    assert answer.status == 200, answer.text
    shown: dict[str, Any] = answer.json
    return shown


def logged(api: Api, people: People, job: str) -> list[dict[str, Any]]:
    """The entries of a job's chain about decisions; the chain is whole."""
    answer = api.get(f"/admin/decisions?jobId={job}&limit=100", by=people.admin)
    assert answer.status == 200, answer.text
    assert verify(answer.json["items"]).broken is None
    entries = [json.loads(item["entry"]) for item in answer.json["items"]]
    return [entry for entry in entries if entry["kind"] == "decided"]


def fault(answer: Answer) -> str:
    assert answer.status == 422, answer.text
    (only,) = answer.json["errors"]
    return str(only["pointer"])


@pytest.mark.parametrize("decision", ["shortlisted", "held", "declined"])
def test_a_decision_is_shown_with_the_match_and_changes_no_score(
    api: Api, people: People, job: str, profile: str, decision: str
) -> None:
    (before,) = matches_of(api, job, people.employer)
    assert before["decision"] is None
    answer = decide(api, job, profile, people.employer, decision, BRIEF)
    assert answer.status == 200, answer.text
    assert answer.json == before | {"decision": decision}
    assert matches_of(api, job, people.employer) == [answer.json]
    one = api.get(f"/jobs/{job}/matches/{profile}", by=people.employer)
    assert one.json == answer.json
    shown = decided(api, job, profile, people.employer)
    assert (shown["decision"], shown["reason"]) == (decision, BRIEF)
    assert shown["decidedAt"]
    put = api.put(
        f"/admin/jobs/{job}/matches/{profile}",
        {name: before[name] for name in ("overallScore", "subscores", "summary", "recommendation")},
        by=people.admin,
    )
    assert put.json["decision"] == decision


def test_null_takes_it_back(api: Api, people: People, job: str, profile: str) -> None:
    assert decide(api, job, profile, people.employer, "declined", BRIEF).status == 200
    undone = decide(api, job, profile, people.employer, None)
    assert (undone.status, undone.json["decision"]) == (200, None)
    nothing = {"decision": None, "reason": None, "decidedAt": None}
    assert decided(api, job, profile, people.employer) == nothing
    with nothing_written():
        assert decide(api, job, profile, people.employer, None).status == 200


def test_the_same_again_changes_nothing(api: Api, people: People, job: str, profile: str) -> None:
    assert decide(api, job, profile, people.employer, "held").status == 200
    with nothing_written():
        assert decide(api, job, profile, people.employer, "held", "  ").status == 200
    assert decide(api, job, profile, people.employer, "held", BRIEF).status == 200
    assert len(logged(api, people, job)) == 2


@pytest.mark.parametrize("reason", [None, "", " \t"])
def test_to_decline_takes_a_reason(
    api: Api, people: People, job: str, profile: str, reason: str | None
) -> None:
    path = f"/jobs/{job}/matches/{profile}/decision"
    with nothing_written():
        answer = decide(api, job, profile, people.employer, "declined", reason)
        left_out = api.put(path, {"decision": "declined"}, by=people.employer)
    assert fault(answer) == fault(left_out) == "/reason"


@pytest.mark.parametrize(("score", "needed"), [(0, True), (49, True), (50, False), (100, False)])
def test_to_shortlist_a_low_score_takes_a_reason(
    api: Api, people: People, job: str, score: int, needed: bool
) -> None:
    profile = a_match(api, people, job, score=score)["profileId"]
    answer = decide(api, job, profile, people.employer, "shortlisted")
    if needed:
        assert fault(answer) == "/reason"
        answer = decide(api, job, profile, people.employer, "shortlisted", BRIEF)
    assert (answer.status, answer.json["overallScore"]) == (200, score)
    # To hold takes none.
    assert decide(api, job, profile, people.employer, "held").status == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/decision"),
        ({"decision": "hired"}, "/decision"),
        ({"decision": "held", "reason": "x" * 2001}, "/reason"),
        ({"decision": "held", "reason": "a\0b"}, "/reason"),
        ({"decision": "held", "score": 1}, "/score"),
        ({"decision": None, "reason": BRIEF}, "/reason"),
    ],
)
def test_what_is_wrong_is_named(
    api: Api, people: People, job: str, profile: str, body: dict[str, Any], pointer: str
) -> None:
    with nothing_written():
        answer = api.put(f"/jobs/{job}/matches/{profile}/decision", body, by=people.employer)
    assert fault(answer) == pointer


def test_it_outlives_invalidation_and_matching(
    api: Api, people: People, job: str, profile: str
) -> None:
    assert decide(api, job, profile, people.employer, "declined", BRIEF).status == 200
    before = decided(api, job, profile, people.employer)
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).status == 200
    gone = api.get(f"/jobs/{job}/matches/{profile}/decision", by=people.employer)
    assert gone.status == 404
    run_matching(job)
    assert decided(api, job, profile, people.employer) == before
    changed = api.patch(f"/jobs/{job}", {"minimumExperience": 3}, by=people.employer)
    assert changed.status == 200
    run_matching(job)
    (match,) = matches_of(api, job, people.employer)
    assert match["decision"] == "declined"


def test_lists_are_filtered_by_it(api: Api, people: People, job: str) -> None:
    profiles = {}
    for decision in ("shortlisted", "held", "declined", None):
        profiles[decision] = a_match(api, people, job)["profileId"]
        if decision:
            done = decide(api, job, profiles[decision], people.employer, decision, BRIEF)
            assert done.status == 200

    def listed(query: str) -> list[str]:
        answer = api.get(f"/jobs/{job}/matches?{query}", by=people.employer)
        assert answer.status == 200, answer.text
        return [item["profileId"] for item in answer.json["items"]]

    for decision in ("shortlisted", "held", "declined"):
        assert listed(f"decision={decision}") == [profiles[decision]]
    assert listed("decision=none") == [profiles[None]]
    assert sorted(listed("limit=100")) == sorted(map(str, profiles.values()))
    page = api.get(f"/jobs/{job}/matches?limit=1", by=people.employer).json
    wrong = f"/jobs/{job}/matches?limit=1&decision=held&cursor={page['nextCursor']}"
    assert api.get(wrong, by=people.employer).status == 422
    assert api.get(f"/jobs/{job}/matches?decision=hired", by=people.employer).status == 422


def test_it_is_in_the_log_under_a_pseudonym_and_without_its_words(
    api: Api, people: People, job: str, profile: str
) -> None:
    for decision, reason, by in (
        ("held", None, people.employer),
        ("declined", BRIEF, people.admin),
        (None, None, people.employer),
    ):
        assert decide(api, job, profile, by, decision, reason).status == 200
    entries = logged(api, people, job)
    assert [entry["facts"] for entry in entries] == [
        {"decision": "held", "before": None, "by": "employer", "hasReason": False},
        {"decision": "declined", "before": "held", "by": "admin", "hasReason": True},
        {"decision": None, "before": "declined", "by": "employer", "hasReason": False},
    ]
    export = api.get(f"/admin/profiles/{profile}/export", by=people.admin).json
    assert {name for entry in entries for name in entry["candidates"]} == {export["pseudonym"]}
    (match,) = matches_of(api, job, people.employer)
    assert {tuple(entry["scores"]) for entry in entries} == {(match["overallScore"],)}
    with connect() as connection:
        said = "".join(connection.scalars(select(Decision.entry)))
    assert BRIEF not in said
    assert profile not in said


def test_the_audit_counts_as_before(api: Api, people: People, job: str, profile: str) -> None:
    before = api.get("/admin/matching-audit", by=people.admin).json
    assert decide(api, job, profile, people.employer, "declined", BRIEF).status == 200
    assert api.get("/admin/matching-audit", by=people.admin).json == before
    assert before["total"]["counts"]["shortlisted"] == 1


def test_who_is_declined_is_not_told_by_mail(
    api: Api, people: People, job: str, cloud: Cloud
) -> None:
    first = a_profile(api, people, specializations=["Licensing"])
    second = a_profile(api, people, specializations=["Licensing"])
    run_matching(job)  # a mail is due; what it says is read when it is sent
    assert decide(api, job, first, people.employer, "declined", BRIEF).status == 200
    left = api.get(f"/admin/jobs/{job}/unnotified-matches", by=people.admin).json["items"]
    assert [match["profileId"] for match in left] == [second]
    work(cloud)
    (mail,) = cloud.mails()
    assert "1 good new match" in str(mail)
    assert decide(api, job, second, people.employer, "declined", BRIEF).status == 200
    # Matched again, nobody is new, and the declined one is still not told.
    again = api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    assert again.status == 202
    work(cloud)
    assert len(cloud.mails()) == 1
    # Taken back, the candidate is news.
    assert decide(api, job, first, people.employer, None).status == 200
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    work(cloud)
    assert len(cloud.mails()) == 2


def test_a_mail_that_was_due_for_the_declined_alone_is_dropped(
    api: Api, people: People, job: str, profile: str, cloud: Cloud
) -> None:
    assert decide(api, job, profile, people.employer, "declined", BRIEF).status == 200
    work(cloud)
    assert cloud.mails() == []


def test_whom_the_employer_may_not_see_is_not_there(
    api: Api, people: People, job: str, profile: str
) -> None:
    assert decide(api, job, profile, people.employer, "held").status == 200
    hidden = a_profile(api, people, profile, specializations=["Licensing"], status="rejected")
    path = f"/jobs/{job}/matches/{hidden}/decision"
    with nothing_written():
        assert api.get(path, by=people.employer).status == 404
        assert decide(api, job, hidden, people.employer, None).status == 404
        assert decide(api, job, hidden, people.rival, None).status == 404


def test_with_the_candidate_goes_what_was_decided(
    api: Api, people: People, job: str, profile: str
) -> None:
    assert decide(api, job, profile, people.employer, "declined", BRIEF).status == 200
    export = api.get(f"/admin/profiles/{profile}/export", by=people.admin).json
    ((about, decision, reason),) = [
        (each["jobId"], each["decision"], each["reason"]) for each in export["decided"]
    ]
    assert (about, decision, reason) == (job, "declined", BRIEF)
    assert api.delete(f"/admin/profiles/{profile}", by=people.admin).status == 204
    with connect() as connection:
        kept = select(func.count()).where(MatchDecision.job_id == UUID(job))
        assert connection.scalar(kept) == 0
    assert len(logged(api, people, job)) == 1
