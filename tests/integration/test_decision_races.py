"""A decision beside another one, a run, and a deletion; each test names what it needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from jobmatch.audit.queries import make_keys
from jobmatch.careers.dates import this_month
from jobmatch.errors import NotFoundError
from jobmatch.matches.decisions import put_decision
from jobmatch.matches.schemas import DecisionPut, Match
from jobmatch.matches.service import insert_match
from jobmatch.models import Decision, DecisionKind, MatchDecision, Profile
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids, lock_jobs
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import delete_profile, put_profiles
from jobmatch.runs.queries import complete_run
from tests.support.due import claim_job
from tests.support.postings import a_match, candidate, match_rows, post_job
from tests.support.running import found

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.rivals import Rivals


@pytest.fixture
def job(database: str) -> UUID:
    with transaction() as connection:
        return post_job(connection)


@pytest.fixture
def profile(job: UUID) -> UUID:
    """A candidate with a match and a key."""
    profile = uuid4()
    with transaction() as connection:
        put_profiles(connection, {profile: candidate()}, this_month=this_month(), aliases=None)
        insert_match(connection, a_match(job, profile))
        make_keys(connection, ids([profile]))
    return profile


def decide(connection: Connection, job: UUID, profile: UUID, decision: str | None) -> Match:
    put = DecisionPut.model_validate({"decision": decision, "reason": "As we said."})
    month = this_month()
    return put_decision(connection, job, profile, put, viewer=SYSTEM, this_month=month)


def logged(connection: Connection) -> list[tuple[Any, Any]]:
    entries = select(Decision.entry).where(Decision.kind == DecisionKind.DECIDED)
    facts = [json.loads(entry)["facts"] for entry in connection.scalars(entries)]
    return [(each["before"], each["decision"]) for each in facts]


def test_of_two_decisions_the_second_knows_the_first(
    rivals: Rivals, job: UUID, profile: UUID
) -> None:
    # Needs: the job is locked before the match is read.
    with transaction() as connection:
        decide(connection, job, profile, "held")
        second = rivals.blocked(decide, job, profile, "declined")
    assert second.result().decision == "declined"
    with connect() as connection:
        assert sorted(logged(connection), key=str) == [("held", "declined"), (None, "held")]


def test_a_run_that_completes_keeps_what_is_decided_meanwhile(
    rivals: Rivals, job: UUID, profile: UUID
) -> None:
    with transaction() as connection:
        run = claim_job(connection, job)
        assert run is not None
    with transaction() as connection:
        decide(connection, job, profile, "declined")
        completed = rivals.blocked(
            complete_run, run, found(a_match(job, profile, 90)), this_month=this_month()
        )
    assert completed.result() is not None
    with connect() as connection:
        decided = select(MatchDecision.decision).where(MatchDecision.profile_id == profile)
        assert connection.scalar(decided) == "declined"
        assert [row.overall_score for row in match_rows(connection, job)] == [90]


def test_nothing_is_decided_about_a_match_that_a_run_has_just_dropped(
    rivals: Rivals, job: UUID, profile: UUID
) -> None:
    # Needs: the match is read after the wait for the job.
    with transaction() as connection:
        run = claim_job(connection, job)
        assert run is not None
    with transaction() as connection:
        complete_run(connection, run, found(), this_month=this_month())
        decided = rivals.blocked(decide, job, profile, "held")
    with pytest.raises(NotFoundError):
        decided.result()
    with connect() as connection:
        assert connection.scalar(select(func.count()).select_from(MatchDecision)) == 0
        assert logged(connection) == []


def test_a_decision_waits_for_a_deletion_before_it_locks_the_job(
    rivals: Rivals, job: UUID, profile: UUID
) -> None:
    # Needs: the profile is share-locked first; else the foreign key would wait for the deletion
    # and the deletion for the job.
    with transaction() as connection:
        held = select(Profile.id).where(Profile.id == profile).with_for_update()
        connection.execute(held).one()
        decided = rivals.blocked(decide, job, profile, "held")
        lock_jobs(connection, ids([job]))
        delete_profile(connection, profile)
    with pytest.raises(NotFoundError):
        decided.result()


def test_a_deletion_takes_along_what_is_being_decided(
    rivals: Rivals, job: UUID, profile: UUID
) -> None:
    with transaction() as connection:
        decide(connection, job, profile, "held")
        deleted = rivals.blocked(delete_profile, profile)
    deleted.result()
    with connect() as connection:
        assert connection.scalar(select(func.count()).select_from(MatchDecision)) == 0
        assert len(logged(connection)) == 1
