"""Who is asking: a caller with a token, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.models import UserRole


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, as the token names them.

    Args:
        user_id: `users.id`, from the token's subject or the claim that USER_ID_CLAIM names.
        roles: the roles that the token's groups allow. A role counts only when it is also
            `users.role` of an active user; the queries see to that.
    """

    user_id: UUID
    roles: frozenset[UserRole]


class _System(Enum):
    SYSTEM = "system"


SYSTEM: Final = _System.SYSTEM
"""The matching itself, and whoever else acts for no caller: it sees everything."""

Viewer = Caller | _System
