"""Nobody can be singled out by previews: whoever is shown looks like four others at least."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update

from jobmatch.errors import TooManyRequestsError
from jobmatch.insights import preview as previews
from jobmatch.jobs.schemas import JobCreate
from jobmatch.models import PreviewCount, Profile
from jobmatch.places.names import known_place_name
from jobmatch.postgres import connect, transaction
from tests.support import oracle
from tests.support.given import a_profile
from tests.support.logs import embedded_metrics, totals
from tests.support.postings import put_bodies
from tests.support.rows import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.support.api import Answer, Api
    from tests.support.people import People, Person
    from tests.support.rivals import Rivals

PATH = "/jobs/preview-matches"
FEW = "fewer than 5"
COMPANY = ("Lindqvist & Marrow LLP", ("lindqvist.example",))
TODAY = (2026, 6)
COMMON: dict[str, list[str]] = {
    "specializations": ["Licensing", "Trade Secrets", "Copyright"],
    "technicalDomains": ["Software", "Chemistry", "Medical Devices"],
    "bars": ["USPTO", "European Patent Office", "New York"],
    "locations": ["Albany, NY", "San Francisco, CA", "Los Angeles, CA"],
}
RARE: dict[str, list[str]] = {
    "specializations": ["Plant Varieties", "Anti-Counterfeiting"],
    "technicalDomains": ["Nuclear Technology", "Optics"],
    "bars": ["Hawaii", "Alaska"],
    "locations": ["Buffalo, NY", "Palo Alto, CA"],
}
FIELDS = {
    "requiredSpecializations": "specializations",
    "preferredSpecializations": "specializations",
    "requiredTechnicalDomains": "technicalDomains",
    "requiredBar": "bars",
}


def some(random: Random, kind: str, most: int = 2) -> list[str]:
    """Values of a kind, of which about every thirtieth is rare."""
    values = {
        random.choice(RARE[kind] if random.random() < 0.03 else COMMON[kind])
        for _ in range(random.randint(0, most))
    }
    return sorted(values)


def a_person(random: Random, number: int) -> dict[str, Any]:
    """A candidate, every seventh of whom has a year of admission and a word of their own."""
    years, own = random.choice((2, 6, 6, 12)), number % 7 == 0
    return {
        "name": "Ada Quill",
        "email": "ada@lindqvist.example" if random.random() < 0.1 else None,
        "status": "active" if random.random() < 0.95 else "rejected",
        "location": next(iter(some(random, "locations", 1)), None),
        "specializations": some(random, "specializations") + [f"Own field {number}"] * own,
        "technicalDomains": some(random, "technicalDomains"),
        "barAdmissions": [
            {"jurisdiction": bar, "year": 1950 + number if own else 2010, "status": "active"}
            for bar in some(random, "bars")
        ],
        "workHistory": [
            {
                "employer": "Acme Devices",
                "title": "Counsel",
                "startDate": f"{2026 - years}-01",
                "endDate": "2025-12",
            }
        ],
    }


def a_job(random: Random) -> dict[str, Any]:
    job: dict[str, Any] = {name: some(random, kind) for name, kind in FIELDS.items()}
    job["minimumExperience"] = random.choice((None, 5, 10))
    job["preferredLocation"] = next(iter(some(random, "locations", 1)), None)
    return job


def one_more(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The job with any one more requirement."""
    for name, kind in FIELDS.items():
        for value in COMMON[kind] + RARE[kind]:
            if value not in job[name]:
                yield {**job, name: [*job[name], value]}
    for place in COMMON["locations"] + RARE["locations"]:
        yield {**job, "preferredLocation": place}
    for years in (2, 6, 12, 40):
        yield {**job, "minimumExperience": years}


def preview_of(api: Api, by: Person, **job: Any) -> dict[str, Any]:
    answer = api.post(PATH, {"title": "Counsel", **job}, by=by)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def counts_of(preview: dict[str, Any]) -> list[Any]:
    lists = [each["passed"] for each in preview["filters"]]
    return [preview["candidates"], preview["passed"], *lists]


def told(number: int) -> int | str:
    return FEW if number < 5 else number // 5 * 5


