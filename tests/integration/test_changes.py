"""Which jobs a changed candidate makes due again, and that no change is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from jobmatch.careers.dates import this_month
from jobmatch.models import Profile as ProfileRow
from jobmatch.models import ProfileChange
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import put_profiles
from jobmatch.runs.queries import complete_run
from jobmatch.runs.service import find_matches
from tests.support.due import apply_profile_changes, claim_job
from tests.support.given import a_profile, an_open_job
from tests.support.rows import change
from tests.support.running import dispatch, matches_of, work

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


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (FITTING, "pending"),
        ({**FITTING, "specializations": ["LICENSING", "Copyright"]}, "pending"),
        ({**FITTING, "technicalDomains": ["Software"]}, "completed"),
        ({**FITTING, "barAdmissions": []}, "completed"),
        ({**FITTING, "status": "pending_review"}, "completed"),
        ({"specializations": []}, "completed"),
    ],
    ids=str,
)
def test_a_new_candidate_concerns_the_jobs_whose_filter_they_pass(
    api: Api, people: People, cloud: Cloud, fields: dict[str, Any], expected: str
) -> None:
    job = an_open_job(api, people.employer, **ASKS_FOR_ALL)
    work(cloud)
    a_profile(api, people, **fields)
    assert status(api, people, job) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"location": "Bonn, Germany"}, "pending"),
        ({"specializations": ["Copyright"]}, "pending"),
        ({"status": "rejected"}, "pending"),
        ({"email": "ada@lindqvist.example"}, "pending"),
        # Nothing that matching reads.
        ({"name": "Somebody Else"}, "completed"),
        ({}, "completed"),
    ],
    ids=str,
)
def test_a_change_of_a_matched_candidate_concerns_their_jobs(
    api: Api, people: People, cloud: Cloud, change: dict[str, Any], expected: str
) -> None:
    profile = a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer, **ASKS_FOR_ALL)
    work(cloud)
    assert len(matches_of(api, job, people.employer)) == 1
    a_profile(api, people, profile, **{**FITTING, **change})
    assert status(api, people, job) == expected


def test_an_import_makes_jobs_due_and_the_schedule_queues_them(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    other = an_open_job(api, people.employer, requiredSpecializations=["Copyright"])
    work(cloud)
    profiles = [
        {"id": f"00000000-0000-4000-8000-{number:012}", "name": "A", "status": "active", **FITTING}
        for number in range(20)
    ]
    body = {"profiles": profiles}
    assert api.post("/admin/profiles/import", body, by=people.admin).status == 200
    assert dispatch() == {"queued": 1, "mails": 0}
    work(cloud)
    assert len(matches_of(api, job, people.employer)) == 20
    assert matches_of(api, other, people.employer) == []


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
    # The run has stored what it saw, and the job is due again because of what it did not see.
    assert status(api, people, job) == "pending"
    dispatch()
    work(cloud)
    assert status(api, people, job) == "completed"
    assert matches_of(api, job, people.employer) == []


def apply() -> None:
    with transaction() as connection:
        apply_profile_changes(connection)


def test_a_status_that_was_changed_past_the_api_counts_at_once(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    profile = a_profile(api, people, specializations=["Licensing"])
    work(cloud)
    (match,) = matches_of(api, job, people.employer)
    assert match["profileId"] == profile
    change(ProfileRow, profile, status="rejected")
    assert matches_of(api, job, people.employer) == []
    listed = api.get(f"/employers/{people.employer.id}/jobs", by=people.employer).json
    assert listed["items"][0]["matchCount"] == 0
    dispatch()
    assert status(api, people, job) == "pending"
