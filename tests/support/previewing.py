"""Previews of generated jobs, each with any one more requirement, beside who is there."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jobmatch.insights import preview as previews
from jobmatch.places.names import known_place_name
from jobmatch.postgres import transaction
from tests.support import oracle
from tests.support.postings import put_bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.support.api import Api
    from tests.support.people import People, Person

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


def without(rare: set[tuple[str, str]], job: dict[str, Any]) -> dict[str, Any]:
    """The job with values that nobody has instead of those that hardly anybody has."""
    lists = {
        name: [
            f"Nobody's {value}" if (name.replace("preferred", "required"), value) in rare else value
            for value in job[name]
        ]
        for name in FIELDS
    }
    return {**job, **lists}


def look_for_somebody(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, seed: int, jobs: int
) -> tuple[int, int]:
    """Check that no preview of generated jobs tells of fewer than five of 150 candidates.

    Returns:
        How many previews were asked for, and how many different rows they showed.
    """
    random = Random(seed)
    month = TODAY[0] * 12 + TODAY[1] - 1
    monkeypatch.setattr("jobmatch.web.routes.this_month", lambda: month)
    monkeypatch.setattr(previews, "MOST_PREVIEWS", 1_000_000)
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
    asked = shown = 0
    for _ in range(jobs):
        job = a_job(random)
        before = preview_of(api, people.employer, **job)
        for more in one_more(job):
            after = preview_of(api, people.employer, **more)
            asked += 1
            rows = Counter(json.dumps(row) for row in after["best"])
            assert [number for number in rows.values() if number % 5] == []
            shown += len(rows)
            ranked = passing(**without(rare, more))
            assert [row for row in rows if unlike(json.loads(row), ranked, there)] == []
            fields = {name: more[name] for name in FIELDS if more[name]}
            values = {(name, value) for name in fields for value in more[name]}
            if not values & rare:
                assert after["passed"] == told(len(ranked))
                assert after["candidates"] == told(len(passing()))
            added = {each for each in values & rare if each[1] not in job[each[0]]}
            if any(job[name] for name, _ in added):
                # A value that hardly anybody has, beside others, makes no difference to a count.
                assert counts_of(after) == counts_of(before)
            if added and not any(job[name] for name, _ in added):
                assert (after["passed"], after["best"]) == (FEW, [])
    return asked, shown
