"""The seven operations on jobs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVarTuple
from uuid import UUID, uuid4

from sqlalchemy import Integer, bindparam, func, insert, literal, select, tuple_, update

from jobmatch.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    JobmatchError,
    NotFoundError,
    PreconditionFailedError,
)
from jobmatch.jobs.changes import index_job
from jobmatch.jobs.due import due_from_now, is_due, pending_again, without_run
from jobmatch.jobs.idempotency import claim_idempotency_key
from jobmatch.jobs.schemas import (
    REQUIREMENTS,
    AdminJobDetail,
    AdminJobListItem,
    DueJob,
    JobDetail,
    JobListItem,
)
from jobmatch.matches.queries import delete_matches
from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobMatch,
    JobStatus,
    MatchingStatus,
    User,
    UserRole,
)
from jobmatch.permissions import SYSTEM, Caller
from jobmatch.permissions.predicates import (
    THIS_MONTH,
    form_of,
    is_admin,
    is_shown,
    may_act_for,
    require_employer,
    values_of,
    with_employer,
)
from jobmatch.rules.requirements import Requirements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection, Row, ScalarSelect, Select

    from jobmatch.jobs.schemas import JobCreate, JobUpdate
    from jobmatch.permissions import Viewer
    from jobmatch.permissions.predicates import Form
    from jobmatch.web.pages import NewestFirst, OldestFirst

_REQUIREMENT_COLUMNS = [getattr(Job, name) for name in REQUIREMENTS]

Columns = TypeVarTuple("Columns")

_MOVES: dict[JobStatus, set[JobStatus]] = {
    JobStatus.DRAFT: {JobStatus.OPEN, JobStatus.ARCHIVED},
    JobStatus.OPEN: {JobStatus.CLOSED, JobStatus.ARCHIVED},
    JobStatus.CLOSED: {JobStatus.OPEN, JobStatus.ARCHIVED},
    JobStatus.ARCHIVED: set(),
}
_ADMIN_MOVES = _MOVES | {JobStatus.ARCHIVED: {JobStatus.CLOSED}}


def _match_count() -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(JobMatch.job_id == Job.id, is_shown(THIS_MONTH))
        .correlate(Job, EmployerProfile, EmployerFeatures)
        .scalar_subquery()
    )


def _newest_first(
    statement: Select[*Columns], *, filtered: bool, continued: bool
) -> Select[*Columns]:
    if filtered:
        statement = statement.where(Job.status == bindparam("status"))
    if continued:
        place = tuple_(
            bindparam("after_time", type_=Job.created_at.type),
            bindparam("after_id", type_=Job.id.type),
        )
        statement = statement.where(tuple_(Job.created_at, Job.id) < place)
    ordered = with_employer(statement).order_by(Job.created_at.desc(), Job.id.desc())
    return ordered.limit(bindparam("limit", type_=Integer))


def _page_values(
    status: JobStatus | None, limit: int | None, after: NewestFirst | None, viewer: Viewer
) -> dict[str, Any]:
    values = {"status": status, "limit": limit, **values_of(viewer)}
    return values if after is None else values | {"after_time": after[0], "after_id": after[1]}


@cache
def _jobs_by_employer(viewer: Form, *, filtered: bool, continued: bool) -> Select[*tuple[Any, ...]]:
    employer = bindparam("employer_id", type_=User.id.type)
    statement = select(
        Job.id,
        Job.title,
        Job.status,
        Job.matching_status,
        _match_count(),
        Job.created_at,
        Job.updated_at,
    ).where(Job.employer_user_id == employer, may_act_for(viewer, employer))
    return _newest_first(statement, filtered=filtered, continued=continued)


@cache
def _jobs_for_admin(*, filtered: bool, continued: bool) -> Select[*tuple[Any, ...]]:
    statement = select(
        Job.id,
        Job.title,
        Job.status,
        Job.matching_status,
        EmployerProfile.company_name,
        _match_count(),
        Job.created_at,
    )
    return _newest_first(statement, filtered=filtered, continued=continued)


def get_jobs_by_employer(
    connection: Connection,
    employer_user_id: UUID,
    *,
    viewer: Viewer,
    status: JobStatus | None = None,
    limit: int | None = None,
    after: NewestFirst | None = None,
) -> list[JobListItem]:
    """One employer's jobs, newest first.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    statement = _jobs_by_employer(
        form_of(viewer), filtered=status is not None, continued=after is not None
    )
    values = {"employer_id": employer_user_id, **_page_values(status, limit, after, viewer)}
    rows = connection.execute(statement, values).all()
    if not rows:
        require_employer(connection, employer_user_id, viewer)
    return [JobListItem(*row) for row in rows]


