"""The viewer of a query: a caller with a token, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from jobmatch.models import UserRole


@dataclass(frozen=True, slots=True)
class Caller:
    """The user whom a token names.

    Args:
        user_id: `users.id`, from the token's subject or the claim that USER_ID_CLAIM names.
        roles: the roles that the token's groups allow. The queries accept a role only if it is
            also `users.role` of an active user.
    """

    user_id: UUID
    roles: frozenset[UserRole]


class _System(Enum):
    SYSTEM = "system"


SYSTEM: Final = _System.SYSTEM
"""The viewer of what acts for no caller, such as a matching run: it sees everything."""

Viewer = Caller | _System
