"""A stored match is reused exactly while nothing that it was made from has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from jobmatch.rules.explanations import Evidence
from jobmatch.rules.fingerprint import Fingerprints
from jobmatch.rules.ranking import Candidate
from jobmatch.rules.requirements import Requirements
from jobmatch.rules.rubric import Dimension

JOB: dict[str, Any] = {
    "required_specializations": ["Licensing"],
    "preferred_specializations": ["Copyright"],
    "minimum_experience": 5,
    "preferred_location": "Berlin, Germany",
    "required_bar": ["Germany"],
    "required_technical_domains": ["Chemistry"],
}
CANDIDATE = Candidate(
    profile_id=UUID(int=1),
    overall_score=80,
    scores=dict.fromkeys(Dimension, 80),
    specializations=["Licensing"],
    technical_domains=["Chemistry"],
    bars=["Germany"],
    months=70,
    location="Berlin, Germany",
    stored_fingerprint=None,
)


def fingerprint(candidate: Candidate = CANDIDATE, **job: Any) -> str:
    """Of a candidate for the job, with other requirements where they are named."""
    requirements = Requirements.of({**JOB, **job})
    evidence = Evidence.of(requirements, candidate)
    return Fingerprints(requirements).of(candidate, evidence)


@pytest.mark.parametrize(
    "change",
    [
        {"specializations": ["Licensing", "Copyright"]},
        {"technical_domains": []},
        {"bars": []},
        {"months": 71},
        {"months": None},
        {"location": "Bonn, Germany"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_fact_that_is_used_changes_it(change: dict[str, Any]) -> None:
    assert fingerprint(replace(CANDIDATE, **change)) != fingerprint()


@pytest.mark.parametrize(
    ("job", "change"),
    [
        ({}, {"specializations": ["Licensing", "Chess Law"]}),
        ({}, {"profile_id": UUID(int=2)}),
        ({"minimum_experience": None}, {"months": 71}),
        ({"preferred_location": None}, {"location": None}),
        ({"preferred_location": "Remote"}, {"location": None}),
        ({"required_bar": None}, {"bars": []}),
    ],
    ids=range(6),
)
def test_a_fact_that_is_not_used_changes_nothing(
    job: dict[str, Any], change: dict[str, Any]
) -> None:
    assert fingerprint(replace(CANDIDATE, **change), **job) == fingerprint(**job)


@pytest.mark.parametrize("name", list(JOB))
def test_every_requirement_is_part_of_it(name: str) -> None:
    without: dict[str, Any] = {name: None}
    assert fingerprint(**without) != fingerprint()
