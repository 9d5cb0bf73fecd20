"""Nobody can be singled out by previews: whoever is shown looks like four others at least."""

from __future__ import annotations

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from jobmatch.errors import TooManyRequestsError
from jobmatch.insights import preview as previews
from jobmatch.jobs.inputs import JobCreate
from jobmatch.models import PreviewCount, Profile
from jobmatch.postgres import connect, transaction
from tests.support.given import a_profile
from tests.support.logs import embedded_metrics, totals
from tests.support.postings import put_bodies
from tests.support.previewing import PATH, look_for_somebody, preview_of
from tests.support.rows import write

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.api import Answer, Api
    from tests.support.people import People, Person
    from tests.support.rivals import Rivals


@pytest.mark.parametrize("seed", range(2))
def test_no_group_of_fewer_than_five_is_shown_by_any_requirement_more(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    _, shown = look_for_somebody(api, people, monkeypatch, seed, jobs=5)
    assert shown > 20


ONLY_ONE = {
    "location": "Reykjavik, Iceland",
    "technicalDomains": ["Nuclear Technology"],
    "barAdmissions": [{"jurisdiction": "Hawaii", "year": 1987, "status": "active"}],
    "workHistory": [{"employer": "Acme", "title": "Counsel", "startDate": "1987-03"}],
}
PROBES: dict[str, dict[str, Any]] = {
    "beside a common one": {"requiredSpecializations": ["Licensing", "Plant Varieties"]},
    "preferred": {"preferredSpecializations": ["Plant Varieties"]},
    "its bar": {"requiredBar": ["Hawaii", "USPTO"]},
    "its domain": {"requiredTechnicalDomains": ["Software", "Nuclear Technology"]},
    "its place": {"preferredLocation": "Reykjavik, Iceland"},
    "its experience": {"minimumExperience": 39},
    "all": {
        "requiredSpecializations": ["Licensing", "Plant Varieties"],
        "preferredSpecializations": ["Plant Varieties"],
        "requiredBar": ["Hawaii", "USPTO"],
        "requiredTechnicalDomains": ["Software", "Nuclear Technology"],
        "preferredLocation": "Reykjavik, Iceland",
        "minimumExperience": 39,
    },
}


@pytest.mark.parametrize("common", [30, 34])
@pytest.mark.parametrize("probe", PROBES.values(), ids=[*PROBES])
def test_who_alone_has_a_value_is_neither_shown_nor_counted_for_it(
    api: Api, people: People, probe: dict[str, Any], common: int
) -> None:
    job = {"requiredSpecializations": ["Licensing"], **probe}
    others: dict[str, Any] = {
        "specializations": ["Licensing"],
        "technicalDomains": ["Software"],
        "barAdmissions": [{"jurisdiction": "USPTO"}],
        "location": "Oslo, Norway",
    }
    bodies = {str(uuid4()): {"name": "Bo", "status": "active", **others} for _ in range(common)}
    with transaction() as connection:
        put_bodies(connection, bodies)
    before = preview_of(api, people.employer, **job)
    a_profile(
        api,
        people,
        specializations=["Licensing", "Plant Varieties"],
        **ONLY_ONE,
    )
    after = preview_of(api, people.employer, **job)
    assert len(after["best"]) == 20
    for row, same in zip(after["best"], before["best"], strict=True):
        # Who is among them may take a fact from what all have, and adds none.
        assert row["subscores"] == same["subscores"]
        for fact in ("location", "monthsOfExperience"):
            assert row[fact] in (None, same[fact])
        for facts in ("specializations", "technicalDomains", "barAdmissions"):
            assert all(each in same[facts] for each in row[facts])
    lists = {each["field"] for each in after["filters"]} & probe.keys()
    for name in lists:
        (one, other) = (
            next(each["passed"] for each in preview["filters"] if each["field"] == name)
            for preview in (before, after)
        )
        assert (one, other) == (30, 30) or name == "requiredSpecializations"


@pytest.mark.parametrize(
    ("field", "of_candidate", "common", "rare"),
    [
        ("requiredSpecializations", "specializations", "Licensing", "Plant Varieties"),
        ("preferredSpecializations", "specializations", "Licensing", "Plant Varieties"),
        ("requiredBar", "barAdmissions", {"jurisdiction": "USPTO"}, {"jurisdiction": "Hawaii"}),
        ("requiredTechnicalDomains", "technicalDomains", "Software", "Nuclear Technology"),
    ],
)
def test_a_rare_value_does_not_take_one_of_ten_from_the_others(
    api: Api, people: People, field: str, of_candidate: str, common: Any, rare: Any
) -> None:
    alike = {
        "name": "Bo",
        "status": "active",
        "specializations": ["Licensing"],
        "technicalDomains": ["Software"],
        "barAdmissions": [{"jurisdiction": "USPTO"}],
    }
    bodies = {str(uuid4()): alike for _ in range(10)}
    with transaction() as connection:
        put_bodies(connection, bodies)
    asked = [each["jurisdiction"] if isinstance(each, dict) else each for each in (common, rare)]
    job = {"requiredSpecializations": ["Licensing"], field: asked}
    before = preview_of(api, people.employer, **job)
    with transaction() as connection:
        put_bodies(connection, {next(iter(bodies)): {**alike, of_candidate: [common, rare]}})
    assert len(before["best"]) == 10
    assert preview_of(api, people.employer, **job) == before


def had(*minutes_ago: float) -> None:
    """Employers who had a preview before had them at these times instead, newest first."""
    now = datetime.now(UTC)
    asked_at = [now - timedelta(minutes=each) for each in sorted(minutes_ago)]
    write(update(PreviewCount).values(asked_at=asked_at))


def test_an_employer_previews_500_times_an_hour(
    api: Api, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(by: Person, **fields: Any) -> Answer:
        return api.post(PATH, {"title": "Counsel", **fields}, by=by)

    assert ask(people.employer).status == 200
    had(*[1] * 499, 50)
    capsys.readouterr()
    refused = ask(people.employer)
    assert refused.status == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json["type"] == "urn:jobmatch:problem:too-many-requests"
    assert 500 < int(refused.headers["retry-after"]) <= 600
    assert totals(capsys.readouterr().out) == {"PreviewsRefused": 1}
    assert ask(people.rival).status == 200
    assert ask(people.admin, employerUserId=str(people.employer.id)).status == 200
    assert api.post(PATH, {"title": ""}, by=people.employer).status == 422
    had(*[1] * 499, 60)
    assert ask(people.employer).status == 200
    again = ask(people.employer)
    assert again.status == 429
    assert 3_500 < int(again.headers["retry-after"]) <= 3_540
    with connect() as connection:
        kept = connection.scalars(select(func.cardinality(PreviewCount.asked_at))).all()
    assert kept == [500, 500]


def is_let_through(connection: Connection, people: People) -> bool:
    data = JobCreate.model_validate({"title": "Counsel"})
    viewer = people.employer.caller
    try:
        previews.preview_matches(connection, data, viewer=viewer, this_month=24_000)
    except TooManyRequestsError:
        return False
    return True


def let_through_at_once(people: People, number: int) -> Counter[bool]:
    """How many of so many previews at once, on 8 connections, are let through and refused."""

    def ask(_: int) -> bool:
        with connect() as connection:
            return is_let_through(connection, people)

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(ask, range(number)))


def test_of_501_previews_at_once_500_are_let_through(people: People) -> None:
    assert let_through_at_once(people, 501) == {True: 500, False: 1}


def test_at_once_as_many_are_let_through_as_are_an_hour_old(api: Api, people: People) -> None:
    """In a window that begins with the first preview, all 40 would be."""
    assert api.post(PATH, {"title": "Counsel"}, by=people.employer).status == 200
    had(*[5] * 490, *[60] * 10)
    assert let_through_at_once(people, 40) == {True: 10, False: 30}


def test_whenever_they_come_no_hour_has_more_than_it_may(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "MOST_PREVIEWS", most := 5)
    random = Random(17)
    now, let_through, refused = 0, list[int](), 0
    with connect() as connection:
        for _ in range(300):
            now += random.choice((0, 1, 10, 20))
            if let_through:
                had(*(now - each for each in let_through[-most:]))
            allowed = sum(now - each < 60 for each in let_through) < most
            assert is_let_through(connection, people) is allowed
            refused += not allowed
            let_through += [now] * allowed
    assert min(refused, len(let_through)) > 50


@pytest.mark.parametrize("undone", [False, True])
def test_who_waits_for_the_500th_preview_is_refused_if_it_counts(
    api: Api, people: People, rivals: Rivals, undone: bool
) -> None:
    # Needs: the times are compared where one is added, on the locked row.
    assert api.post(PATH, {"title": "Counsel"}, by=people.employer).status == 200
    had(*[1] * 499)
    with contextlib.suppress(LookupError), transaction() as connection:
        assert is_let_through(connection, people)
        second = rivals.blocked(is_let_through, people)
        if undone:
            raise LookupError
    assert second.result() is undone


def test_what_was_previewed_is_counted_without_values(
    api: Api, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction() as connection:
        connection.execute(delete(Profile))
        fitting = {"name": "Bo", "status": "active", "specializations": ["Licensing"]}
        put_bodies(connection, {str(uuid4()): fitting for _ in range(5)})
    capsys.readouterr()
    for value in ("Licensing", "Copyright", "Zephyrine law"):
        preview_of(api, people.employer, requiredSpecializations=[value])
    printed = capsys.readouterr().out
    assert totals(printed) == {"Previews": 3, "PreviewsWithheld": 2}
    assert "Zephyrine" not in printed
    assert all(len(line) == 4 for line in embedded_metrics(printed))
