"""Who may see what, as predicates that every query adds to its statement."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVarTuple
from uuid import UUID

from sqlalchemy import Integer, and_, any_, bindparam, exists, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from jobmatch.errors import ForbiddenError, NotFoundError
from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobMatch,
    ProfileFeatures,
    ProfileStatus,
    User,
    UserRole,
)
from jobmatch.permissions import SYSTEM, Caller, Viewer
from jobmatch.rules.suppression import is_indexed, works_for
from jobmatch.rules.versions import employer_version

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnElement, Connection, Select, SQLColumnExpression

Columns = TypeVarTuple("Columns")

_caller = aliased(User)

THIS_MONTH = bindparam("this_month", type_=Integer)
"""The current month: a parameter of statements that contain `is_shown` or `is_listed`."""


def viewer_values(viewer: Viewer) -> dict[str, Any]:
    """The parameters that name the viewer to a statement with these predicates."""
    if viewer is SYSTEM:
        return {}
    return {"caller_id": viewer.user_id, "caller_roles": list(viewer.roles)}


def _is_active_caller() -> ColumnElement[bool]:
    # Without a default, so that a statement fails that is executed without `viewer_values`.
    user_id = bindparam("caller_id", type_=User.id.type)
    roles = bindparam("caller_roles", type_=ARRAY(User.role.type))
    return and_(_caller.id == user_id, _caller.is_active, _caller.role == any_(roles))


def is_admin(*, system: bool) -> ColumnElement[bool]:
    """Whether the viewer is the system or an active admin whose token says so too."""
    if system:
        return true()
    return exists().where(_is_active_caller(), _caller.role == UserRole.ADMIN)


def may_act_for(
    employer_user_id: SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None], *, system: bool
) -> ColumnElement[bool]:
    """Whether the viewer may see and change what belongs to this employer.

    Every query that an employer can reach adds this predicate, so that another employer's rows do
    not exist for them. The statement is executed with `viewer_values`.

    Args:
        employer_user_id: the owner: a column, or a parameter.
        system: whether the viewer is the system, which may act for every employer.
    """
    if system:
        return true()
    return exists().where(
        _is_active_caller(),
        or_(
            _caller.role == UserRole.ADMIN,
            and_(_caller.role == UserRole.EMPLOYER, _caller.id == employer_user_id),
        ),
    )


def is_current() -> ColumnElement[bool]:
    """Whether `employer_features` was made from the present `employer_profiles` and rules."""
    return and_(
        EmployerFeatures.user_id == EmployerProfile.user_id,
        EmployerFeatures.company_name == EmployerProfile.company_name,
        EmployerFeatures.corporate_domains.is_not_distinct_from(EmployerProfile.corporate_domains),
        EmployerFeatures.version == employer_version(),
    )


class EmployerColumns(NamedTuple):
    """The columns of a job's employer that a statement compares with a candidate."""

    is_unknown: ColumnElement[bool]
    """Whether the employer has no company, or one that is not indexed as it is now."""
    company: SQLColumnExpression[str]
    domains: SQLColumnExpression[list[str]]


JOINED = EmployerColumns(
    # Also a company whose name has nothing that could be compared.
    func.coalesce(EmployerFeatures.company, "") == "",
    EmployerFeatures.company,
    EmployerFeatures.domains,
)
"""The columns in a statement of `with_employer`."""


def with_employer(statement: Select[*Columns]) -> Select[*Columns]:
    """Join the rows of a job's employer that `is_shown` reads."""
    return statement.outerjoin(
        EmployerProfile, EmployerProfile.user_id == Job.employer_user_id
    ).outerjoin(EmployerFeatures, is_current())


def one_job(*, system: bool) -> tuple[CTE, EmployerColumns]:
    """The job `job_id` and its employer, read once; no row if the viewer may not act for them.

    Materialized, so that PostgreSQL knows that it is one row. In a join it estimates that
    `may_act_for` leaves a fraction of a row, and then reads and sorts all matches of the job to
    return the best hundred.
    """
    statement: Select[*tuple[Any, ...]] = with_employer(
        select(
            Job.id,
            JOINED.is_unknown.label("is_unknown"),
            JOINED.company.label("company"),
            JOINED.domains.label("domains"),
        )
    ).where(Job.id == bindparam("job_id"), may_act_for(Job.employer_user_id, system=system))
    job = statement.cte("job").prefix_with("MATERIALIZED")
    return job, EmployerColumns(job.c.is_unknown, job.c.company, job.c.domains)