def unlike(row: dict[str, Any], ranked: list[oracle.Ranked], people: dict[str, Any]) -> bool:
    """Whether fewer than five of those who pass have all that a row says."""
    scores = {name: each["score"] for name, each in row["subscores"].items()}
    bars = [(bar["jurisdiction"], bar["year"]) for bar in row["barAdmissions"]]

    def has(person: dict[str, Any]) -> bool:
        own = [(bar["jurisdiction"], bar["year"]) for bar in person["barAdmissions"]]
        either = own + [(jurisdiction, None) for jurisdiction, _ in own]
        return (
            row["location"] in (None, person["location"] and known_place_name(person["location"]))
            and {*row["specializations"]} <= {*person["specializations"]}
            and {*row["technicalDomains"]} <= {*person["technicalDomains"]}
            and {*bars} <= {*either}
        )

    alike = [
        line
        for line in ranked
        if (line.overall_score, line.subscores) == (row["overallScore"], scores)
        and has(people[line.profile_id])
    ]
    return len(alike) < 5


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "MOST_PREVIEWS", 1_000_000)


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize("seed", range(2))
def test_no_group_of_fewer_than_five_is_shown_by_any_requirement_more(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)
    month = TODAY[0] * 12 + TODAY[1] - 1
    monkeypatch.setattr("jobmatch.web.routes.this_month", lambda: month)
    there = {str(UUID(int=number + 1)): a_person(random, number) for number in range(150)}
    with transaction() as connection:
        put_bodies(connection, there)
    active = {key: each for key, each in there.items() if each["status"] == "active"}

    def passing(**job: Any) -> list[oracle.Ranked]:
        return oracle.ranked(job, active, today=TODAY, company=COMPANY)

    rare = {
        (field, value)
        for field, kind in FIELDS.items()
        if field != "preferredSpecializations"
        for value in COMMON[kind] + RARE[kind]
        if len(oracle.ranked({field: [value]}, active, today=TODAY)) < 5
    }
    shown = 0
    for _ in range(5):
        job = a_job(random)
        before = preview_of(api, people.employer, **job)
        for more in one_more(job):
            after = preview_of(api, people.employer, **more)
            rows = Counter(json.dumps(row) for row in after["best"])
            assert [number for number in rows.values() if number % 5] == []
            shown += len(rows)
            ranked = passing(**more)
            assert [row for row in rows if unlike(json.loads(row), ranked, there)] == []
            fields = {name: more[name] for name in FIELDS if more[name]}
            asked = {(name, value) for name in fields for value in more[name]}
            if not asked & rare:
                assert after["passed"] == told(len(ranked))
                assert after["candidates"] == told(len(passing()))
            added = {each for each in asked & rare if each[1] not in job[each[0]]}
            if any(job[name] for name, _ in added):
                # A value that hardly anybody has, beside others, makes no difference to a count.
                assert counts_of(after) == counts_of(before)
            if added and not any(job[name] for name, _ in added):
                assert (after["passed"], after["best"]) == (FEW, [])
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
    assert after["best"] == before["best"]
    lists = {each["field"] for each in after["filters"]} & probe.keys()
    for name in lists:
        (one, other) = (
            next(each["passed"] for each in preview["filters"] if each["field"] == name)
            for preview in (before, after)
        )
        assert (one, other) == (30, 30) or name == "requiredSpecializations"


def test_an_employer_previews_500_times_an_hour(
    api: Api, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(by: Person, **fields: Any) -> Answer:
        return api.post(PATH, {"title": "Counsel", **fields}, by=by)

    assert ask(people.employer).status == 200
    write(update(PreviewCount).values(previews=500))
    capsys.readouterr()
    refused = ask(people.employer)
    assert refused.status == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json["type"] == "urn:jobmatch:problem:too-many-requests"
    assert 3_500 < int(refused.headers["retry-after"]) <= 3_600
    assert totals(capsys.readouterr().out) == {"PreviewsRefused": 1}
    assert ask(people.rival).status == 200
    assert ask(people.admin, employerUserId=str(people.employer.id)).status == 200
    assert api.post(PATH, {"title": ""}, by=people.employer).status == 422
    write(update(PreviewCount).values(since=func.now() - previews.WINDOW))
    assert ask(people.employer).status == 200
    with connect() as connection:
        assert connection.scalars(select(PreviewCount.previews)).all() == [1, 1]


def is_let_through(connection: Connection, people: People) -> bool:
    data = JobCreate.model_validate({"title": "Counsel"})
    viewer = people.employer.caller
    try:
        previews.preview_matches(connection, data, viewer=viewer, this_month=24_000)
    except TooManyRequestsError:
        return False
    return True


def test_of_501_previews_at_once_500_are_let_through(people: People) -> None:
    def ask(_: int) -> bool:
        with connect() as connection:
            return is_let_through(connection, people)

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(ask, range(501))) == {True: 500, False: 1}


@pytest.mark.parametrize("undone", [False, True])
def test_who_waits_for_the_500th_preview_is_refused_if_it_counts(
    api: Api, people: People, rivals: Rivals, undone: bool
) -> None:
    # Needs: the count is compared where it is raised, on the locked row.
    assert api.post(PATH, {"title": "Counsel"}, by=people.employer).status == 200
    write(update(PreviewCount).values(previews=499))
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
