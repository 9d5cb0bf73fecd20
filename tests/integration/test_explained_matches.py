"""What a stored match says about why it has its scores, and what it keeps to itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.careers.dates import this_month
from jobmatch.matches.queries import get_matches_for_job, read_matches
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect, transaction
from jobmatch.runs.service import match_job
from tests.support.postings import post_job, put_candidates, set_job

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.matches.schemas import Match

NOT_ASKED = "Not asked for."


def matched(job_id: UUID, profile: dict[str, Any]) -> Match:
    """The match that a run makes of a job and its only candidate."""
    with transaction() as connection:
        put_candidates(connection, profile)
    match_job(job_id)
    with connect() as connection:
        (match,) = read_matches(
            get_matches_for_job(connection, job_id, viewer=SYSTEM, this_month=this_month()).items
        )
    return match


def test_a_match_says_what_it_was_made_from(database: str) -> None:
    with transaction() as connection:
        job = post_job(
            connection,
            requiredSpecializations=["IP licensing", "copyrights"],
            preferredSpecializations=["Data Protection"],
            minimumExperience=4,
            requiredTechnicalDomains=["software"],
            requiredBar=["NY", "USPTO"],
            preferredLocation="New York, NY",
        )
    history = [
        {"startDate": "2015", "endDate": "2016-06"},
        {"startDate": "2016-05", "endDate": "2017-03-31"},
        {"startDate": "long ago"},
    ]
    found = matched(
        job,
        {
            "name": "Ada Example",
            "email": "ada@example.org",
            "location": "Albany, NY",
            "specializations": ["COPYRIGHT", "space law"],
            "technicalDomains": ["Software"],
            "barAdmissions": [
                {"jurisdiction": "New York"},
                {"jurisdiction": "USPTO", "status": "retired"},
            ],
            "workHistory": [{"employer": "Acme", "title": "Counsel", **dates} for dates in history],
        },
    )
    assert found.subscores == {
        "specializationMatch": {
            "score": 40,
            "explanation": (
                "Has 1 of 2 required specializations: Copyright; lacks Licensing."
                " Lacks the preferred specialization: Data Protection."
            ),
        },
        "experienceFit": {
            "score": 56,
            "explanation": "2 years 3 months of experience; 4 years asked for.",
        },
        "technicalBackground": {
            "score": 100,
            "explanation": "Has the required technical domain: Software.",
        },
        "locationMatch": {
            "score": 75,
            "explanation": (
                "In Albany, New York: in the same state or region as the preferred New York, NY."
            ),
        },
        "barAdmissions": {
            "score": 50,
            "explanation": "Has 1 of 2 required bars: New York; lacks USPTO.",
        },
    }
    assert (found.overall_score, found.recommendation) == (61, "Good Match")
    assert found.summary == (
        "Good Match: strong in technical background and location;"
        " partial in specialization, experience and bar admissions."
    )
    stored = json.dumps([found.subscores, found.summary])
    assert not any(secret in stored for secret in ("Ada", "ada@", "Acme", "space law"))


@pytest.mark.parametrize(
    ("wanted", "place", "score", "explanation"),
    [
        ("remote", None, 100, "The job is remote."),
        ("Oslo, Norway", "oslo,norway", 100, "In Oslo, Norway, as preferred."),
        ("Oslo, Norway", "Paris", 0, "In Paris, France; the job prefers Oslo, Norway."),
        ("Oslo, Norway", None, 50, "Location unknown; the job prefers Oslo, Norway."),
        ("Oslo, Norway", " , ,", 50, "Location unknown; the job prefers Oslo, Norway."),
        (None, "Paris", 100, NOT_ASKED),
        (" , ", "Paris", 100, NOT_ASKED),
    ],
)
def test_a_location_is_explained_as_it_was_scored(
    database: str, wanted: str | None, place: str | None, score: int, explanation: str
) -> None:
    with transaction() as connection:
        job = post_job(connection, preferredLocation=wanted)
    found = matched(job, {"location": place})
    assert found.subscores["locationMatch"] == {"score": score, "explanation": explanation}


def test_of_a_job_that_asks_for_nothing_only_scores_are_stored(database: str) -> None:
    with transaction() as connection:
        job = post_job(connection)
        set_job(connection, job, required_specializations=None)
    found = matched(job, {"location": "Paris", "technicalDomains": ["Software"]})
    assert found.overall_score == 100
    assert [*found.subscores.values()] == [{"score": 100, "explanation": NOT_ASKED}] * 5
    assert found.summary == "The job asks for nothing in particular, so everybody suits it."
