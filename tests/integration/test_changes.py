"""Which shortlists a changed candidate enters, leaves or moves in, and that no change is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from jobmatch.careers.dates import this_month
from jobmatch.changes import batches
from jobmatch.changes.service import take_up_changes
from jobmatch.models import Job, JobMatch, MatchingRun, ProfileChange
from jobmatch.models import Profile as ProfileRow
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import put_profiles
from jobmatch.runs.queries import complete_run
from jobmatch.runs.service import find_matches
from jobmatch.shortlists import reserves
from tests.support.due import claim_job, take_up_batch
from tests.support.given import a_match, a_profile, an_open_job
from tests.support.rows import change as change_row
from tests.support.running import dispatch, matches_of, runs_of, work

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

FITTING: dict[str, Any] = {
    "specializations": ["Licensing"],
    "technicalDomains": ["Chemistry"],
    "barAdmissions": [{"jurisdiction": "EPO"}],
}
ACTIVE = Profile.model_validate({"name": "A", "status": "active", "specializations": ["Licensing"]})
ASKS_FOR_ALL = {"requiredTechnicalDomains": ["chemistry"], "requiredBar": ["EPO"]}


def status(api: Api, people: People, job: str) -> str:
    return str(api.get(f"/jobs/{job}", by=people.employer).json["matchingStatus"])


def listed(api: Api, people: People, job: str) -> set[str]:
    return {match["profileId"] for match in matches_of(api, job, people.employer)}


def full_runs(api: Api, people: People, job: str) -> int:
    with connect() as connection:
        is_full = (MatchingRun.job_id == UUID(job), ~MatchingRun.takes_up)
        return connection.scalar(select(func.count()).where(*is_full)) or 0


@pytest.mark.parametrize(
    ("fields", "is_new"),
    [
        (FITTING, True),
        ({**FITTING, "specializations": ["LICENSING", "Copyright"]}, True),
        ({**FITTING, "technicalDomains": ["Software"]}, False),
        ({**FITTING, "barAdmissions": []}, False),
        ({**FITTING, "status": "pending_review"}, False),
        ({"specializations": []}, False),
    ],
    ids=str,
)
def test_a_new_candidate_enters_the_shortlists_whose_filter_they_pass(
    api: Api, people: People, cloud: Cloud, fields: dict[str, Any], is_new: bool
) -> None:
    job = an_open_job(api, people.employer, **ASKS_FOR_ALL)
    work(cloud)
    profile = a_profile(api, people, **fields)
    work(cloud)
    assert listed(api, people, job) == ({profile} if is_new else set())
    assert len(runs_of(api, job, people.employer)) == 1 + is_new
    assert full_runs(api, people, job) == 1


@pytest.mark.parametrize(
    ("change", "stays", "is_changed"),
    [
        ({"location": "Bonn, Germany"}, True, True),
        ({"specializations": ["Copyright"]}, False, True),
        ({"status": "rejected"}, False, True),
        ({"email": "ada@lindqvist.example"}, False, True),
        # Nothing that this job reads, or any.
        ({"technicalDomains": ["Chemistry", "Xyzzy"]}, True, False),
        ({"name": "Somebody Else"}, True, False),
        ({}, True, False),
    ],
    ids=str,
)
def test_a_change_of_a_matched_candidate_changes_their_match(
    api: Api,
    people: People,
    cloud: Cloud,
    change: dict[str, Any],
    stays: bool,
    is_changed: bool,
) -> None:
    profile = a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer, **ASKS_FOR_ALL, preferredLocation="Bonn, Germany")
    work(cloud)
    before = matches_of(api, job, people.employer)
    a_profile(api, people, profile, **{**FITTING, **change})
    work(cloud)
    after = matches_of(api, job, people.employer)
    assert [match["profileId"] for match in after] == [profile] * stays
    assert (after != before) is is_changed
    assert len(runs_of(api, job, people.employer)) == 1 + is_changed
    assert full_runs(api, people, job) == 1
    if is_changed and stays:
        assert after[0]["overallScore"] > before[0]["overallScore"]


def test_an_import_is_taken_up_without_the_schedule(api: Api, people: People, cloud: Cloud) -> None:
    job = an_open_job(api, people.employer)
    other = an_open_job(api, people.employer, requiredSpecializations=["Copyright"])
    work(cloud)
    profiles = [
        {"id": f"00000000-0000-4000-8000-{number:012}", "name": "A", "status": "active", **FITTING}
        for number in range(20)
    ]
    body = {"profiles": profiles}
    assert api.post("/admin/profiles/import", body, by=people.admin).status == 200
    work(cloud)
    assert len(matches_of(api, job, people.employer)) == 20
    assert matches_of(api, other, people.employer) == []
    assert len(cloud.mails()) == 1
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    (newest, first) = runs_of(api, job, people.employer)
    assert (newest["outcome"], newest["kept"], newest["scored"]) == ("completed", 20, 20)
    assert first["kept"] == 0
    changes = api.get(
        f"/jobs/{job}/matching-runs/{newest['id']}/changes?since={first['id']}", by=people.employer
    )
    assert changes.status == 200, changes.text
    assert len(changes.json["came"]) == 20


def test_the_reserve_fills_a_shortlist_and_a_full_run_where_it_does_not_suffice(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "2")
    monkeypatch.setattr(reserves, "RESERVE", 1)
    order = sorted(a_profile(api, people, **FITTING) for _ in range(6))
    job = an_open_job(api, people.employer)
    work(cloud)
    assert listed(api, people, job) == {*order[:2]}
    a_profile(api, people, order[0], **{**FITTING, "status": "rejected"})
    work(cloud)
    assert listed(api, people, job) == {*order[1:3]}
    assert full_runs(api, people, job) == 1
    # The reserve is empty. Until the full run, nobody is shown who should not be.
    assert api.delete(f"/admin/profiles/{order[1]}", by=people.admin).status == 204
    work(cloud)
    assert status(api, people, job) == "pending"
    assert listed(api, people, job) == {order[2]}
    assert dispatch() == {"queued": 1, "mails": 0, "webhooks": 0}
    work(cloud)
    assert listed(api, people, job) == {*order[2:4]}
    assert full_runs(api, people, job) == 2


def test_what_an_admin_has_put_is_replaced_by_a_full_run(
    api: Api, people: People, cloud: Cloud
) -> None:
    profile = a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    work(cloud)
    a_match(api, people, job, profile, score=12)
    new = a_profile(api, people, **FITTING)
    work(cloud)
    assert status(api, people, job) == "pending"
    dispatch()
    work(cloud)
    assert listed(api, people, job) == {profile, new}
    assert {each["overallScore"] for each in matches_of(api, job, people.employer)} == {100}


def test_a_full_run_that_finds_what_is_stored_writes_no_match_and_no_reserve(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "2")
    for _ in range(5):
        a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    work(cloud)
    tables = ("job_matches", "reserves", "job_bounds", "found_matches", "decisions")

    def versions() -> dict[str, Any]:
        with connect() as connection:
            return {
                table: connection.execute(text(f"SELECT xmin, ctid FROM {table}")).all()  # noqa: S608
                for table in tables
            }

    before = versions()
    change_row(Job, job, matched_at=None)  # as if it were a week old
    dispatch()
    work(cloud)
    assert full_runs(api, people, job) == 2
    assert versions() == before


def test_notes_that_were_left_behind_are_taken_up_by_the_schedule(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    work(cloud)
    # As if the function had ended between the two transactions.
    with transaction() as connection:
        put_profiles(connection, {people.admin.id: ACTIVE}, this_month=this_month(), aliases=None)
    assert status(api, people, job) == "completed"
    dispatch()
    work(cloud)
    assert len(matches_of(api, job, people.employer)) == 1
    with connect() as connection:
        assert connection.scalar(select(func.count(ProfileChange.id))) == 0


def claimed(job: str) -> Any:
    with transaction() as connection:
        run = claim_job(connection, UUID(job), scorer="rubric")
    assert run is not None
    return run


@pytest.mark.parametrize("applied", ["during the run", "after the run"])
def test_a_change_during_a_run_is_not_lost(
    api: Api, people: People, cloud: Cloud, applied: str
) -> None:
    profile = a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    run = claimed(job)
    ranked = find_matches(run)
    with transaction() as connection:
        put_profiles(
            connection,
            {UUID(profile): ACTIVE.model_copy(update={"specializations": []})},
            this_month=this_month(),
            aliases=None,
        )
    if applied == "during the run":
        apply()
    with transaction() as connection:
        assert complete_run(connection, run, ranked, this_month=this_month()) is not None
    if applied == "after the run":
        apply()
        assert status(api, people, job) == "completed"
    else:
        # The run has stored what it saw, and the job is due because of what it did not see.
        assert status(api, people, job) == "pending"
        dispatch()
        work(cloud)
    assert status(api, people, job) == "completed"
    assert matches_of(api, job, people.employer) == []


def apply() -> None:
    with transaction() as connection:
        take_up_batch(connection)


def test_a_status_that_was_changed_past_the_api_counts_at_once(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    profile = a_profile(api, people, specializations=["Licensing"])
    work(cloud)
    (match,) = matches_of(api, job, people.employer)
    assert match["profileId"] == profile
    change_row(ProfileRow, profile, status="rejected")
    assert matches_of(api, job, people.employer) == []
    listed = api.get(f"/employers/{people.employer.id}/jobs", by=people.employer).json
    assert listed["items"][0]["matchCount"] == 0
    dispatch()
    with connect() as connection:
        assert connection.scalar(select(func.count(JobMatch.id))) == 0


def test_what_is_left_when_the_time_is_over_is_taken_up_after_another_message(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    work(cloud)
    profile = a_profile(api, people, **FITTING)
    cloud.matching.records()
    take_up_changes(seconds=0)
    assert listed(api, people, job) == set()
    work(cloud)
    assert listed(api, people, job) == {profile}


def test_so_many_changes_as_would_not_fit_are_taken_up_in_smaller_batches(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_open_job(api, people.employer)
    work(cloud)
    profiles = {a_profile(api, people, **FITTING) for _ in range(3)}
    monkeypatch.setattr(batches, "MOST_PAIRS", 1)
    work(cloud)
    assert listed(api, people, job) == profiles
    assert [run["scored"] for run in runs_of(api, job, people.employer)] == [1, 1, 1, 0]


def test_who_passes_is_counted_where_all_of_them_are_listed(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    work(cloud)
    for _ in range(2):
        a_profile(api, people, **FITTING)
        work(cloud)
    counts = [(run["passed"], run["kept"]) for run in runs_of(api, job, people.employer)]
    assert counts == [(2, 2), (1, 1), (0, 0)]
