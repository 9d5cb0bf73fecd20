"""Reading jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import (
    Connection,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)

from jobmatch.errors import NotFoundError
from jobmatch.jobs.due import is_due
from jobmatch.jobs.schemas import AdminJobDetail, AdminJobListItem, DueJob, JobDetail, JobListItem
from jobmatch.matches.notes import NEW_SINCE, is_new
from jobmatch.models import EmployerProfile, Job, JobMatch, JobStatus, User
from jobmatch.permissions import SYSTEM, Viewer
from jobmatch.permissions.predicates import (
    is_admin,
    is_listed,
    is_unknown,
    may_act_for,
    require_employer,
    viewer_values,
)
from jobmatch.wire import columns_of

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, SQLColumnExpression

    from jobmatch.models import MatchingStatus
    from jobmatch.web.pages import NewestFirst, OldestFirst


Columns = TypeVarTuple("Columns")


def _match_count(employer: SQLColumnExpression[UUID], *conditions: Any) -> ScalarSelect[int]:
    """How many matches of a job may be shown to its employer: counted from an index alone."""
    return (
        select(func.count())
        .where(JobMatch.job_id == Job.id, is_listed(is_unknown(employer)), *conditions)
        .correlate(Job)
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
    ordered = statement.order_by(Job.created_at.desc(), Job.id.desc())
    return ordered.limit(bindparam("limit", type_=Integer))


def _page_values(
    status: JobStatus | None, limit: int | None, after: NewestFirst | None, this_month: int
) -> dict[str, Any]:
    time, job_id = (None, None) if after is None else after
    return {
        "status": status,
        "limit": limit,
        "after_time": time,
        "after_id": job_id,
        "this_month": this_month,
    }


@cache
def _jobs_by_employer(
    *, system: bool, filtered: bool, continued: bool, recent: bool
) -> Select[*tuple[Any, ...]]:
    employer = bindparam("employer_id", type_=User.id.type)
    # By the parameter, so that the employer is read once, and not for each job.
    new: Any = _match_count(employer, is_new(NEW_SINCE)) if recent else literal(None, Integer)
    columns = columns_of(Job, JobListItem, match_count=_match_count(employer), new_match_count=new)
    allowed = may_act_for(employer, system=system)
    statement = select(*columns).where(Job.employer_user_id == employer, allowed)
    return _newest_first(statement, filtered=filtered, continued=continued)


@cache
def _jobs_for_admin(*, filtered: bool, matching: bool, continued: bool) -> Select[*tuple[Any, ...]]:
    columns = columns_of(
        Job,
        AdminJobListItem,
        employer_company_name=EmployerProfile.company_name,
        match_count=_match_count(Job.employer_user_id),
    )
    statement = select(*columns).outerjoin(
        EmployerProfile, EmployerProfile.user_id == Job.employer_user_id
    )
    if matching:
        statuses: BindParameter[Any] = bindparam("matching_statuses", expanding=True)
        statement = statement.where(Job.matching_status.in_(statuses))
    return _newest_first(statement, filtered=filtered, continued=continued)


def get_jobs_by_employer(
    connection: Connection,
    employer_user_id: UUID,
    *,
    viewer: Viewer,
    this_month: int,
    status: JobStatus | None = None,
    limit: int | None = None,
    after: NewestFirst | None = None,
    new_since: datetime | None = None,
) -> list[JobListItem]:
    """One employer's jobs, newest first; with `new_since`, who was found after it is counted.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    statement = _jobs_by_employer(
        system=viewer is SYSTEM,
        filtered=status is not None,
        continued=after is not None,
        recent=new_since is not None,
    )
    page = _page_values(status, limit, after, this_month) | {"new_since": new_since}
    values = {"employer_id": employer_user_id, **page, **viewer_values(viewer)}
    rows = connection.execute(statement, values).all()
    if not rows:
        require_employer(connection, employer_user_id, viewer)
    return [JobListItem(*row) for row in rows]


@cache
def _job_by_id(*, system: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(is_admin(system=system), *columns_of(Job, AdminJobDetail, employer_email=User.email))
        .join(User, User.id == Job.employer_user_id)
        .where(Job.id == bindparam("job_id"), may_act_for(Job.employer_user_id, system=system))
    )


def get_job_by_id(
    connection: Connection, job_id: UUID, *, viewer: Viewer
) -> JobDetail | AdminJobDetail | None:
    """One job, or `None` if it does not exist for the viewer; admins get the last error too."""
    row = connection.execute(
        _job_by_id(system=viewer is SYSTEM), {"job_id": job_id, **viewer_values(viewer)}
    ).one_or_none()
    if row is None:
        return None
    admin, *columns = row
    # The last column is `last_error`.
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
    this_month: int,
    status: JobStatus | None = None,
    matching_statuses: Sequence[MatchingStatus] = (),
    limit: int | None = None,
    after: NewestFirst | None = None,
) -> list[AdminJobListItem]:
    """All employers' jobs, newest first; of any matching status where none is named."""
    statement = _jobs_for_admin(
        filtered=status is not None, matching=bool(matching_statuses), continued=after is not None
    )
    values = _page_values(status, limit, after, this_month)
    rows = connection.execute(statement, {**values, "matching_statuses": [*matching_statuses]})
    return [AdminJobListItem(*row) for row in rows]


def get_open_jobs_for_matching(
    connection: Connection,
    *,
    maximum_age: timedelta,
    limit: int | None = None,
    after: OldestFirst | None = None,
) -> list[DueJob]:
    """The open jobs that are due for matching, oldest first."""
    statement = select(*columns_of(Job, DueJob)).where(is_due(maximum_age))
    if after is not None:
        last = select(Job.created_at, Job.id).where(Job.id == after.id)
        statement = statement.where(tuple_(Job.created_at, Job.id) > last.scalar_subquery())
    rows = connection.execute(statement.order_by(Job.created_at, Job.id).limit(limit))
    return [DueJob(*row) for row in rows]
