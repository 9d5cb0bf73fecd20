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
        (["a b"], ["ab"], False),
    ],
)
def test_lists_are_compared_as_sets_of_canonical_values(
    name: str, one: Any, other: Any, same: bool
) -> None:
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
        ("Munich, Germany", "Munich", False),
        ("Munich", None, False),
        ("NY", "New York", False),
    ],
)
def test_locations_are_compared_in_canonical_form_without_aliases(
    one: str | None, other: str | None, same: bool
) -> None:
    assert asking(preferred_location=one).same_as(asking(preferred_location=other)) == same


@pytest.mark.parametrize(("one", "other", "same"), [(3, 3, True), (3, 4, False), (3, None, False)])
def test_years_are_compared_as_numbers(one: int, other: int | None, same: bool) -> None:
    assert asking(minimum_experience=one).same_as(asking(minimum_experience=other)) == same


@given(st.data(), st.sampled_from(LISTS))
def test_order_repetition_case_and_space_do_not_matter(data: st.DataObject, name: str) -> None:
    values = data.draw(st.lists(st.text(f"{ascii_lowercase}é, "), max_size=6))
    again = [f" {value.upper()}\t" for value in data.draw(st.permutations(values))]
    assert asking(**{name: values}).same_as(asking(**{name: again + values}))


def test_labels_keep_their_order_and_writing_for_the_explanations() -> None:
    wanted = asking(required_specializations=["Zebra Law", "AI Law", "Brand  New"])
    assert list(wanted.required_specializations.items()) == [
        ("zebra law", "Zebra Law"),
        ("ai law", "AI Law"),
        ("brand new", "Brand  New"),
    ]


@pytest.mark.parametrize(
    ("location", "remote", "region"),
    [
        (" REMOTE ", True, "remote"),
        ("Remote, Germany", False, "germany"),
        ("remotely", False, "remotely"),
        (None, False, None),
    ],
)
def test_a_job_is_remote_when_its_location_is_that_word(
    location: str | None, remote: bool, region: str | None
) -> None:
    wanted = asking(preferred_location=location)
    assert (wanted.remote, wanted.region) == (remote, region)
