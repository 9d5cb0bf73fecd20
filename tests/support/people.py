"""Users for tests, and the claims of their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from jobmatch.models import UserRole
from jobmatch.operations.users import UserInput, put_user
from jobmatch.permissions import Caller
from jobmatch.postgres import transaction
from tests.support.due import AGE

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Person:
    """A user with a token for their role."""

    id: UUID
    role: UserRole

    @property
    def claims(self) -> dict[str, object]:
        return {"sub": str(self.id), "cognito:groups": [self.role.value]}

    @property
    def caller(self) -> Caller:
        return Caller(self.id, frozenset({self.role}))


def add_user(
    connection: Connection, role: UserRole, company: str | None = None, domain: str | None = None
) -> UUID:
    """Create a user; an employer has a company, which may have a mail domain."""
    user: dict[str, Any] = {"userId": uuid4(), "email": f"{uuid4()}@{domain or 'site.example'}"}
    user |= {"role": role}
    if company is not None:
        user |= {"companyName": company, "corporateDomains": [domain] if domain else []}
    valid = UserInput.model_validate(user)
    put_user(connection, valid, maximum_age=AGE)
    return valid.user_id


@dataclass(frozen=True)
class People:
    """An admin, and two employers who must not see each other's jobs."""

    admin: Person
    employer: Person
    rival: Person

    @classmethod
    def create(cls) -> Self:
        with transaction() as connection:
            admin = add_user(connection, UserRole.ADMIN)
            employer, rival = (
                add_user(connection, UserRole.EMPLOYER, company, domain)
                for company, domain in (
                    ("Lindqvist & Marrow LLP", "lindqvist.example"),
                    ("Orsolo Instruments", "orsolo.example"),
                )
            )
        return cls(
            Person(admin, UserRole.ADMIN),
            Person(employer, UserRole.EMPLOYER),
            Person(rival, UserRole.EMPLOYER),
        )
