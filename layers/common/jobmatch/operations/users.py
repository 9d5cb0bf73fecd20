"""Users and employers, as far as the project makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import ConflictError
from jobmatch.models import EmployerProfile, User, UserRole
from jobmatch.operations.employers import index_employers

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection, Row

    from jobmatch.operations.user_schemas import UserInput


def find_user(connection: Connection, email: str) -> Row[UUID, UserRole, str] | None:
    """Id, role and company name of the user with this address, or none."""
    return connection.execute(
        select(User.id, User.role, EmployerProfile.company_name)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == User.id)
        .where(User.email == email)
    ).one_or_none()


def put_user(connection: Connection, user: UserInput) -> UserRole:
    """Insert or change a user, in a transaction; what is there already is left as it is.

    Without a role a user who is not there becomes a candidate, and nothing else happens: the
    replay of a sign-up demotes nobody. Whether somebody is active is not touched.

    Returns:
        The role that the user has now.

    Raises:
        ConflictError: the address is another user's, or a new employer comes without a company.
    """
    # Whichever of id and address is taken, this waits for who is about to take it.
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
    return user.role


def _change_user(connection: Connection, user: UserInput) -> None:
    taken = select(1).where(User.email == user.email, User.id != user.user_id)
    if connection.scalar(taken) is not None:
        raise ConflictError("The address belongs to another user.")
    values = {"email": user.email, "role": user.role}
    connection.execute(update(User).where(User.id == user.user_id).values(values))


def _put_company(connection: Connection, user: UserInput) -> None:
    given = {
        name: value
        for name, value in (
            ("company_name", user.company_name),
            ("corporate_domains", user.corporate_domains),
        )
        if value is not None
    }
    of_user = EmployerProfile.user_id == user.user_id
    if user.company_name is not None:
        connection.execute(
            insert(EmployerProfile)
            .values(user_id=user.user_id, **given)
            .on_conflict_do_update(index_elements=["user_id"], set_=given)
        )
    elif connection.scalar(select(1).where(of_user)) is None:
        raise ConflictError("A new employer needs a companyName.")
    elif given:
        connection.execute(update(EmployerProfile).where(of_user).values(given))
    index_employers(connection, user.user_id)
