"""The ranking in SQL and the whole run, held against the contract written out in plain Python."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers.dates import month_number
from jobmatch.careers.employers import Employer
from jobmatch.insights.explanation import explain_candidate
from jobmatch.insights.suitable_jobs import get_jobs_for_profile
from jobmatch.jobs.schemas import JobCreate
from jobmatch.matches.queries import get_matches_for_job, read_matches
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import Requirements
from jobmatch.rules.rubric import recommendation
from jobmatch.runs import service as run
from tests.support import postings
from tests.support.oracle import Ranked, ranked
from tests.support.postings import hire, post_alone, post_job, put_bodies
from tests.support.strategies import COMPANY, TODAY, in_the_database, jobs, pools

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.cloud import Queue
    from tests.support.people import People

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "300"))
"""How many jobs are ranked; a tenth as many go through whole runs."""

THIS_MONTH = month_number(date(*TODAY, 15))


@pytest.fixture(autouse=True)
def _in_that_month(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (run, postings):
        monkeypatch.setattr(module, "this_month", lambda: THIS_MONTH)


def matched(people: People, job: dict[str, Any], profiles: dict[str, Any]) -> UUID:
    """A job that was run on these profiles and no others."""
    job_id = post_alone(people.employer.id, job, profiles)
    run.match_job(job_id)
    return job_id


@in_the_database(EXAMPLES)
@given(job=jobs(), profiles=pools(), limit=st.sampled_from([500, 500, 1, 2]))
def test_the_ranking_is_the_contracts(
    connection: Connection, job: dict[str, Any], profiles: dict[str, Any], limit: int
) -> None:
    with connection.begin_nested() as savepoint:
        put_bodies(connection, profiles)
        wanted = Requirements.of(JobCreate.model_validate(job).model_dump())
        best = best_candidates(
            connection,
            wanted,
            Employer.of(*COMPANY),
            job_id=UUID(int=0),
            limit=limit,
            this_month=THIS_MONTH,
        )
        savepoint.rollback()
    answered = [
        Ranked(
            str(each.profile_id),
            each.overall_score,
            {dimension.value: score for dimension, score in each.scores.items()},
            recommendation(each.overall_score),
        )
        for each in best.candidates
    ]
    assert answered == ranked(job, profiles, today=TODAY, limit=limit, company=COMPANY)


@in_the_database(max(1, EXAMPLES // 10))
@given(job=jobs(least=1), profiles=pools())
def test_a_run_stores_what_the_contract_ranks(
    people: People, queue: Queue, job: dict[str, Any], profiles: dict[str, Any]
) -> None:
    job_id = matched(people, job, profiles)
    with connect() as connection:
        matches = read_matches(
            get_matches_for_job(connection, job_id, viewer=SYSTEM, this_month=THIS_MONTH).items
        )
    answered = [
        Ranked(
            str(match.profile_id),
            match.overall_score,
            {name: int(value["score"]) for name, value in match.subscores.items()},
            match.recommendation,
        )
        for match in matches
    ]
    assert answered == ranked(job, profiles, today=TODAY, company=COMPANY)


@in_the_database(max(1, EXAMPLES // 10))
@given(job=jobs(least=1), profiles=pools())
def test_every_candidate_is_explained_as_they_are_ranked(
    people: People, queue: Queue, job: dict[str, Any], profiles: dict[str, Any]
) -> None:
    job_id = matched(people, job, profiles)
    in_order = ranked(job, profiles, today=TODAY, company=COMPANY)
    expected = {row.profile_id: (row.overall_score, rank) for rank, row in enumerate(in_order, 1)}
    with connect() as connection:
        for key in profiles:
            told = explain_candidate(connection, job_id, UUID(key), this_month=THIS_MONTH)
            assert told.assessment is not None
            assert (told.listed, told.qualifies, told.passed) == (
                *[key in expected] * 2,
                len(expected),
            )
            assert bool(told.reasons) != told.listed
            if key in expected:
                assert (told.assessment.overall_score, told.rank) == expected[key]
            else:
                assert told.rank is None


@in_the_database(EXAMPLES // 3)
@given(wanted=st.lists(jobs(least=1), min_size=1, max_size=5), profiles=pools())
def test_a_candidates_jobs_are_the_contracts(
    connection: Connection, wanted: list[dict[str, Any]], profiles: dict[str, Any]
) -> None:
    with connection.begin_nested() as savepoint:
        put_bodies(connection, profiles)
        employer = hire(connection)
        posted = {post_job(connection, employer, **job): job for job in wanted}
        expected: dict[str, list[tuple[int, str]]] = {}
        for job_id, job in posted.items():
            for each in ranked(job, profiles, today=TODAY):
                place = -each.overall_score, str(job_id)
                expected.setdefault(each.profile_id, []).append(place)
        for profile_id in profiles:
            found = get_jobs_for_profile(connection, UUID(profile_id), this_month=THIS_MONTH)
            assert [(-each.overall_score, str(each.job_id)) for each in found] == sorted(
                expected.get(profile_id, [])
            )
        savepoint.rollback()
