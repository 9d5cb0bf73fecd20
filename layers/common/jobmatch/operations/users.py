"""Creating users, and indexing employers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import Uuid, and_, any_, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import aliased

from jobmatch.careers.employers import Employer
from jobmatch.careers.schemas import Address
from jobmatch.errors import ConflictError
from jobmatch.jobs.due import return_jobs
from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    MatchingStatus,
    User,
    UserRole,
)
from jobmatch.permissions.locks import lock_jobs
from jobmatch.permissions.predicates import is_current
from jobmatch.rules.versions import employer_version
from jobmatch.wire import Input, Text255

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


class UserInput(Input):
    """Payload of create_user.

    Without `role` it means only that the user has signed up. `company_name` and `corporate_domains`
    are for employers; what is left out does not change.
    """

    user_id: Annotated[UUID, Field(strict=False)]
    email: Address
    role: Annotated[UserRole | None, Field(strict=False)] = None
    company_name: Text255 | None = None
    corporate_domains: Annotated[list[Text255] | None, Field(max_length=100)] = None

    @model_validator(mode="after")
    def _only_employers_have_a_company(self) -> Self:
        company = self.company_name is not None or self.corporate_domains is not None
        if company and self.role is not UserRole.EMPLOYER:
            raise ValueError("companyName and corporateDomains are for the role employer")
        return self


def index_employers(connection: Connection, *user_ids: UUID, maximum_age: timedelta) -> int:
    """Compute the features of employers who have none, or whose company or the rules changed.

    Within a transaction. Their open jobs become due where other candidates are suppressed now.

    Args:
        user_ids: only these employers; without any, all.
        maximum_age: of a completed matching; then the job is due again.

    Returns:
        How many employers were indexed.
    """
    profile, before = EmployerProfile, aliased(EmployerFeatures)
    outdated = (
        select(
            profile.user_id,
            profile.company_name,
            profile.corporate_domains,
            before.company,
            before.domains,
        )
        .outerjoin(EmployerFeatures, is_current())
        .outerjoin(before, before.user_id == profile.user_id)
        .where(EmployerFeatures.user_id.is_(None))
        .order_by(profile.user_id)
    )
    if user_ids:
        outdated = outdated.where(profile.user_id.in_(user_ids))
    rows, changed = [], []
    for row in connection.execute(outdated):
        employer = Employer.of(row.company_name, row.corporate_domains)
        company = {"company": employer.company or "", "domains": employer.domains}
        rows.append({**row._mapping, **company, "version": employer_version()})
        if company != {"company": row.company, "domains": row.domains}:
            changed.append(row.user_id)
    is_theirs = Job.employer_user_id == any_(literal(changed, ARRAY(Uuid)))
    if changed:
        # In one order: else a trigger would lock them, one employer's after the other's.
        lock_jobs(connection, select(Job.id).where(is_theirs))
    if rows:
        statement = insert(EmployerFeatures)
        replaced = {name: statement.excluded[name] for name in rows[0] if name != "user_id"}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["user_id"], set_=replaced), rows
        )
    if changed:
        matched = Job.matching_status.in_((MatchingStatus.RUNNING, MatchingStatus.COMPLETED))
        return_jobs(connection, and_(is_theirs, matched), maximum_age)
    return len(rows)


def find_user(connection: Connection, email: str) -> Row[UUID, UserRole, str] | None:
    """Id, role and company name of the user with this address, or `None`."""
    return connection.execute(
        select(User.id, User.role, EmployerProfile.company_name)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == User.id)
        .where(User.email == email)
    ).one_or_none()


def put_user(connection: Connection, user: UserInput, *, maximum_age: timedelta) -> UserRole:
    """Insert or change a user; within a transaction.

    Without a role, a new user becomes a candidate and an existing user does not change, so that a
    repeated sign-up demotes nobody. `is_active` never changes.

    Returns:
        The role that the user has now.

    Raises:
        ConflictError: the address is another user's, or a new employer comes without a company.
    """
    # On a conflict of id or address, this waits for a transaction that is about to take it.
    connection.execute(
        insert(User)
        .values(id=user.user_id, email=user.email, role=user.role or UserRole.CANDIDATE)
        .on_conflict_do_nothing()
    )
    known = connection.execute(
        select(User.email, User.role).where(User.id == user.user_id).with_for_update()
    ).one_or_none()
    if known is None:
        raise ConflictError("The address belongs to another user.")
    if user.role is None:
        role: UserRole = known.role
        return role
    if tuple(known) != (user.email, user.role):
        _change_user(connection, user)
    if user.role is UserRole.EMPLOYER:
        _put_company(connection, user)
        index_employers(connection, user.user_id, maximum_age=maximum_age)
    return user.role


def _change_user(connection: Connection, user: UserInput) -> None:
    taken = select(1).where(User.email == user.email, User.id != user.user_id)
    if connection.scalar(taken) is not None:
        raise ConflictError("The address belongs to another user.")
    values = {"email": user.email, "role": user.role}
    connection.execute(update(User).where(User.id == user.user_id).values(values))


def _put_company(connection: Connection, user: UserInput) -> None:
    given = user.model_dump(include={"company_name", "corporate_domains"}, exclude_none=True)
    is_theirs = EmployerProfile.user_id == user.user_id
    if user.company_name is not None:
        connection.execute(
            insert(EmployerProfile)
            .values(user_id=user.user_id, **given)
            .on_conflict_do_update(index_elements=["user_id"], set_=given)
        )
    elif connection.scalar(select(1).where(is_theirs)) is None:
        raise ConflictError("A new employer needs a companyName.")
    elif given:
        connection.execute(update(EmployerProfile).where(is_theirs).values(given))
