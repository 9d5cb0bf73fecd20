"""Who the caller of a request is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from jobmatch.errors import ForbiddenError
from jobmatch.models import EmployerProfile, User, UserRole
from jobmatch.wire import wire

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.permissions import Caller


@wire
class Me:
    """The caller; `companyName` is null without a company profile."""

    id: UUID
    role: UserRole
    company_name: str | None


def get_me(connection: Connection, caller: Caller) -> Me:
    """The caller as the users know them.

    Raises:
        ForbiddenError: the caller is unknown or not active.
    """
    row = connection.execute(
        select(User.id, User.role, EmployerProfile.company_name)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == User.id)
        .where(User.id == caller.user_id, User.is_active)
    ).one_or_none()
    if row is None:
        raise ForbiddenError("Your account is not known here.")
    return Me(*row)