@cache
def _job_by_id(viewer: Form) -> Select[*tuple[Any, ...]]:
    return (
        select(
            is_admin(viewer),
            Job.id,
            Job.employer_user_id,
            Job.title,
            Job.description,
            Job.status,
            Job.matching_status,
            *_REQUIREMENT_COLUMNS,
            Job.created_by,
            Job.created_at,
            Job.updated_at,
            Job.matched_at,
            User.email,
            Job.version,
            Job.last_error,
        )
        .join(User, User.id == Job.employer_user_id)
        .where(Job.id == bindparam("job_id"), may_act_for(viewer, Job.employer_user_id))
    )


def get_job_by_id(
    connection: Connection, job_id: UUID, *, viewer: Viewer
) -> JobDetail | AdminJobDetail | None:
    """One job, or none where it does not exist for the viewer; admins get the last error too."""
    row = connection.execute(
        _job_by_id(form_of(viewer)), {"job_id": job_id, **values_of(viewer)}
    ).one_or_none()
    if row is None:
        return None
    admin, *columns = row
    # The last column is for admins alone.
    return AdminJobDetail(*columns) if admin else JobDetail(*columns[:-1])


def require_job_by_id(
    connection: Connection, job_id: UUID, *, viewer: Viewer
) -> JobDetail | AdminJobDetail:
    """One job.

    Raises:
        NotFoundError: it does not exist for the viewer.
    """
    job = get_job_by_id(connection, job_id, viewer=viewer)
    if job is None:
        raise NotFoundError("No such job.")
    return job


def get_jobs_for_admin(
    connection: Connection,
    *,
    status: JobStatus | None = None,
    limit: int | None = None,
    after: NewestFirst | None = None,
) -> list[AdminJobListItem]:
    """All employers' jobs, newest first."""
    statement = _jobs_for_admin(filtered=status is not None, continued=after is not None)
    rows = connection.execute(statement, _page_values(status, limit, after, SYSTEM))
    return [AdminJobListItem(*row) for row in rows]


def get_open_jobs_for_matching(
    connection: Connection, *, limit: int | None = None, after: OldestFirst | None = None
) -> list[DueJob]:
    """The open jobs that are due for matching, oldest first."""
    statement = select(
        Job.id,
        Job.employer_user_id,
        Job.title,
        *_REQUIREMENT_COLUMNS,
        Job.matching_status,
        Job.matched_at,
    ).where(is_due())
    if after is not None:
        last = select(Job.created_at, Job.id).where(Job.id == after.id)
        statement = statement.where(tuple_(Job.created_at, Job.id) > last.scalar_subquery())
    rows = connection.execute(statement.order_by(Job.created_at, Job.id).limit(limit))
    return [DueJob(*row) for row in rows]


def create_job(
    connection: Connection,
    data: JobCreate,
    *,
    viewer: Viewer,
    idempotency_key: str | None = None,
    new_id: UUID | None = None,
) -> UUID:
    """Insert a job and return its id; within a transaction.

    Args:
        new_id: the id that a new job gets, if the caller must know whether it is one.

    Returns:
        The id of the new job, or of the one that the key made before.

    Raises:
        ConflictError: it would be open without a required specialization.
        ForbiddenError: the viewer may not post for this employer.
        InvalidInputError: there is no such employer, or the key was used with another body.
    """
    caller_id = viewer.user_id if isinstance(viewer, Caller) else None
    employer_user_id = data.employer_user_id or caller_id
    job_id = new_id or uuid4()
    if idempotency_key is not None and isinstance(viewer, Caller):
        made = claim_idempotency_key(
            connection,
            viewer,
            idempotency_key,
            employer_user_id=employer_user_id,
            fingerprint=data.model_dump_json(),
            job_id=job_id,
        )
        if made != job_id:
            return made
    values = {
        "id": literal(job_id),
        "employer_user_id": User.id,
        "created_by": literal(caller_id) if caller_id else User.id,
        "matching_demand": literal(1),
        **{
            name: literal(value, getattr(Job, name).type)
            for name, value in data
            if name != "employer_user_id"
        },
    }
    row = select(*values.values()).where(
        User.id == employer_user_id,
        User.role == UserRole.EMPLOYER,
        User.is_active,
        may_act_for(viewer, User.id),
    )
    inserted: UUID | None = connection.scalar(
        insert(Job).from_select(list(values), row).returning(Job.id)
    )
    if inserted is None:
        raise no_such_employer(connection, data, viewer)
    # The state comes last in the order of checks; the insert goes with the transaction.
    _check_openable(data.status, data.required_specializations)
    index_job(connection, job_id, data.model_dump(include=set(REQUIREMENTS)))
    return inserted


