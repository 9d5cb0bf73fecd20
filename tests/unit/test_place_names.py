"""Explanations, warnings and suggestions about places, and the data they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobmatch.places import gazetteer
from jobmatch.places.keys import alternatives, is_resolved
from jobmatch.places.names import explain_location, place_name, remote_within
from jobmatch.places.suggestions import suggest_places

if TYPE_CHECKING:
    from jobmatch.places.kinds import Place


def place(text: str) -> Place:
    (one,) = alternatives(text)
    (found,) = one.places
    return found


@pytest.mark.parametrize(
    ("job", "candidate", "expected"),
    [
        (
            "San Jose",
            "Palo Alto",
            "In Palo Alto, California: in the San Francisco Bay Area, as San Jose.",
        ),
        ("Remote", "Palo Alto", "The job is remote."),
        (
            "Munich",
            "Hamburg",
            "In Hamburg: in the same country as the preferred Munich, Germany.",
        ),
        (
            "Munich, Germany",
            "Hamburg",
            "In Hamburg: in the same country as the preferred Munich, Germany.",
        ),
        ("Munich", None, "Location unknown; the job prefers Munich."),
        (
            "Remote - US",
            "Leeds",
            "In Leeds, United Kingdom; the job is remote within the United States.",
        ),
        ("EU", "Oslo", "In Oslo, Norway; the job prefers EU."),
        (
            "Foo, Plugh",
            "Frotz, Plugh",
            "In a place that is not named here: the same last part as in the preferred Foo, Plugh.",
        ),
    ],
)
def test_explanations(job: str, candidate: str | None, expected: str) -> None:
    assert explain_location(candidate, job) == expected


def test_names_of_countries_in_which_a_job_is_remote() -> None:
    assert remote_within("Remote - US or Remote - EU") == ["the EU", "the United States"]
    assert remote_within("Berlin") == []


def test_a_place_is_named_as_it_can_be_read() -> None:
    for text in ("Palo Alto", "Munich", "Benelux", "Bay Area", "Ontario", "UK", "Xyzzyville, KS"):
        assert place(place_name(place(text))) == place(text)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [("Berlin", True), ("Remote", True), ("", True), ("Xyzzy", False), ("Berlin or Xyzzy", False)],
)
def test_what_cannot_be_resolved_is_told(text: str, resolved: bool) -> None:
    assert is_resolved(text) == resolved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Münchn", "Munich, Germany"),
        ("Cupertno, CA", "Cupertino, California"),
        ("Califronia", "California"),
        ("Germny", "Germany"),
        ("Philidelphia", "Philadelphia, Pennsylvania"),
        ("Los Angelos, CA", "Los Angeles, California"),
    ],
)
def test_the_first_suggestion_is_what_was_meant(text: str, expected: str) -> None:
    assert suggest_places(text)[0] == expected


def test_nothing_is_suggested_for_what_is_known_or_far_from_all() -> None:
    assert suggest_places("Berlin") == suggest_places("zzqqxxyyzz") == []
    assert len(suggest_places("Sant", limit=3)) <= 3


def test_the_keys_of_the_data_are_sorted_and_the_cities_where_they_say() -> None:
    lines = gazetteer._names().split(b"\n")[1:-1]
    keys = [line.split(b"\t")[0] for line in lines]
    assert keys == sorted(keys)
    assert all(gazetteer.is_key(key.decode()) for key in keys[::997])
    assert {each.name for each in gazetteer.lookup("munchen").cities} == {"Munich"}  # type: ignore[union-attr]
    assert b"GeoNames" in gazetteer._names()[:200]
    assert b"CC BY 4.0" in gazetteer._cities()[:400]
