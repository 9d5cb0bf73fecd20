"""Warnings of profiles: what is known is not told, and what is suggested is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.places.suggestions import suggest_places
from jobmatch.vocabulary.graph import vocabulary
from jobmatch.vocabulary.kinds import Kind
from jobmatch.wording.checks import profile_warnings
from jobmatch.wording.schemas import MOST

if TYPE_CHECKING:
    from jobmatch.wording.schemas import InputWarning

NAMES = {
    kind: [name for term in terms for name in term.names] for kind, terms in vocabulary().items()
}
FIELDS = {Kind.SPECIALIZATION: "specializations", Kind.TECHNICAL_DOMAIN: "technicalDomains"}
KINDS = st.sampled_from(Kind)


def told(**fields: Any) -> list[InputWarning]:
    return profile_warnings({"": {"name": "Ada", **fields}}, None).warnings


def with_value(kind: Kind, value: str) -> list[InputWarning]:
    if kind is Kind.BAR:
        return told(barAdmissions=[{"jurisdiction": value}])
    return told(**{FIELDS[kind]: [value]})


@given(st.data(), KINDS)
def test_a_known_value_is_never_told(data: st.DataObject, kind: Kind) -> None:
    name = data.draw(st.sampled_from(NAMES[kind]))
    written = data.draw(st.sampled_from([name, name.upper(), f"  {name} ", f"{name}."]))
    assert with_value(kind, written) == []


@given(KINDS, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_whatever_is_suggested_is_known(kind: Kind, typed: str) -> None:
    for warning in with_value(kind, typed):
        assert len(warning.suggestions) <= 5
        for suggestion in warning.suggestions:
            assert with_value(kind, suggestion) == []


def inner_letters(name: str) -> list[int]:
    """Where two letters within a long word can be swapped; of a short one nothing would be left."""
    words = re.finditer(r"[^\W\d_]{6,}", name)
    return [at for word in words for at in range(word.start() + 1, word.end() - 2)]


@given(st.data(), KINDS)
def test_to_follow_a_suggestion_for_a_misspelled_value_removes_the_warning(
    data: st.DataObject, kind: Kind
) -> None:
    name = data.draw(st.sampled_from([each for each in NAMES[kind] if inner_letters(each)]))
    at = data.draw(st.sampled_from(inner_letters(name)))
    misspelled = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    for warning in with_value(kind, misspelled):
        assert warning.suggestions
        assert with_value(kind, warning.suggestions[0]) == []


@pytest.mark.parametrize("typed", ["Muncih", "Bostn, MA", "Münchn, Germany", "New Yrok", "Berln"])
def test_a_suggested_place_is_known(typed: str) -> None:
    (warning,) = told(location=typed)
    assert warning.suggestions == suggest_places(typed)
    assert told(location=warning.suggestions[0]) == []


def test_suggestions_of_many_values_end_and_warnings_do_not() -> None:
    profiles = {
        f"/profiles/{at}": {"name": "Ada", "specializations": [f"patnt {chr(97 + at % 26)}{at}"]}
        for at in range(MOST + 1)
    }
    warnings, omitted = profile_warnings(profiles, None)
    assert (len(warnings), omitted) == (MOST, 1)
    assert all(warning.suggestions for warning in warnings[:50])
    assert not any(warning.suggestions for warning in warnings[100:])


def test_the_same_value_has_the_same_suggestions_everywhere() -> None:
    profiles = {
        f"/profiles/{at}": {"name": "Ada", "specializations": ["Trademrk Prosecution"]}
        for at in range(200)
    }
    warnings, _ = profile_warnings(profiles, None)
    assert {warning.suggestions[0] for warning in warnings} == {"Trademark Prosecution"}
