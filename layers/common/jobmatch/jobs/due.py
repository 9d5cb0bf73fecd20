"""What makes a job due for matching, since when, and which jobs a changed candidate concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    and_,
    any_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jobmatch import config
from jobmatch.models import (
    Job,
    JobFeatures,
    JobMatch,
    JobStatus,
    MatchingStatus,
    ProfileChange,
    ProfileFeatures,
    ProfileStatus,
)
from jobmatch.permissions.locks import ids
from jobmatch.postgres import transaction
from jobmatch.rules.requirements import Requirements, terms_in
from jobmatch.telemetry import log_failure
from jobmatch.wording.queries import matching_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import (
        ColumnElement,
        Connection,
        ScalarSelect,
        SQLColumnExpression,
    )

    from jobmatch.vocabulary.terms import Aliases


def is_due() -> ColumnElement[bool]:
    """Whether a job is to be matched now; the claim and the schedule go by the same rule."""
    return and_(
        Job.status == JobStatus.OPEN,
        or_(
            Job.matching_status == MatchingStatus.PENDING,
            and_(
                Job.matching_status == MatchingStatus.FAILED,
                _is_past(Job.matching_retry_at),
            ),
            and_(
                Job.matching_status == MatchingStatus.RUNNING,
                _is_past(Job.matching_lease_until),
            ),
            and_(
                Job.matching_status == MatchingStatus.COMPLETED,
                # Compared with the bare column, so that the index serves.
                _is_past(Job.matched_at, config.matching_maximum_age()),
            ),
        ),
    )


def _is_past(
    time: SQLColumnExpression[datetime | None], age: timedelta = timedelta()
) -> ColumnElement[bool]:
    return or_(time.is_(None), time <= func.now() - age)


def due_since() -> ColumnElement[datetime]:
    """Since when a job has been due; it says nothing of one that is not."""
    return case(
        (
            Job.matching_status == MatchingStatus.FAILED,
            func.coalesce(Job.matching_retry_at, Job.matching_due_since),
        ),
        (
            Job.matching_status == MatchingStatus.RUNNING,
            func.coalesce(Job.matching_lease_until, Job.matching_due_since),
        ),
        (
            Job.matching_status == MatchingStatus.COMPLETED,
            func.coalesce(Job.matched_at + config.matching_maximum_age(), Job.matching_due_since),
        ),
        else_=Job.matching_due_since,
    )


def due_from_now() -> ColumnElement[datetime]:
    """Since when a job is due that becomes so now: one that is due already, since it was."""
    return case((is_due(), due_since()), else_=func.now())


def get_oldest_due_job_age(connection: Connection) -> float:
    """How many seconds the job has been due that has been so for longest; 0 where none is.

    By the database's clock, from the moment at which the job became due.
    """
    age = func.extract("epoch", func.now() - func.min(due_since()))
    return float(connection.scalar(select(func.coalesce(age, 0)).where(is_due())) or 0)


def without_run() -> dict[str, Any]:
    """Column values that end a run: it may write nothing any more."""
    return {"matching_run_id": None, "matching_lease_until": None}


def due_again() -> dict[str, Any]:
    """Column values that return a job to pending with a clean slate, ending any run."""
    return {
        **without_run(),
        "matching_status": MatchingStatus.PENDING,
        "matching_due_since": due_from_now(),
        "matching_demand": Job.matching_demand + 1,
        "matching_failures": 0,
        "matching_retry_at": None,
        "last_error": None,
    }


_LISTS = ("specializations", "technical_domains", "bars")


def index_job(
    connection: Connection,
    job_id: UUID,
    job: Mapping[Any, Any],
    aliases: Aliases | None = None,
) -> None:
    """Store the terms of a job's required lists, from its columns by name; each run does.

    So a job that is completed is compared with changed candidates by the terms that it was matched
    by, whichever rules and aliases these come from.
    """
    required = Requirements.of(job, aliases)
    values = {
        "specializations": terms_in(required.required_specializations),
        "technical_domains": terms_in(required.required_technical_domains),
        "bars": terms_in(required.required_bar),
    }
    connection.execute(
        insert(JobFeatures)
        .values(job_id=job_id, **values)
        .on_conflict_do_update(
            index_elements=["job_id"],
            set_=values,
            where=or_(*(getattr(JobFeatures, name) != value for name, value in values.items())),
        )
    )


def return_outdated_jobs(connection: Connection) -> int:
    """Make the open jobs due once that were last matched by another rubric or vocabulary.

    Within a transaction, when all profiles are indexed by those of now.

    Returns:
        How many they were.
    """
    outdated = and_(
        Job.status == JobStatus.OPEN,
        Job.matching_status == MatchingStatus.COMPLETED,
        Job.matching_version.is_distinct_from(matching_version()),
    )
    return _return_jobs(connection, outdated)


def apply_profile_changes(connection: Connection, *, limit: int = 5_000) -> int:
    """Make the jobs due again that noted changes may concern; within a transaction.

    A job is concerned if the candidate is among its matches, or now passes its pre-filter. Jobs
    that are waiting anyway stay as they are, a running one is matched once more afterwards, and
    one that failed keeps its back-off: it will see the change in any case.

    Args:
        limit: how many notes to take at most.

    Returns:
        How many notes were taken.
    """
    oldest = select(ProfileChange.id).order_by(ProfileChange.id).limit(limit)
    taken = connection.scalars(
        delete(ProfileChange)
        .where(ProfileChange.id.in_(oldest.with_for_update(skip_locked=True)))
        .returning(ProfileChange.profile_id)
    ).all()
    if not taken:
        return 0
    # Running jobs without a closer look: what such a run will store can't be seen yet. One that has
    # completed by the next statement is seen there, with what it stored; one that starts from here
    # on sees the changed candidates itself.
    running = connection.scalars(
        select(Job.id).where(
            Job.status == JobStatus.OPEN, Job.matching_status == MatchingStatus.RUNNING
        )
    ).all()
    profile_ids = literal(list(set(taken)), ARRAY(JobMatch.profile_id.type))
    concerned = or_(_has_match_with(profile_ids), may_admit(profile_ids))
    completed = Job.matching_status == MatchingStatus.COMPLETED
    _return_jobs(connection, or_(Job.id.in_(ids(running)), and_(completed, concerned)))
    return len(taken)


def forget_profile(connection: Connection, profile_id: UUID) -> None:
    """Have the places filled that a candidate leaves free; before they are deleted.

    Within a transaction that holds the lock of the profile, so that nobody adds a match of it. A
    run that is about to finds out by itself. The notes of its changes are deleted: with the
    candidate, all that they could concern is gone.
    """
    # Notes before jobs, as above.
    connection.execute(delete(ProfileChange).where(ProfileChange.profile_id == profile_id))
    matched = Job.matching_status.in_((MatchingStatus.RUNNING, MatchingStatus.COMPLETED))
    profile_ids = literal([profile_id], ARRAY(JobMatch.profile_id.type))
    _return_jobs(connection, and_(matched, _has_match_with(profile_ids)))


def _return_jobs(connection: Connection, which: ColumnElement[bool]) -> int:
    # Locked in one statement and one order, so that two callers wait for each other instead of
    # deadlocking.
    locked = select(Job.id).where(Job.status == JobStatus.OPEN, which).order_by(Job.id)
    completed = Job.matching_status == MatchingStatus.COMPLETED
    pending = cast(MatchingStatus.PENDING, Job.matching_status.type)
    returned = connection.execute(
        update(Job)
        .where(Job.id.in_(locked.with_for_update(of=Job)))
        .values(
            matching_demand=Job.matching_demand + 1,
            matching_status=case((completed, pending), else_=Job.matching_status),
            matching_due_since=case((completed, due_from_now()), else_=Job.matching_due_since),
        )
    )
    return returned.rowcount


def _has_match_with(profile_ids: ColumnElement[list[UUID]]) -> ColumnElement[bool]:
    return exists().where(JobMatch.job_id == Job.id, JobMatch.profile_id == any_(profile_ids))


def may_admit(profile_ids: ColumnElement[list[UUID]]) -> ColumnElement[bool]:
    """Whether the job's required lists meet the values of the active ones among the profiles.

    For a single profile this is the pre-filter itself; for many it looks at the union of their
    values, which may name a job too many and never one too few. A job that is not indexed is
    concerned by everything.
    """
    active = and_(
        ProfileFeatures.profile_id == any_(profile_ids),
        ProfileFeatures.status == ProfileStatus.ACTIVE,
    )
    met = [
        or_(func.cardinality(wanted) == 0, wanted.overlap(_values(name, active)))
        for name, wanted in ((name, getattr(JobFeatures, name)) for name in _LISTS)
    ]
    not_met = exists().where(JobFeatures.job_id == Job.id, or_(*(~each for each in met)))
    return and_(exists().where(active), ~not_met)


def _values(name: str, active: ColumnElement[bool]) -> ScalarSelect[list[str]]:
    value = func.unnest(getattr(ProfileFeatures, name)).label("value")
    distinct = select(value).where(active).distinct().subquery()
    return select(func.coalesce(func.array_agg(distinct.c.value), [])).scalar_subquery()


def try_apply_profile_changes() -> None:
    """Make the concerned jobs due again; where that fails, the schedule does it later."""
    try:
        with transaction() as connection:
            apply_profile_changes(connection)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller's work is done and safe
        log_failure(
            "The changed profiles were not taken up; the schedule will find them.",
            error,
            expected=True,
        )