def no_such_employer(connection: Connection, data: JobCreate, viewer: Viewer) -> JobmatchError:
    """What is wrong with the employer of a job that could not be posted for them."""
    if not connection.scalar(select(is_admin(viewer))):
        return ForbiddenError("You may post jobs for yourself only.")
    fault = "is not an active employer" if data.employer_user_id else "is required for admins"
    return InvalidInputError(FieldError("/employerUserId", fault))


def update_job(
    connection: Connection,
    job_id: UUID,
    changes: JobUpdate,
    *,
    viewer: Viewer,
    versions: Collection[int] | None = None,
) -> JobDetail | AdminJobDetail:
    """Change what `changes` names; within a transaction.

    A changed requirement invalidates the cached matches; it or a changed status returns the
    job to pending and ends a run. A change that changes nothing touches nothing.

    Args:
        versions: the versions of the job that the caller is ready to change, or none for any.

    Returns:
        The job after the change.

    Raises:
        NotFoundError: the job does not exist for the viewer.
        PreconditionFailedError: the job is at another version.
        ConflictError: the job's state does not allow the change.
    """
    job = connection.execute(
        select(
            is_admin(viewer).label("admin"),
            Job.title,
            Job.description,
            Job.status,
            Job.version,
            *_REQUIREMENT_COLUMNS,
        )
        .where(Job.id == job_id, may_act_for(viewer, Job.employer_user_id))
        .with_for_update(of=Job)
    ).one_or_none()
    if job is None:
        raise NotFoundError("No such job.")
    if versions is not None and job.version not in versions:
        raise PreconditionFailedError("The job has been changed since you read it.")
    values = {
        name: getattr(changes, name)
        for name in changes.model_fields_set
        if _differs(getattr(job, name), getattr(changes, name))
    }
    if values:
        _check_change(job, values)
        _change(connection, job_id, job._mapping, values)
    return require_job_by_id(connection, job_id, viewer=viewer)


def _change(
    connection: Connection, job_id: UUID, before: Mapping[Any, Any], values: dict[str, Any]
) -> None:
    after = {**before, **values}
    requirements_changed = not Requirements.of(before).same_as(Requirements.of(after))
    if requirements_changed:
        delete_matches(connection, job_id)
        index_job(connection, job_id, after)
    causes = pending_again() if requirements_changed or "status" in values else {}
    connection.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(**values, **causes, updated_at=func.now(), version=Job.version + 1)
    )


def _differs(old: object, new: object) -> bool:
    empty: tuple[object, ...] = (None, [])
    return old != new and not (old in empty and new in empty)


def _check_openable(status: JobStatus, required_specializations: list[str] | None) -> None:
    if status is JobStatus.OPEN and not required_specializations:
        raise ConflictError("A job is open only with a required specialization.")


def _check_change(job: Row[Any], values: dict[str, Any]) -> None:
    if job.status is JobStatus.ARCHIVED and values.keys() != {"status"}:
        raise ConflictError("Of an archived job only the status can change.")
    status = values.get("status", job.status)
    if status is not job.status:
        moves = _ADMIN_MOVES if job.admin else _MOVES
        if status not in moves[job.status]:
            raise ConflictError(f"A job can't go from {job.status} to {status}.")
    if values.keys() & {"status", "required_specializations"}:
        specializations = values.get("required_specializations", job.required_specializations)
        _check_openable(status, specializations)


def update_job_matching_status(
    connection: Connection, job_id: UUID, status: MatchingStatus
) -> None:
    """Set the matching status alone; it ends any run, and completed sets the time too.

    Raises:
        NotFoundError: there is no such job.
    """
    values: dict[str, Any] = {
        **without_run(),
        "matching_status": status,
        "matching_due_since": due_from_now(),
    }
    if status is MatchingStatus.COMPLETED:
        values["matched_at"] = func.now()
    if status is MatchingStatus.PENDING:
        values = pending_again()
    updated = connection.execute(update(Job).where(Job.id == job_id).values(**values))
    if not updated.rowcount:
        raise NotFoundError("No such job.")


def invalidate_matches_for_job(connection: Connection, job_id: UUID) -> int:
    """Delete a job's matches and return the job to pending; within a transaction.

    Returns:
        How many matches were deleted.

    Raises:
        NotFoundError: there is no such job.
    """
    job = update(Job).where(Job.id == job_id).values(**pending_again())
    if not connection.execute(job).rowcount:
        raise NotFoundError("No such job.")
    return delete_matches(connection, job_id)
