"""The ranking in SQL and the whole run, held against the contract written out in plain Python."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from jobmatch.careers.dates import month_number
from jobmatch.careers.employers import Employer
from jobmatch.insights.explanation import explain_candidate
from jobmatch.insights.suitable_jobs import get_jobs_for_profile
from jobmatch.jobs.inputs import JobCreate
from jobmatch.matches.queries import get_matches_for_job, read_matches
from jobmatch.models import Profile
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect
from jobmatch.profiles.service import index_profiles
from jobmatch.rules.explanations import NOT_ASKED, assess
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import Requirements
from jobmatch.rules.rubric import recommendation
from jobmatch.runs import service as run
from tests.support import postings
from tests.support.open_ends import still_there
from tests.support.oracle import Ranked, explained, fold, ranked
from tests.support.postings import hire, post_alone, post_job, put_bodies
from tests.support.settings import DEFAULTS
from tests.support.spellings import spellings_of
from tests.support.strategies import (
    COMPANY,
    TODAY,
    companies,
    in_the_database,
    jobs,
    pools,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from jobmatch.rules.ranking import Candidate
    from tests.support.cloud import Queue
    from tests.support.oracle import Company
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


def best_of(
    connection: Connection,
    job: Mapping[str, Any],
    company: Company,
    limit: int = 500,
    described: int | None = None,
) -> list[Candidate]:
    """Who is ranked for a job of the company."""
    best = best_candidates(
        connection,
        Requirements.of(JobCreate.model_validate(job).model_dump()),
        Employer.of(*company),
        job_id=UUID(int=0),
        limit=limit,
        this_month=THIS_MONTH,
        described=described,
    )
    return best.candidates


def in_lines(candidates: list[Candidate]) -> list[Ranked]:
    """Candidates as the oracle ranks them."""
    return [
        Ranked(
            str(each.profile_id),
            each.overall_score,
            {dimension.value: score for dimension, score in each.scores.items()},
            recommendation(each.overall_score),
        )
        for each in candidates
    ]


def check_explanations(
    job: Mapping[str, Any], profile: Mapping[str, Any], subscores: Mapping[str, Mapping[str, Any]]
) -> None:
    """Hold the sentences on lists against what they must name."""
    for dimension, told in explained(job, profile).items():
        sentence = str(subscores[dimension]["explanation"])
        if not told:
            assert sentence == NOT_ASKED
        for entry in told:
            assert fold(entry.shown) in fold(sentence), dimension
            # Which fact it was, where that is narrower than what the job requires.
            named = any(fold(fact) in fold(sentence) for fact in entry.facts)
            assert named or not entry.facts, (sentence, entry)
        lacked = [entry for entry in told if not entry.is_met]
        assert ("lacks" in fold(sentence)) == bool(lacked)


@in_the_database(EXAMPLES)
@given(job=jobs(), profiles=pools(), company=companies(), limit=st.sampled_from([500, 500, 1, 2]))
def test_the_ranking_is_the_contracts(
    connection: Connection,
    job: dict[str, Any],
    profiles: dict[str, Any],
    company: Company,
    limit: int,
) -> None:
    with connection.begin_nested() as savepoint:
        put_bodies(connection, profiles)
        best = best_of(connection, job, company, limit)
        savepoint.rollback()
    assert in_lines(best) == ranked(job, profiles, today=TODAY, limit=limit, company=company)


@in_the_database(EXAMPLES // 3)
@given(job=jobs(), profiles=pools(), described=st.integers(1, 3))
def test_who_is_not_described_is_ranked_all_the_same(
    connection: Connection, job: dict[str, Any], profiles: dict[str, Any], described: int
) -> None:
    with connection.begin_nested() as savepoint:
        put_bodies(connection, profiles)
        best = best_of(connection, job, ("", ()))
        few = best_of(connection, job, ("", ()), described=described)
        savepoint.rollback()
    assert in_lines(few) == in_lines(best)
    assert few[:described] == best[:described]
    assert not any(each.specializations for each in few[described:])


@in_the_database(EXAMPLES // 3)
@given(job=jobs(), profiles=pools(stored=True), company=companies())
def test_what_another_system_has_stored_is_ranked_by_the_contract(
    connection: Connection, job: dict[str, Any], profiles: dict[str, Any], company: Company
) -> None:
    # Addresses with names around them, and positions that end before they start.
    taken = {key: {**body, "email": None, "workHistory": []} for key, body in profiles.items()}
    with connection.begin_nested() as savepoint:
        put_bodies(connection, taken)
        for key, body in profiles.items():
            raw = {"email": body.get("email") or None, "work_history": body["workHistory"]}
            connection.execute(update(Profile).where(Profile.id == UUID(key)).values(raw))
        batch = index_profiles(
            connection, this_month=THIS_MONTH, after=None, limit=len(profiles), every=True
        )
        best = best_of(connection, job, company)
        savepoint.rollback()
    assert batch.unreadable == []
    assert in_lines(best) == ranked(job, profiles, today=TODAY, company=company)


@in_the_database(EXAMPLES)
@given(job=jobs(), profiles=pools())
def test_an_explanation_names_what_meets_each_entry(
    connection: Connection, job: dict[str, Any], profiles: dict[str, Any]
) -> None:
    wanted = Requirements.of(JobCreate.model_validate(job).model_dump())
    with connection.begin_nested() as savepoint:
        put_bodies(connection, profiles)
        best = best_of(connection, job, ("", ()))
        savepoint.rollback()
    for each in best:
        check_explanations(job, profiles[str(each.profile_id)], assess(wanted, each).subscores)


@in_the_database(EXAMPLES // 3)
@given(
    firm=st.sampled_from(["Harrow & Müller-Lyle", "Lindqvist & Marrow", "Quillfeather"]),
    data=st.data(),
    end=still_there(),
)
def test_nobody_is_ranked_for_the_firm_that_they_are_with_however_it_is_written(
    connection: Connection, firm: str, data: st.DataObject, end: str | None
) -> None:
    position = {"title": "Counsel", "startDate": "2015-03", "endDate": end}
    there, named = data.draw(spellings_of(firm)), data.draw(spellings_of(firm))
    body = {"name": "Ada Example", "status": "active", "specializations": ["Licensing"]}
    job = {"title": "Counsel", "requiredSpecializations": ["Licensing"]}
    with connection.begin_nested() as savepoint:
        profiles = {
            str(UUID(int=number)): {**body, "workHistory": [{**position, "employer": employer}]}
            for number, employer in enumerate((there, "Fenwick Arbor"), 1)
        }
        put_bodies(connection, profiles)
        shown = [each.profile_id.int for each in best_of(connection, job, (named, ()))]
        savepoint.rollback()
    assert shown == [2]


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
    for match in matches:
        check_explanations(job, profiles[str(match.profile_id)], match.subscores)


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
            told = explain_candidate(
                connection,
                job_id,
                UUID(key),
                limit=DEFAULTS.matching_limit,
                this_month=THIS_MONTH,
            )
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
