"""Who stores a match while what it depends on changes: whom the change hides is not listed.

Each test needs that both lock the same row, whichever comes first: the profile, or the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from jobmatch.matches.service import insert_match
from jobmatch.models import JobMatch, Profile, UserRole
from jobmatch.operations.users import UserInput, put_user
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import put_profiles
from jobmatch.runs.queries import complete_run
from tests.support.due import AGE, claim_job
from tests.support.listed import FIRMS, NOW, differences, store_as_before
from tests.support.postings import a_match, candidate, hire, post_job
from tests.support.running import found

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.shortlists.storing import Run
    from tests.support.rivals import Rivals


class Case:
    """A job of the second firm, whose run is claimed, and a candidate of the first."""

    def __init__(self) -> None:
        self.profile = uuid4()
        with transaction() as connection:
            self.employer = hire(connection, FIRMS[1])
            self.job = post_job(connection, self.employer)
            self.work_for(connection, FIRMS[0])
        with connect() as connection:
            run = claim_job(connection, self.job)
        assert run is not None
        self.run: Run = run

    def work_for(self, connection: Connection, firm: str) -> None:
        person = candidate(workHistory=[{"employer": firm, "title": "Counsel"}])
        put_profiles(connection, {self.profile: person}, this_month=NOW, aliases=None)


def moves(connection: Connection, case: Case) -> None:
    case.work_for(connection, FIRMS[1])


def is_rejected(connection: Connection, case: Case) -> None:
    """As another system rejects them."""
    this = Profile.id == case.profile
    connection.execute(update(Profile).where(this).values(status="rejected"))


def is_renamed(connection: Connection, case: Case, name: str = FIRMS[0]) -> None:
    user = {
        "userId": case.employer,
        "email": f"{case.employer}@hiring.example",
        "role": UserRole.EMPLOYER,
        "companyName": name,
    }
    put_user(connection, UserInput.model_validate(user), maximum_age=AGE)


def by_a_run(connection: Connection, case: Case) -> None:
    match = a_match(case.job, case.profile)
    assert complete_run(connection, case.run, found(match), this_month=NOW)


def by_an_admin(connection: Connection, case: Case) -> None:
    insert_match(connection, a_match(case.job, case.profile))


def by_an_older_release(connection: Connection, case: Case) -> None:
    store_as_before(connection, case.job, [case.profile])


@pytest.fixture
def case(database: str) -> Case:
    return Case()


def hidden() -> bool:
    with connect() as connection:
        assert differences(connection) == []
        return list(connection.scalars(select(JobMatch.shown_from))) == [None]


THIRD = "Kestrel Moor LLP"
CHANGES = pytest.mark.parametrize("change", [moves, is_rejected, is_renamed])
STORES = pytest.mark.parametrize("store", [by_a_run, by_an_admin, by_an_older_release])


@CHANGES
@STORES
def test_who_stores_waits_for_who_changes(
    rivals: Rivals, case: Case, change: Any, store: Any
) -> None:
    with transaction() as connection:
        change(connection, case)
        stored = rivals.blocked(store, case)
    stored.result()
    assert hidden()


@CHANGES
@STORES
def test_who_changes_waits_for_who_stores(
    rivals: Rivals, case: Case, change: Any, store: Any
) -> None:
    with transaction() as connection:
        store(connection, case)
        changed = rivals.blocked(change, case)
    changed.result()
    assert hidden()


def into_the_firm(connection: Connection, case: Case) -> None:
    case.work_for(connection, THIRD)


def to_the_same(connection: Connection, case: Case) -> None:
    is_renamed(connection, case, THIRD)


@pytest.mark.parametrize(
    ("first", "second"), [(into_the_firm, to_the_same), (to_the_same, into_the_firm)]
)
def test_a_candidate_and_an_employer_who_come_to_be_of_one_firm_wait_for_each_other(
    rivals: Rivals, case: Case, first: Any, second: Any
) -> None:
    # Each alone, not seeing the other, would leave the match listed.
    with transaction() as connection:
        by_a_run(connection, case)
    with transaction() as connection:
        first(connection, case)
        other = rivals.blocked(second, case)
    other.result()
    assert hidden()
