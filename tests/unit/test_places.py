"""How places are written: one test for each kind."""

from __future__ import annotations

import pytest

from jobmatch.places.keys import (
    alternatives,
    candidate_keys,
    is_resolved,
    location_score,
    wanted_place,
)
from jobmatch.places.kinds import Place


def score(job: str, candidate: str | None) -> int:
    wanted = wanted_place(job)
    assert wanted is not None
    return location_score(candidate_keys(candidate), wanted)


def place(text: str) -> Place:
    (one,) = alternatives(text)
    (found,) = one.places
    return found


def city(text: str) -> tuple[str, str]:
    found = place(text).city
    assert found is not None
    return (found.name, found.region)


@pytest.mark.parametrize(
    "text",
    [
        "New York, NY",
        "NYC",
        "New York City, NY",
        "New York, New York",
        "New York, N.Y.",
        "New York NY 10001",
        "New York, NY, USA",
        "1 Broadway, New York, NY 10004",
        "US-NY-New York",
        "Hybrid - New York, NY",
        "New York, NY (hybrid)",
        "Near New York, NY",
        "New York, NY - relocation possible",
    ],
)
def test_spellings_of_one_city(text: str) -> None:
    assert city(text) == ("New York City", "US-NY")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ("Munich", "München", "Muenchen", "MUNCHEN", "D-80331 München", "München-Pasing"),
            "DE-BY",
        ),
        (("Köln", "Cologne", "Koeln", "Köln, NRW"), "DE-NW"),
        (("The Hague", "Den Haag", "'s-Gravenhage, NL"), "NL-ZH"),
        (("Geneva, CH", "Genève, Suisse", "Genf, Schweiz"), "CH-GE"),
        (("Milan", "Milano", "Milano (MI)", "Mailand"), "IT-25"),
        (("Frankfurt", "Frankfurt am Main", "Frankfurt a.M.", "Frankfurt/Main"), "DE-HE"),
        (("Washington, DC", "Washington D.C.", "Washington, District of Columbia", "DC"), "US-DC"),
        (("Moorgate, London", "City of London", "London EC4A 1AB", "North London"), "GB-ENG"),
        (("Boston, Mass.", "Boston, Massachusetts", "Boston MA", "Downtown Boston"), "US-MA"),
        (("Bengaluru", "Bangalore, India"), "IN-KA"),
        (("東京都 千代田区, 東京", "Chiyoda-ku, Tokyo"), "JP-13"),
    ],
)
def test_native_foreign_and_short_names(names: tuple[str, ...], expected: str) -> None:
    places = [place(name) for name in names]
    assert {each.region for each in places} == {expected}
    found = {(each.city or each.twin) for each in places}
    assert len({each.number for each in found if each}) == 1, found


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Hamburg, DE", "DE-HH"),
        ("Wilmington, DE", "US-DE"),
        ("Toronto, CA", "CA-ON"),
        ("San Diego, CA", "US-CA"),
        ("Chennai, IN", "IN-TN"),
        ("Indianapolis, IN", "US-IN"),
        ("Atlanta, GA", "US-GA"),
        ("Libreville, GA", "GA-1"),
        ("Tbilisi, Georgia", "GE-TB"),
        ("Atlanta, Georgia", "US-GA"),
        ("Perth, WA", "AU-WA"),
        ("Seattle, WA", "US-WA"),
        ("Haifa, IL", "IL-HA"),
        ("Medellín, CO", "CO-ANT"),
    ],
)
def test_a_last_part_of_two_meanings_is_read_by_where_the_city_is(text: str, region: str) -> None:
    assert city(text)[1] == region


def test_where_no_reading_has_the_city_a_state_wins() -> None:
    assert place("Xyzzytown, GA") == Place(unknown="xyzzytown", region="US-GA", country="US")
    assert place("Xyzzytown, IN").region == "US-IN"


def test_of_two_readings_with_the_city_the_more_populous_one_is_meant() -> None:
    assert city("London, CA") == ("London", "CA-ON")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("New York", "US-NY"),
        ("Washington", "US-WA"),
        ("Georgia", "US-GA"),
        ("Victoria", "AU-VIC"),
        ("NRW", "DE-NW"),
        ("England", "GB-ENG"),
    ],
)
def test_a_bare_name_is_a_state_where_it_is_one(text: str, expected: str) -> None:
    found = place(text)
    assert (found.city, found.region) == (None, expected)


@pytest.mark.parametrize("text", ["Luxembourg", "Singapore", "Hong Kong", "Deutschland", "U.S.A."])
def test_a_bare_name_is_a_country_where_it_is_one(text: str) -> None:
    found = place(text)
    assert (found.city, found.region, bool(found.country)) == (None, "", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Paris", "FR-IDF"), ("London", "GB-ENG"), ("Cambridge", "GB-ENG"), ("Portland", "US-OR")],
)
def test_else_it_is_the_most_populous_city(text: str, expected: str) -> None:
    assert city(text)[1] == expected


