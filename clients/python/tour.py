"""The tour of docs/tour.md with the Python client; an answer that is another ends it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from jobmatch_client import AuthenticatedClient
from jobmatch_client.api.jobs import create_job, get_job_by_id, update_job
from jobmatch_client.api.matches import get_match_candidate, get_matches_for_job, put_decision
from jobmatch_client.api.matching import explain_candidate, get_matching_runs, preview_matches
from jobmatch_client.api.profiles import get_jobs_for_profile, import_profiles
from jobmatch_client.models import (
    CandidateExplanation,
    ChangedJob,
    Created,
    Decline,
    ImportedResumes,
    InvalidInput,
    JobCreate,
    JobDetail,
    JobUpdate,
    ListedMatchPage,
    Match,
    MatchedCandidate,
    MatchPreview,
    Resume,
    ResumesToImport,
    RunPage,
    SuitableJobPage,
    TakeBack,
)

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch_client.types import Response

T = TypeVar("T")
RESUME = {
    "id": "9b5e3f0c-6d0e-4f0b-9a58-0d5a7f3c2b12",
    "status": "active",
    "basics": {"name": "Ada Quill", "location": {"city": "Munich", "countryCode": "DE"}},
    "work": [{"name": "Inkwell LLP", "position": "Patent attorney", "startDate": "2014-03"}],
    "certificates": [{"name": "European Patent Attorney", "date": "2016"}],
    "skills": [
        {"name": "Patent Prosecution", "keywords": ["Medical Devices"]},
        {"name": "Chess"},
    ],
}
PATIENCE = 60
"""Seconds."""


def client(role: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=os.environ["API"], token=os.environ[role], timeout=None)


def answer(response: Response[Any], wanted: type[T]) -> T:
    """The parsed answer, which must be of this type."""
    if not isinstance(response.parsed, wanted):
        raise TypeError(f"{response.status_code}: {response.content.decode()}")
    return response.parsed


def check(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def main() -> None:
    employer, admin = client("EMPLOYER"), client("ADMIN")
    job = JobCreate(
        title="Patent counsel, medical devices",
        status="open",
        required_specializations=["Patent Prosecution", "freedom to operate"],
        required_technical_domains=["medical devices"],
        required_bar=["EPO"],
        minimum_experience=6,
        preferred_location="Munich, Germany",
    )
    job_id = answer(create_job.sync_detailed(client=employer, body=job), Created).id
    matched(employer, job_id)

    since = datetime(2020, 1, 1, tzinfo=UTC)
    page = get_matches_for_job.sync_detailed(job_id, client=employer, limit=1, new_since=since)
    (best,) = answer(page, ListedMatchPage).items
    check(best.overall_score > 0, "nobody matches")

    less = JobCreate(title="Counsel", required_specializations=["Patent Prosecution"])
    preview = preview_matches.sync_detailed(client=employer, body=less)
    check(len(answer(preview, MatchPreview).filters) == 1, "there is no preview")

    update = JobUpdate(required_bar=None, minimum_experience=3)
    changed = update_job.sync_detailed(job_id, client=employer, body=update, if_match='"1"')
    check(answer(changed, ChangedJob).minimum_experience == 3, "the job is not changed")  # noqa: PLR2004
    matched(employer, job_id)
    runs = get_matching_runs.sync_detailed(job_id, client=employer)
    check(len(answer(runs, RunPage).items) == 2, "there are not two runs")  # noqa: PLR2004

    late = update_job.sync_detailed(job_id, client=employer, body=update, if_match='"1"')
    check(late.status_code == HTTPStatus.PRECONDITION_FAILED, "an old version is changed")
    wrong = JobUpdate(minimum_experience=99)
    invalid = update_job.sync_detailed(job_id, client=employer, body=wrong)
    (fault,) = answer(invalid, InvalidInput).errors
    check(fault.pointer == "/minimumExperience", "the fault is elsewhere")

    profile_id = best.profile_id
    shown = get_match_candidate.sync_detailed(job_id, profile_id, client=employer)
    check(answer(shown, MatchedCandidate).profile_id == profile_id, "another candidate is shown")
    decline = Decline(decision="declined", reason="Needs someone in Munich from January on.")
    decided = put_decision.sync_detailed(job_id, profile_id, client=employer, body=decline)
    check(answer(decided, Match).decision == "declined", "nothing is decided")
    undone = put_decision.sync_detailed(
        job_id, profile_id, client=employer, body=TakeBack(decision=None)
    )
    check(answer(undone, Match).decision is None, "the decision is not taken back")

    why = explain_candidate.sync_detailed(job_id, profile_id, client=admin)
    check(answer(why, CandidateExplanation).listed, "the candidate is not listed")
    suitable = get_jobs_for_profile.sync_detailed(profile_id, client=admin, limit=3)
    check(len(answer(suitable, SuitableJobPage).items) > 0, "no job suits the candidate")

    resumes = ResumesToImport(format_="jsonresume", profiles=[Resume.from_dict(RESUME)])
    told = answer(import_profiles.sync_detailed(client=admin, body=resumes), ImportedResumes)
    check(told.imported == 1, "not one resume is imported")
    check(told.unmapped[0].pointer == "/profiles/0/skills/1/name", "chess is not told")
    print("The tour is done.")


def matched(employer: AuthenticatedClient, job_id: UUID) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        job = answer(get_job_by_id.sync_detailed(job_id, client=employer), JobDetail)
        if job.matching_status == "completed":
            return
        time.sleep(0.1)
    raise TimeoutError("the job is not matched")


if __name__ == "__main__":
    main()
