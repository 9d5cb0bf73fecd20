"""What the queries on jobs answer beyond what the API shows, and how many statements it takes."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter
from sqlalchemy import event, func

from jobmatch.careers.dates import this_month
from jobmatch.jobs.queries import get_job_by_id, get_jobs_by_employer, get_jobs_for_admin
from jobmatch.matches.queries import (
    get_match_by_job_and_profile,
    get_matches_for_job,
    get_unnotified_matches,
    read_matches,
)
from jobmatch.matches.service import insert_match, store_matches
from jobmatch.models import UserRole
from jobmatch.permissions import SYSTEM, Caller
from tests.support.due import get_open_jobs_for_matching, request_matching
from tests.support.postings import (
    a_match,
    change_job,
    hire,
    job_row,
    match_rows,
    post_job,
    put_candidates,
    set_job,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from jobmatch.matches.schemas import Match

REQUIREMENTS = (
    "required_specializations preferred_specializations minimum_experience preferred_location"
    " required_bar required_technical_domains"
)
JOB = (
    f"id employer_user_id title description status matching_status {REQUIREMENTS} created_by"
    " created_at updated_at matched_at employer_email"
)
MATCH = (
    "id profile_id overall_score subscores summary recommendation scored_at notified_at decision"
)


@pytest.fixture
def employer(connection: Connection) -> Caller:
    return Caller(hire(connection, "Fenwick Arbor LLP"), frozenset({UserRole.EMPLOYER}))


@pytest.fixture
def job(connection: Connection, employer: Caller) -> UUID:
    return post_job(connection, employer.user_id)


@pytest.fixture
def match(connection: Connection, job: UUID) -> Match:
    (profile,) = put_candidates(connection, {})
    return insert_match(connection, a_match(job, profile))[0]


@pytest.mark.parametrize(
    ("names", "read"),
    [
        pytest.param(
            "id title status matching_status match_count created_at updated_at",
            lambda c, who, _: get_jobs_by_employer(
                c, who.user_id, viewer=who, this_month=this_month()
            ),
            id="get_jobs_by_employer",
        ),
        pytest.param(
            JOB, lambda c, who, job: [get_job_by_id(c, job, viewer=who)], id="get_job_by_id"
        ),
        pytest.param(
            f"{JOB} last_error",
            lambda c, _, job: [get_job_by_id(c, job, viewer=SYSTEM)],
            id="get_job_by_id as the system",
        ),
        pytest.param(
            "id title status matching_status employer_company_name match_count created_at",
            lambda c, *_: get_jobs_for_admin(c, this_month=this_month()),
            id="get_jobs_for_admin",
        ),
        pytest.param(
            f"id employer_user_id title {REQUIREMENTS} matching_status matched_at",
            lambda c, *_: get_open_jobs_for_matching(c),
            id="get_open_jobs_for_matching",
        ),
        pytest.param(
            MATCH,
            lambda c, who, job: read_matches(
                get_matches_for_job(c, job, viewer=who, this_month=this_month()).items
            ),
            id="get_matches_for_job",
        ),
        pytest.param(
            MATCH,
            lambda c, _, job: read_matches(
                get_unnotified_matches(c, job, this_month=this_month()).items
            ),
            id="get_unnotified_matches",
        ),
    ],
)
def test_reads_give_the_fields_of_the_contract_and_no_others(
    connection: Connection,
    employer: Caller,
    job: UUID,
    match: Match,
    names: str,
    read: Callable[[Connection, Caller, UUID], list[Any]],
) -> None:
    (result,) = read(connection, employer, job)
    shown = TypeAdapter(type(result)).dump_python(result, by_alias=False)
    assert sorted(shown) == sorted(names.split())


def test_the_system_sees_the_jobs_of_all_employers(connection: Connection) -> None:
    for company in ("Fenwick Arbor LLP", None):
        employer = hire(connection, company)
        job = post_job(connection, employer)
        detail = get_job_by_id(connection, job, viewer=SYSTEM)
        assert detail is not None
        assert (detail.id, detail.employer_user_id) == (job, employer)
        listed = get_jobs_by_employer(connection, employer, viewer=SYSTEM, this_month=this_month())
        assert [each.id for each in listed] == [job]
        assert (
            read_matches(
                get_matches_for_job(connection, job, viewer=SYSTEM, this_month=this_month()).items
            )
            == []
        )
    companies = {
        each.employer_company_name
        for each in get_jobs_for_admin(connection, this_month=this_month())
    }
    assert companies == {"Fenwick Arbor LLP", None}


def test_lists_without_a_limit_hold_everything_in_order(
    connection: Connection, employer: Caller
) -> None:
    jobs = [post_job(connection, employer.user_id) for _ in range(120)]
    for age, job in enumerate(jobs):
        set_job(connection, job, created_at=func.now() - timedelta(minutes=age))
    own = get_jobs_by_employer(
        connection, employer.user_id, viewer=employer, this_month=this_month()
    )
    assert [each.id for each in own] == jobs
    assert [each.id for each in get_jobs_for_admin(connection, this_month=this_month())] == jobs
    assert [each.id for each in get_open_jobs_for_matching(connection)] == jobs[::-1]


def test_matches_without_a_limit_are_all_there_best_first(
    connection: Connection, job: UUID, employer: Caller
) -> None:
    profiles = put_candidates(connection, *({} for _ in range(120)))
    scores = {profile: number // 2 for number, profile in enumerate(profiles)}
    store_matches(connection, [a_match(job, *each) for each in scores.items()])
    best_first = sorted(profiles, key=lambda profile: (-scores[profile], profile))
    matches = read_matches(
        get_matches_for_job(connection, job, viewer=employer, this_month=this_month()).items
    )
    assert [each.profile_id for each in matches] == best_first
    assert (
        read_matches(get_unnotified_matches(connection, job, this_month=this_month()).items)
        == matches
    )
    good = [profile for profile in best_first if scores[profile] >= 40]
    assert [
        each.profile_id
        for each in read_matches(
            get_unnotified_matches(connection, job, 40, this_month=this_month()).items
        )
    ] == good


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(call, id=name)
        for name, call in {
            "get_job_by_id": lambda c, who, job, _: get_job_by_id(c, job, viewer=who),
            "get_job_by_id of no job": lambda c, who, *_: (
                get_job_by_id(c, uuid4(), viewer=who) is None
            ),
            "get_jobs_by_employer": lambda c, who, *_: get_jobs_by_employer(
                c,
                who.user_id,
                viewer=who,
                this_month=this_month(),
            ),
            "get_jobs_for_admin": lambda c, *_: get_jobs_for_admin(c, this_month=this_month()),
            "get_open_jobs_for_matching": lambda c, *_: get_open_jobs_for_matching(c),
            "get_matches_for_job": lambda c, who, job, _: read_matches(
                get_matches_for_job(c, job, viewer=who, this_month=this_month()).items
            ),
            "get_match_by_job_and_profile": lambda c, who, job, match: get_match_by_job_and_profile(
                c,
                job,
                match.profile_id,
                viewer=who,
                this_month=this_month(),
            ),
            "get_unnotified_matches": lambda c, _, job, __: read_matches(
                get_unnotified_matches(c, job, this_month=this_month()).items
            ),
            "request_matching": lambda c, who, job, _: request_matching(c, job, viewer=who),
        }.items()
    ],
)
def test_success_takes_one_statement(
    connection: Connection,
    employer: Caller,
    job: UUID,
    match: Match,
    call: Callable[[Connection, Caller, UUID, Match], object],
) -> None:
    with counted(connection) as statements:
        assert call(connection, employer, job, match)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("changes", "rematched", "invalidated"),
    [
        ({"title": "Senior Counsel", "description": "By the sea."}, False, False),
        ({"requiredSpecializations": ["copyright law", "IP licensing"]}, False, False),
        ({"preferredLocation": " new  york,NY"}, False, False),
        ({"requiredSpecializations": ["Licensing"]}, True, True),
        ({"preferredSpecializations": ["Patent Prosecution"]}, True, True),
        ({"minimumExperience": 4}, True, True),
        ({"minimumExperience": None}, True, True),
        ({"preferredLocation": None}, True, True),
        ({"requiredBar": ["USPTO"]}, True, True),
        ({"requiredTechnicalDomains": ["Software"]}, True, True),
        ({"status": "closed"}, True, False),
        ({"status": "archived"}, True, False),
    ],
)
def test_only_what_really_changes_has_consequences(
    connection: Connection,
    employer: Caller,
    changes: dict[str, Any],
    rematched: bool,
    invalidated: bool,
) -> None:
    job = post_job(
        connection,
        employer.user_id,
        requiredSpecializations=["Licensing", "Copyright"],
        minimumExperience=3,
        preferredLocation="New York, NY",
    )
    (profile,) = put_candidates(connection, {})
    insert_match(connection, a_match(job, profile))
    yesterday = func.now() - timedelta(days=1)
    set_job(connection, job, matching_status="completed", updated_at=yesterday)
    changed = change_job(connection, job, **changes)
    assert changed.matching_status == ("pending" if rematched else "completed")
    assert (match_rows(connection, job) == []) is invalidated
    assert (changed.version, changed.updated_at) == (2, connection.scalar(func.now()))


@pytest.mark.parametrize(
    "changes",
    [{}, {"title": "Counsel"}, {"requiredBar": []}, {"description": None}, {"status": "open"}],
)
def test_a_change_that_changes_nothing_touches_nothing(
    connection: Connection, job: UUID, changes: dict[str, Any]
) -> None:
    yesterday = func.now() - timedelta(days=1)
    set_job(connection, job, matching_status="completed", updated_at=yesterday)
    before = job_row(connection, job)
    change_job(connection, job, **changes)
    assert job_row(connection, job) == before