def test_a_bare_state_is_also_the_city_of_its_name_to_a_job_there() -> None:
    assert score("New York, NY", "New York") == 100
    assert score("New York", "Buffalo, NY") == 100
    assert score("Buffalo, NY", "New York") == 75
    assert score("Seattle, WA", "Washington") == 75
    assert score("Washington, DC", "Washington") == 50


def test_a_city_that_is_not_known_keeps_its_name() -> None:
    assert score("Xyzzyville, KS", "Xyzzyville, Kansas, USA") == 100
    assert score("Xyzzyville, KS", "Plughville, KS") == 75
    assert score("Xyzzyville, KS", "Xyzzyville, MO") == 50
    assert score("Xyzzyville, KS", "Kansas") == 75
    assert score("Kansas", "Xyzzyville, KS") == 100
    assert score("Xyzzyville, Germany", "Xyzzyville, Hessen") == 100
    assert score("Xyzzyville, EU", "Berlin") == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alexandria Technology Park, San Diego, CA", "San Diego"),
        ("Xyzzy Tower, 5 Plugh Road, Leeds, UK", "Leeds"),
        ("Moorgate, London", "London"),
        ("Xyzzy-Viertel, Zürich", "Zürich"),
        ("Xyzzy-ku, Tokyo, Japan", "Tokyo"),
    ],
)
def test_an_unknown_part_before_a_known_city_is_passed_over(text: str, expected: str) -> None:
    assert city(text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Munich or London",
        "Munich; London",
        "Munich / London",
        "Munich/London",
        "Munich, Germany or London, UK",
        "Munich oder London",
        "Munich & London",
        "Munich | London",
    ],
)
def test_several_places_and_the_best_counts(text: str) -> None:
    assert [score(text, each) for each in ("München", "London, UK", "Hamburg")] == [100, 100, 50]
    assert [score(each, text) for each in ("München", "London, UK", "Leeds")] == [100, 100, 75]


def test_what_the_last_of_several_says_goes_for_the_others() -> None:
    assert score("Cambridge or Boston, MA", "Cambridge, UK") == 0
    assert score("Wilmington or Dover, DE", "Wilmington, NC") == 50


def test_large_cities_one_after_another() -> None:
    for text in ("Boston, New York, Chicago", "Boston, MA, New York, NY, Chicago, IL"):
        assert [score(text, each) for each in ("Boston", "NYC", "Chicago")] == [100] * 3


@pytest.mark.parametrize(
    "text",
    ["Trinidad and Tobago", "Dallas/Fort Worth", "UK & Ireland", "Frankfurt/Oder", "US/Canada"],
)
def test_a_name_with_a_mark_in_it_is_one(text: str) -> None:
    assert len(alternatives(text)) == 1
    assert is_resolved(text)


@pytest.mark.parametrize(
    ("text", "is_remote"),
    [
        ("Remote or hybrid", True),
        ("Munich (remote possible)", False),
        ("Munich, 2 days home office", False),
        ("Hybrid remote, Munich", False),
        ("Munich (100% remote)", True),
        ("Mobile, AL", False),
    ],
)
def test_remote_now_and_then_is_not_remote(text: str, is_remote: bool) -> None:
    assert alternatives(text)[0].is_remote == is_remote


def test_remote_or_a_place_is_both() -> None:
    assert score("New York, NY or remote", "Perth, Australia") == 100
    assert score("Remote / US", "Perth, Australia") == 0


def test_a_candidate_who_is_remote_at_a_place_is_there() -> None:
    assert score("Austin, TX", "Remote / Austin, TX") == 100
    assert score("Austin, TX", "Remote - Austin, TX") == 100
    assert score("London", "Remote / Austin, TX") == 0


@pytest.mark.parametrize(
    ("job", "candidate"),
    [
        ("Portland, OR", "Portland, ME"),
        ("Kansas City, MO", "Kansas"),
        ("Virginia", "West Virginia"),
        ("Washington, DC", "Seattle, Washington"),
        ("Jersey City, NJ", "Jersey"),
        ("Mexico City", "New Mexico"),
        ("London, UK", "London, Ontario"),
        ("Paris, TX", "Paris, France"),
        ("Berlin, CT", "Berlin"),
        ("Georgia, USA", "Tbilisi, Georgia"),
        ("Minsk, BY", "München, BY"),
    ],
)
def test_places_of_one_name_do_not_meet(job: str, candidate: str) -> None:
    abroad = place(job).country != place(candidate).country
    assert score(job, candidate) <= (0 if abroad else 50)
