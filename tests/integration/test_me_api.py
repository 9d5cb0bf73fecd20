"""Who am I: for every active user, whatever groups the token has."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jobmatch.models import User, UserRole
from jobmatch.postgres import transaction
from tests.support.people import add_user
from tests.support.rows import change

if TYPE_CHECKING:
    from uuid import UUID

    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def candidate(database: str) -> UUID:
    with transaction() as connection:
        return add_user(connection, UserRole.CANDIDATE)


def test_it_tells_id_role_and_company(api: Api, people: People) -> None:
    mine = api.get("/me", by=people.employer)
    assert mine.status == 200, mine.text
    assert mine.json.keys() == {"id", "role", "companyName"}
    assert (mine.json["id"], mine.json["role"]) == (str(people.employer.id), "employer")
    assert mine.json["companyName"]
    admin = api.get("/me", by=people.admin).json
    assert admin == {"id": str(people.admin.id), "role": "admin", "companyName": None}


@pytest.mark.parametrize("groups", [[], ["candidate"], ["admin"], None])
def test_the_role_is_that_of_the_account_and_not_of_the_token(
    api: Api, candidate: UUID, groups: list[str] | None
) -> None:
    claims: dict[str, object] = {"sub": str(candidate)}
    if groups is not None:
        claims["cognito:groups"] = groups
    answer = api.get("/me", claims=claims)
    assert answer.json == {"id": str(candidate), "role": "candidate", "companyName": None}
    # And nothing else is open to them for it.
    assert api.get("/vocabulary", claims=claims).status == 403


def test_who_is_not_active_or_not_known_is_refused(api: Api, candidate: UUID) -> None:
    change(User, candidate, is_active=False)
    for who in (candidate, uuid4(), "nobody"):
        assert api.get("/me", claims={"sub": str(who)}).status == 403