def is_shown(
    employer: EmployerColumns = JOINED,
    profile_id: SQLColumnExpression[UUID] = JobMatch.profile_id,
) -> ColumnElement[bool]:
    """Whether the candidate of a match may be shown to the employer of its job at present.

    The candidate must be active, indexed, and not suppressed for that employer. This is decided
    when the statement is executed, with `this_month`, and not when the match was scored. An
    employer without a company, or whose company has changed since it was indexed, sees nobody.

    Args:
        employer: the columns of the job's employer.
        profile_id: the candidate: that of a match, or of a note that outlives it.
    """
    # A trigger copies the status of a profile to its features, for foreign writers too.
    return (
        exists()
        .where(
            ProfileFeatures.profile_id == profile_id,
            ProfileFeatures.status == ProfileStatus.ACTIVE,
            is_not_suppressed(employer),
        )
        .correlate_except(ProfileFeatures)
    )


def is_listed(is_unknown: ColumnElement[bool]) -> ColumnElement[bool]:
    """`is_shown`, by the month that the database keeps beside each match.

    For lists, which would look up each candidate's features. Where a single match is read, or who
    it is, `is_shown` decides by itself.

    Args:
        is_unknown: of the employer, as in `EmployerColumns`.
    """
    return and_(not_(is_unknown), JobMatch.shown_from <= THIS_MONTH)


def is_unknown(employer_user_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """`EmployerColumns.is_unknown` of an employer, in a statement that does not join them."""
    known = exists().where(
        is_current(), EmployerProfile.user_id == employer_user_id, EmployerFeatures.company != ""
    )
    return not_(known.correlate_except(EmployerProfile, EmployerFeatures))


def shown_from() -> ColumnElement[int]:
    """The month from which the match of a candidate and an employer may be shown, or null.

    A function of the database, which the triggers call too; of `profile_features` and
    `employer_features`, joined by the statement.
    """
    features = ProfileFeatures
    return func.shown_from(
        features.status,
        features.places,
        features.employers,
        features.employed_until,
        features.mail_domains,
        EmployerFeatures.company,
        EmployerFeatures.domains,
        type_=Integer,
    )


def is_not_suppressed(employer: EmployerColumns = JOINED) -> ColumnElement[bool]:
    """Whether the employer is indexed, and a candidate of `profile_features` not suppressed."""
    suppressed = or_(employer.is_unknown, works_for(employer.company, employer.domains, THIS_MONTH))
    # Without a company the comparison is NULL, and `is_unknown` decides.
    return and_(is_indexed(), not_(suppressed))


@cache
def _active_caller() -> Select[int]:
    return select(1).where(_is_active_caller())


def require_role(connection: Connection, caller: Caller, roles: Iterable[UserRole]) -> None:
    """Check that the caller is an active user with one of `roles`.

    Raises:
        ForbiddenError: the caller is unknown, inactive, or has another role.
    """
    values = {"caller_id": caller.user_id, "caller_roles": list(caller.roles & frozenset(roles))}
    if connection.scalar(_active_caller(), values) is None:
        raise ForbiddenError("Your account may not do this.")


def _exists_for(
    connection: Connection,
    viewer: Viewer,
    owner: SQLColumnExpression[UUID],
    row: ColumnElement[bool],
) -> bool:
    visible = select(1).where(row, may_act_for(owner, system=viewer is SYSTEM))
    return connection.scalar(visible, viewer_values(viewer)) is not None


def require_job(connection: Connection, job_id: UUID, viewer: Viewer) -> None:
    """Check that a job exists, when a query has found no row of it.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    if not _exists_for(connection, viewer, Job.employer_user_id, Job.id == job_id):
        raise NotFoundError("No such job.")


def require_employer(connection: Connection, employer_user_id: UUID, viewer: Viewer) -> None:
    """Check that an employer exists, when a query has found no row of them.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    if not _exists_for(connection, viewer, User.id, User.id == employer_user_id):
        raise NotFoundError("No such employer.")
