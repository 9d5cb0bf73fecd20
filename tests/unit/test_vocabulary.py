import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobmatch.rules.vocabulary import canonical, canonical_location, canonical_set, label, region

from jobmatch.rules import vocabulary
from jobmatch.text import canonical_text
from jobmatch.vocabulary.kinds import Kind

DATA = json.loads(Path(vocabulary.__file__).with_name("vocabulary.json").read_text("utf-8"))
KINDS = st.sampled_from(Kind)


def test_each_kind_has_a_list_and_nothing_else_is_there() -> None:
    assert set(DATA) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_no_two_names_in_a_list_are_the_same_value(kind: Kind) -> None:
    names = [name for entry in DATA[kind] for name in (entry["label"], *entry["aliases"])]
    forms = [canonical_text(name) for name in names]
    assert sorted(forms) == sorted(set(forms))
    assert all(name == " ".join(name.split()) and 1 <= len(name) <= 100 for name in names)


@pytest.mark.parametrize("kind", Kind)
def test_entries_are_sorted_and_hold_a_label_and_aliases(kind: Kind) -> None:
    labels = [entry["label"] for entry in DATA[kind]]
    assert labels == sorted(labels, key=canonical_text)
    assert all(entry.keys() == {"label", "aliases"} and entry["aliases"] for entry in DATA[kind])


@pytest.mark.parametrize("kind", Kind)
def test_every_alias_is_known_by_its_label(kind: Kind) -> None:
    for entry in DATA[kind]:
        for name in (entry["label"], *entry["aliases"]):
            typed = f"  {name.upper()}\t".replace(" ", "\N{NO-BREAK SPACE} ")
            assert label(kind, typed) == entry["label"]
            assert canonical(kind, typed) == canonical_text(entry["label"])


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (Kind.SPECIALIZATION, "patent  prosecutor", "Patent Prosecution"),
        (Kind.SPECIALIZATION, "UPC", "UPC Litigation"),
        (Kind.TECHNICAL_DOMAIN, "ai", "Machine Learning"),
        (Kind.BAR, "UPC", "Unified Patent Court"),
        (Kind.BAR, "\N{FULLWIDTH LATIN CAPITAL LETTER N}Y", "New York"),
        (Kind.BAR, "USPTO Patent Bar", "USPTO"),
        (Kind.BAR, "EPO", "European Patent Office"),
        (Kind.BAR, "deutschland", "Germany"),
    ],
)
def test_what_people_type_has_a_label(kind: Kind, typed: str, expected: str) -> None:
    assert label(kind, typed) == expected


@pytest.mark.parametrize("ambiguous", ["CA", "DE", "IN", "IL", "CO", "WA", "UK", "IP"])
def test_what_could_mean_two_things_is_not_listed(ambiguous: str) -> None:
    assert all(label(kind, ambiguous) == ambiguous for kind in Kind)


def test_every_state_bar_is_known() -> None:
    codes = ["AK", "FL", "MA", "MI", "NJ", "NY", "OR", "PA", "TX", "VT", "WY", "DC"]
    assert all(label(Kind.BAR, code) != code for code in codes)
    assert sum(f"State Bar of {e['label']}" in e["aliases"] for e in DATA[Kind.BAR]) == 50


def test_an_unknown_value_is_shown_as_typed_and_compared_in_canonical_form() -> None:
    assert label(Kind.SPECIALIZATION, "  Cannabis  Branding ") == "Cannabis  Branding"
    assert canonical(Kind.SPECIALIZATION, "  Cannabis  Branding ") == "cannabis branding"


@given(KINDS, st.text())
def test_canonical_forms_are_stable_and_a_label_stands_for_its_value(kind: Kind, text: str) -> None:
    assert canonical_text(canonical_text(text)) == canonical_text(text)
    form = canonical(kind, text)
    assert canonical(kind, form) == form
    assert canonical(kind, label(kind, text)) == form
    assert canonical(kind, f"\t{text} ") == form


@pytest.mark.parametrize(
    "text", ["ΐ", "i\N{COMBINING RING BELOW}\N{COMBINING DOT ABOVE}", "Straße"]
)
def test_case_folding_does_not_depend_on_how_a_character_is_composed(text: str) -> None:
    assert canonical_text(text.upper()) == canonical_text(text) == canonical_text(text.lower())


def test_a_set_names_each_value_once_and_no_blank_one() -> None:
    assert canonical_set(Kind.BAR, ["NY", "new york", " ", "Guam"]) == {"new york", "guam"}
    assert canonical_set(Kind.BAR, None) == canonical_set(Kind.BAR, []) == frozenset()


@pytest.mark.parametrize(
    ("typed", "location", "last"),
    [
        (None, None, None),
        ("  ", None, None),
        (" , ,", None, None),
        ("San Jose,CA", "san jose, ca", "ca"),
        (" San  José ,, California, ", "san josé, california", "california"),
        ("Munich, Bavaria, Germany", "munich, bavaria, germany", "germany"),
        ("REMOTE", "remote", "remote"),
    ],
)
def test_a_location_is_its_trimmed_parts(
    typed: str | None, location: str | None, last: str | None
) -> None:
    assert canonical_location(typed) == location
    assert region(location) == last


@given(st.text(alphabet=st.sampled_from("aB ,\N{COMBINING ACUTE ACCENT}") | st.characters()))
def test_canonical_locations_are_stable(text: str) -> None:
    location = canonical_location(text)
    assert canonical_location(location) == location
