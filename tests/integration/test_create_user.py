"""create_user, by hand and after a sign-up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from jobmatch.errors import ConflictError, FunctionFailedError
from jobmatch.models import EmployerFeatures, EmployerProfile, User, UserRole
from jobmatch.operations.users import UserInput, put_user
from jobmatch.postgres import connect, transaction
from tests.support.due import AGE
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.people import Person
from tests.support.rows import change, count, nothing_written
from tests.support.running import matches_of, work

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.rivals import Rivals

COMPANY: dict[str, Any] = {
    "role": "employer",
    "companyName": "Halden Optik GmbH",
    "corporateDomains": ["h.example"],
}


def create(user_id: UUID, email: str = "a@b.example", **fields: Any) -> Any:
    return invoke("create_user", {"userId": str(user_id), "email": email, **fields})


def stored(user_id: UUID) -> tuple[Any, ...]:
    with connect() as connection:
        columns = (User.email, User.role, User.is_active)
        return tuple(connection.execute(select(*columns).where(User.id == user_id)).one())


def company(user_id: UUID) -> tuple[Any, ...]:
    """As it was given, and in canonical form."""
    with connect() as connection:
        return tuple(
            connection.execute(
                select(
                    EmployerProfile.company_name,
                    EmployerProfile.corporate_domains,
                    EmployerFeatures.company,
                    EmployerFeatures.domains,
                )
                .join(EmployerFeatures, EmployerFeatures.user_id == EmployerProfile.user_id)
                .where(EmployerProfile.user_id == user_id)
            ).one()
        )


@pytest.mark.usefixtures("database")
def test_a_sign_up_makes_a_candidate_once() -> None:
    user = uuid4()
    for _ in range(2):
        assert create(user) == {"userId": str(user), "role": "candidate"}
    assert stored(user) == ("a@b.example", UserRole.CANDIDATE, True)
    assert count(User) == 1


@pytest.mark.usefixtures("database")
def test_the_replay_of_a_sign_up_changes_nothing() -> None:
    user = uuid4()
    create(user, **COMPANY)
    change(User, user, is_active=False)
    with nothing_written():
        assert create(user, "new@b.example")["role"] == "employer"


@pytest.mark.parametrize("role", ["candidate", "employer", "admin"])
@pytest.mark.usefixtures("database")
def test_a_role_is_given_and_taken(role: str) -> None:
    user = uuid4()
    create(user)
    for given in (role, "admin", role):
        fields = COMPANY if given == "employer" else {"role": given}
        assert create(user, "c@d.example", **fields)["role"] == given
        assert stored(user) == ("c@d.example", given, True)


@pytest.mark.usefixtures("database")
def test_an_employers_company_is_in_canonical_form_at_once_and_when_it_changes() -> None:
    user = uuid4()
    create(user, **COMPANY)
    assert company(user) == ("Halden Optik GmbH", ["h.example"], "haldenoptik", ["h.example"])
    with nothing_written():
        create(user, role="employer")
        create(user, **COMPANY)
    create(user, role="employer", corporateDomains=["@New.Example"])
    assert company(user)[1:] == (["@New.Example"], "haldenoptik", ["new.example"])
    create(user, role="employer", companyName="Orsolo Ltd")
    assert company(user) == ("Orsolo Ltd", ["@New.Example"], "orsolo", ["new.example"])


def test_a_new_employer_may_post_a_job_and_is_not_shown_their_own_people(
    api: Api, people: People, cloud: Cloud
) -> None:
    user = uuid4()
    create(user, **COMPANY)
    employer = Person(user, UserRole.EMPLOYER)
    fitting = {"specializations": ["Licensing"]}
    a_profile(api, people, **fitting, email="x@h.example")
    other = a_profile(api, people, **fitting)
    job = an_open_job(api, employer)
    work(cloud)
    assert [each["profileId"] for each in matches_of(api, job, employer)] == [other]


@pytest.mark.parametrize("fields", [{}, {"role": "admin"}, COMPANY], ids=str)
@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.usefixtures("database")
def test_an_address_belongs_to_one_user(fields: dict[str, Any], is_known: bool) -> None:
    create(uuid4(), "taken@b.example")
    user = uuid4()
    if is_known:
        create(user)
    with nothing_written():
        if is_known and not fields:
            create(user, "taken@b.example")
            return
        with pytest.raises(ConflictError, match="another user"):
            create(user, "taken@b.example", **fields)


@pytest.mark.usefixtures("database")
def test_a_new_employer_needs_a_company() -> None:
    with nothing_written(), pytest.raises(ConflictError, match="companyName"):
        create(uuid4(), role="employer")


@pytest.mark.parametrize(
    "fields",
    [
        {"userId": "1"},
        {"email": "not-an-address"},
        {"email": None},
        {"role": "owner"},
        {"companyName": "Halden Optik"},
        {"role": "admin", "corporateDomains": ["h.example"]},
        {**COMPANY, "companyName": ""},
        {"name": "Ada"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("database")
def test_a_bad_payload_writes_nothing_and_is_not_repeated_in_the_error(
    fields: dict[str, Any],
) -> None:
    event = {"userId": str(uuid4()), "email": "secret@b.example", **fields}
    with nothing_written(), pytest.raises(FunctionFailedError, match=r"Refused\. \w+: ") as error:
        invoke("create_user", event)
    assert not [value for value in event.values() if value and f"'{value}'" in str(error.value)]
    assert "secret" not in str(error.value)


def _put(connection: Connection, user: dict[str, Any]) -> UserRole:
    return put_user(connection, UserInput.model_validate(user), maximum_age=AGE)


@pytest.mark.parametrize(
    "fields", [{}, {"role": "admin"}, COMPANY], ids=["sign-up", "admin", "employer"]
)
def test_two_at_once_make_one_user(rivals: Rivals, fields: dict[str, Any]) -> None:
    user = {"userId": uuid4(), "email": "a@b.example", **fields}
    with transaction() as connection:
        _put(connection, user)
        rival = rivals.blocked(_put, user)
    assert rival.result() == fields.get("role", "candidate")
    assert count(User) == 1


def test_of_two_who_want_one_address_the_first_gets_it(rivals: Rivals) -> None:
    with transaction() as connection:
        _put(connection, {"userId": uuid4(), "email": "a@b.example"})
        rival = rivals.blocked(_put, {"userId": uuid4(), "email": "a@b.example", "role": "admin"})
    with pytest.raises(ConflictError):
        rival.result()
    assert count(User) == 1


@pytest.mark.usefixtures("database")
def test_what_is_logged_names_nobody(log: Any) -> None:
    create(uuid4(), "secret@b.example", **COMPANY)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert lines[-1]["role"] == "employer"
    assert "secret" not in log.getvalue()
    assert "Halden" not in log.getvalue()
