"""The score of two locations: one test for each condition of the specification's row."""

from __future__ import annotations

import pytest

from jobmatch.places.keys import candidate_keys, location_score, wanted_place


def score(job: str, candidate: str | None) -> int:
    wanted = wanted_place(job)
    assert wanted is not None
    return location_score(candidate_keys(candidate), wanted)


@pytest.mark.parametrize("candidate", [None, "", "Remote", "Oslo, Norway", "Nowhere at all"])
@pytest.mark.parametrize(
    "job", ["Remote", "Fully remote", "100% remote", "Anywhere", "work from home", "télétravail"]
)
def test_remote_without_a_country_is_for_everybody(job: str, candidate: str | None) -> None:
    assert score(job, candidate) == 100


@pytest.mark.parametrize("candidate", [None, "", " \u200b ", "Remote", "Anywhere", "Home office"])
@pytest.mark.parametrize("job", ["Berlin", "Remote - US", "EU", "Nowhere at all", "Bay Area"])
def test_an_unknown_location_is_half(job: str, candidate: str | None) -> None:
    assert candidate_keys(candidate) is None
    assert score(job, candidate) == 50


@pytest.mark.parametrize(
    "job", ["Remote - US", "Remote (USA)", "US Remote", "Remote, United States", "Remote in the US"]
)
def test_remote_within_a_country(job: str) -> None:
    assert score(job, "Austin, TX") == 100
    assert score(job, "United States") == 100
    assert score(job, "Toronto, ON") == 0
    assert score(job, "Xyzzy Plugh, Qwerty") == 50


def test_remote_with_a_city_is_remote_within_its_country() -> None:
    assert score("Remote - Munich, Germany", "Hamburg") == 100
    assert score("Remote - Munich, Germany", "Vienna, Austria") == 0


def test_remote_within_a_group() -> None:
    assert score("Remote - EU", "Madrid, Spain") == 100
    assert score("Remote - EU", "London, UK") == 0
    assert score("Remote, DACH", "Zürich") == 100


@pytest.mark.parametrize(
    ("job", "candidate"),
    [
        ("California", "Fresno, CA"),
        ("England", "Leeds, UK"),
        ("Germany", "Mainz"),
        ("Bavaria", "Smallnowhere, Bayern"),
        ("San Francisco Bay Area", "Palo Alto, CA"),
        ("Silicon Valley", "San Jose, CA"),
        ("Northern Virginia", "Reston, VA"),
        ("EEA", "Oslo"),
        ("Benelux", "Eindhoven, NL"),
        ("New England", "Hartford, CT"),
        ("Southern California", "Irvine, CA"),
        ("Germany", "Bavaria"),
        ("EU", "Benelux"),
    ],
)
def test_who_is_in_the_wide_place_that_a_job_names(job: str, candidate: str) -> None:
    assert score(job, candidate) == 100


@pytest.mark.parametrize(
    ("job", "candidate", "expected"),
    [
        ("Munich, Germany", "München, Bayern", 100),
        ("Munich", "Nürnberg", 75),
        ("Munich", "Bavaria", 75),
        ("Munich", "Hamburg", 50),
        ("Munich", "Germany", 50),
        ("Munich", "Vienna", 0),
        ("Munich", "DACH", 0),
        ("California", "Texas", 50),
        ("California", "United States", 50),
        ("Bay Area", "Fresno, CA", 75),
        ("EU", "London", 0),
    ],
)
def test_city_region_and_country(job: str, candidate: str, expected: int) -> None:
    assert score(job, candidate) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("New York, NY", "Jersey City, NJ"),
        ("Manhattan, NY", "Brooklyn"),
        ("San Francisco, CA", "Oakland, CA"),
        ("Boston, MA", "Cambridge, MA"),
        ("Washington, DC", "Bethesda, MD"),
        ("Raleigh, NC", "Durham, NC"),
        ("London", "Croydon, UK"),
        ("Frankfurt am Main", "Mainz"),
        ("Düsseldorf", "Köln"),
        ("Toronto, ON", "Mississauga, ON"),
        ("Amsterdam", "The Hague"),
        ("Paris", "Neuilly-sur-Seine"),
    ],
)
def test_two_cities_of_one_metropolitan_area(one: str, other: str) -> None:
    assert score(one, other) == score(other, one) == 100


def test_an_area_that_is_no_metropolis_counts_only_where_it_is_named() -> None:
    assert score("Southern California", "San Diego, CA") == 100
    assert score("Los Angeles, CA", "San Diego, CA") == 75


@pytest.mark.parametrize(
    ("job", "candidate", "expected"),
    [
        ("Xyzzy", "xyzzy ", 100),
        ("Xyzzy, Plugh", "Xyzzy,Plugh", 100),
        ("Xyzzy, Plugh", "Frotz, Plugh", 50),
        ("Xyzzy, Plugh", "Frotz", 0),
        ("Xyzzy, Plugh", "Berlin", 0),
        ("Berlin", "Xyzzy", 0),
    ],
)
def test_what_cannot_be_resolved_is_compared_as_text(
    job: str, candidate: str, expected: int
) -> None:
    assert score(job, candidate) == expected


def test_a_blank_location_asks_for_nothing() -> None:
    assert wanted_place(None) is wanted_place("") is wanted_place(" \u00ad ") is None
