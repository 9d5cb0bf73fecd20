"""The people of the tests, and the claims of their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid4

from jobmatch.database import transaction
from jobmatch.models import UserRole
from jobmatch.queries.users import ensure_user
from jobmatch.viewer import Caller


@dataclass(frozen=True)
class Person:
    """A user who holds a token for their own role."""

    id: UUID
    role: UserRole

    @property
    def claims(self) -> dict[str, object]:
        return {"sub": str(self.id), "cognito:groups": [self.role.value]}

    @property
    def caller(self) -> Caller:
        return Caller(self.id, frozenset({self.role}))


@dataclass(frozen=True)
class People:
    """An admin, and two employers who must not see each other's things."""

    admin: Person
    employer: Person
    rival: Person

    @classmethod
    def create(cls) -> Self:
        with transaction() as connection:
            admin = ensure_user(
                connection, email=f"{uuid4()}@jobmatch.example", role=UserRole.ADMIN
            )
            employer, rival = (
                ensure_user(
                    connection,
                    email=f"{uuid4()}@{domain}",
                    role=UserRole.EMPLOYER,
                    company_name=company,
                    corporate_domains=[domain],
                )
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
