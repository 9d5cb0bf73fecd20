"""Users and employers, as far as the project makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import ConflictError
from jobmatch.models import EmployerProfile, User, UserRole
from jobmatch.queries.employers import index_employers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Connection


def ensure_user(
    connection: Connection,
    *,
    email: str,
    role: UserRole,
    company_name: str | None = None,
    corporate_domains: Sequence[str] = (),
) -> UUID:
    """The user with this address, created with their company where missing.

    Raises:
        ConflictError: the address belongs to a user of another role.
    """
    connection.execute(
        insert(User).values(email=email, role=role).on_conflict_do_nothing(index_elements=["email"])
    )
    user = connection.execute(select(User.id, User.role).where(User.email == email)).one()
    if user.role is not role:
        raise ConflictError(f"{email} is already a user with the role {user.role}.")
    if company_name is not None:
        connection.execute(
            insert(EmployerProfile)
            .values(
                user_id=user.id,
                company_name=company_name,
                corporate_domains=list(corporate_domains),
            )
            .on_conflict_do_nothing(index_elements=["user_id"])
        )
        index_employers(connection, user.id)
    user_id: UUID = user.id
    return user_id
