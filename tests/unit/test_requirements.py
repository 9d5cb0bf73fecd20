"""When two jobs ask for the same."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.requirements import LISTS, asking


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, [], True),
        (None, ["  "], True),
        (["a", "b"], ["b", "a"], True),
        (["a"], ["a", " A "], True),
        (["Straße"], ["STRASSE"], True),
        (["two  words"], ["two words"], True),
        (["a"], [], False),
        (["a"], ["a", "b"], False),
        (["Patent Prosecution."], ["patent prosecutions"], True),
        (["a b"], ["ab"], False),
    ],
)
def test_lists_are_compared_as_sets_of_terms(name: str, one: Any, other: Any, same: bool) -> None:
    assert asking(**{name: one}).same_as(asking(**{name: other})) == same
    assert asking(**{name: other}).same_as(asking(**{name: one})) == same


@pytest.mark.parametrize(
    ("name", "alias", "label"),
    [
        ("required_specializations", "copyright law", "Copyright"),
        ("preferred_specializations", "Urheberrecht", "COPYRIGHT"),
        ("required_bar", "NY", "New York"),
    ],
)
def test_an_alias_is_the_same_as_its_label_in_its_own_list(
    name: str, alias: str, label: str
) -> None:
    assert asking(**{name: [alias]}).same_as(asking(**{name: [label]}))
    others = {other: [alias] for other in LISTS if other != name}
    assert not asking(**others).same_as(asking(**others | {name: [label]}))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "", True),
        (None, " , ", True),
        ("Munich, Germany", " munich ,  GERMANY", True),
        ("Remote", "remote", True),
        ("Munich, Germany", "München", True),
        ("Munich, Germany", "Germany", False),
        ("Munich", None, False),
        ("NY", "New York State", True),
        ("Remote - US", "Remote", False),
        ("Xyzzy Grove", "xyzzy  GROVE", True),
        ("Xyzzy Grove", "Xyzzy Hill", False),
    ],
)
def test_locations_are_compared_as_places(one: str | None, other: str | None, same: bool) -> None:
    assert asking(preferred_location=one).same_as(asking(preferred_location=other)) == same


@pytest.mark.parametrize(("one", "other", "same"), [(3, 3, True), (3, 4, False), (3, None, False)])
def test_years_are_compared_as_numbers(one: int, other: int | None, same: bool) -> None:
    assert asking(minimum_experience=one).same_as(asking(minimum_experience=other)) == same


@given(st.data(), st.sampled_from(LISTS))
def test_order_repetition_case_and_space_do_not_matter(data: st.DataObject, name: str) -> None:
    values = data.draw(st.lists(st.text(f"{ascii_lowercase}é, "), max_size=6))
    again = [f" {value.upper()}\t" for value in data.draw(st.permutations(values))]
    assert asking(**{name: values}).same_as(asking(**{name: again + values}))


def test_entries_keep_their_order_and_writing_for_the_explanations() -> None:
    required = asking(required_specializations=["Zebra Studies", "AI Law", "Brand  Newness"])
    assert list(required.required_specializations) == ["Zebra Studies", "AI Law", "Brand  Newness"]


def test_of_entries_with_the_same_terms_the_first_stays() -> None:
    required = asking(required_bar=["NY", "New York Bar", "California"])
    assert list(required.required_bar) == ["NY", "California"]


def test_an_entry_has_all_of_its_terms() -> None:
    ((_, terms),) = asking(required_bar=["New York or California"]).required_bar.items()
    assert len(terms) == 2


@pytest.mark.parametrize(
    ("location", "remote"),
    [(" REMOTE ", True), ("Fully remote", True), ("Remote, Germany", False), (None, None)],
)
def test_a_job_is_remote_without_a_country_alone(location: str | None, remote: bool | None) -> None:
    place = asking(preferred_location=location).place
    assert (place.remote if place else None) == remote
