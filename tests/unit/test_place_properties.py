"""What holds of all cities and all texts."""

from __future__ import annotations

import random
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.places import gazetteer
from jobmatch.places.folding import fold
from jobmatch.places.keys import alternatives, candidate_keys, location_score, wanted_place
from jobmatch.places.kinds import Place
from jobmatch.places.names import explain_location, place_name
from tests.support.work import calls_of


def score(job: str, candidate: str | None) -> int:
    wanted = wanted_place(job)
    assert wanted is not None
    return location_score(candidate_keys(candidate), wanted)


@cache
def cities() -> list[gazetteer.City]:
    path = Path(gazetteer.__file__).parent / "data" / "places_cities.txt"
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    fields = [row.split("|") for row in rows]
    return [gazetteer.City(n, name, r, int(p), (), own=True) for n, name, r, p, _ in fields]


@cache
def largest() -> set[tuple[str, str]]:
    """(number, country) of the cities that are the largest of their name in their country."""
    seen: set[tuple[str, str]] = set()
    found = set()
    for each in cities():
        if (each.name.casefold(), each.country) not in seen:
            found.add((each.number, each.region))
        seen.add((each.name.casefold(), each.country))
    return found


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_known_city_is_itself_with_its_country(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 20_000))
    one = cities()[at]
    if (one.number, one.region) not in largest() or "(" in one.name:
        return
    country = gazetteer.areas().countries[one.country][0]
    (said,) = alternatives(f"{one.name}, {country}")
    (found,) = said.places
    assert found.country == one.country
    if found.city is None:
        # It shares its name with a region, which lies elsewhere in the country or is larger.
        assert found.region
        return
    assert found.city.name == one.name or found.city.population >= one.population


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_city_of_the_us_is_itself_by_every_spelling_of_its_state(data: st.DataObject) -> None:
    # "USA, Ohio, Lebanon" and "West and East Lealman" are beyond it.
    states = [
        each
        for each in cities()
        if each.country == "US"
        and each.population > 20_000
        and each.name.replace(" ", "").isalpha()
        and " and " not in each.name
        and not getattr(gazetteer.lookup(fold(each.name)), "all_countries", ())
    ]
    one = states[data.draw(st.integers(0, len(states) - 1))]
    code = one.region[3:]
    name = gazetteer.areas().regions[one.region][0]
    texts = [f"{one.name}, {name}", f"{one.name}, {name}, USA", f"{one.name}, {code}, US"]
    texts += [
        f"{one.name} {name}",
        f"{one.name}, {code} 12345, United States",
        f"USA, {name}, {one.name}",
    ]
    assert {score(text, f"{one.name}, {name}, United States") for text in texts} == {100}


LOCATIONS = [
    "Munich", "Bavaria", "Germany", "DACH", "EU", "London", "England", "UK", "Cambridge, MA",
    "Boston", "New York", "New York, NY", "Bay Area", "San Jose, CA", "California", "USA",
    "Xyzzyville, KS", "Xyzzy", "Xyzzy, Plugh", "Remote", "Remote - US", "Remote - EU", "Singapore",
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(product(LOCATIONS[:17], repeat=2)))
def test_either_of_two_gives_the_better_score(one: str, other: str) -> None:
    for candidate in LOCATIONS:
        better = max(score(one, candidate), score(other, candidate))
        assert score(f"{one}; {other}", candidate) == better


def test_the_score_of_two_cities_is_the_same_both_ways() -> None:
    chosen = random.Random(5).sample(cities()[:3000], 120)
    texts = [place_name(Place(city=c, region=c.region, country=c.country)) for c in chosen]
    for one, other in zip(texts, texts[1:] + texts[:1], strict=True):
        assert score(one, other) == score(other, one)
        assert score(one, one) == 100


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=255), st.text(max_size=255))
def test_no_text_is_too_odd(job: str, candidate: str) -> None:
    wanted = wanted_place(job)
    if wanted is not None:
        assert location_score(candidate_keys(candidate), wanted) in {0, 50, 75, 100}
    assert isinstance(explain_location(candidate, job), str)
    keys = candidate_keys(job)
    if wanted is not None and keys is not None and not wanted.within:
        assert location_score(keys, wanted) == 100


@pytest.mark.parametrize(
    "unit",
    ["a", "a, ", "((", "remote ", "or ", "a or ", "-", ", ", "u.s.", "a.", "new york, ", "ny, ",
     "ca, ", "/", "1 ", "in ", "la, ", "georgia, ", "san ", "north ", "a/", "and ", "\u0300", "ä"],
)  # fmt: skip
def test_hostile_text_takes_no_time(unit: str) -> None:
    texts = [(unit * 255)[:length] for length in (251, 252, 253, 254, 255)]
    for text in texts:
        for function in (wanted_place, candidate_keys):
            assert calls_of(function, text) < 40_000
