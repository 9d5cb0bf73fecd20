"""The console's sign-in on one machine: for its own page, on this machine, and for nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from jobmatch.models import User
from local.issuer import AUDIENCE, ISSUER, Issuer
from local.resources import Authorizer
from local.server import Request
from local.sign_in import PATH, SignIn
from tests.support.rows import write

if TYPE_CHECKING:
    from tests.support.people import People

COMPANY = "Lindqvist & Marrow LLP"
PORT = 8123
HOST = f"127.0.0.1:{PORT}"
OWN = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}


def ask(sign_in: SignIn, method: str, body: Any = None, **changes: Any) -> tuple[int, Any]:
    peer = changes.pop("peer", "127.0.0.1")
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    headers = {name: value for name, value in {**OWN, **changed}.items() if value is not None}
    data = b"" if body is None else json.dumps(body).encode()
    response = sign_in(Request(method, PATH, "", headers, data, peer))
    assert response
    return response.status, json.loads(response.body)


@pytest.fixture
def sign_in(people: People, issuer: Issuer) -> SignIn:
    return SignIn(issuer, PORT)


def test_somebody_who_is_listed_gets_a_token_that_the_api_accepts(
    sign_in: SignIn, people: People, issuer: Issuer
) -> None:
    _, listed = ask(sign_in, "GET", origin=None)
    by_id = {person["id"]: person for person in listed["people"]}
    assert listed["people"][0]["role"] == "admin", "admins come first"
    label = by_id[str(people.employer.id)].pop("label")
    assert label.endswith("@lindqvist.example"), "two of one company are told apart"
    assert by_id[str(people.employer.id)] == {
        "id": str(people.employer.id),
        "role": "employer",
        "companyName": COMPANY,
    }
    status, answer = ask(sign_in, "POST", {"id": str(people.employer.id)})
    claims = issuer.verify(answer["token"], Authorizer(ISSUER, (AUDIENCE,)))
    assert (status, claims["sub"]) == (200, str(people.employer.id))
    assert claims["cognito:groups"] == ["employer"]


def test_a_user_who_is_deactivated_is_neither_listed_nor_signed_in(
    sign_in: SignIn, people: People
) -> None:
    write(update(User).where(User.id == people.employer.id).values(is_active=False))
    _, listed = ask(sign_in, "GET")
    assert str(people.employer.id) not in {person["id"] for person in listed["people"]}
    assert ask(sign_in, "POST", {"id": str(people.employer.id)})[0] == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://page.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": f"https://{HOST}"},
        {"host": "page.example"},
        {"host": f"page.example:{PORT}", "origin": f"http://page.example:{PORT}"},
        {"host": f"0.0.0.0:{PORT}", "origin": f"http://0.0.0.0:{PORT}"},
        {"host": None},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"peer": "192.0.2.1"},
        {"peer": ""},
    ],
    ids=str,
)
def test_no_other_page_and_no_other_machine_is_answered(
    sign_in: SignIn, people: People, method: str, changes: dict[str, Any]
) -> None:
    body = {"id": str(people.employer.id)}
    assert ask(sign_in, method, body, **changes) == (403, {"message": "Forbidden"})


def test_a_request_for_a_token_names_its_origin(sign_in: SignIn, people: People) -> None:
    assert ask(sign_in, "POST", {"id": str(people.employer.id)}, origin=None)[0] == 403


@pytest.mark.parametrize("body", [None, [], {}, {"id": 1}, {"id": None}, {"id": "me"}, "id"])
def test_what_names_nobody_is_a_bad_request(sign_in: SignIn, body: Any) -> None:
    assert ask(sign_in, "POST", body)[0] == 400
