"""Canonical form: what shows nothing is dropped, and a form of a form is itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.text import canonical_text, without_accents, without_invisible, without_umlauts

INVISIBLE = {
    "soft hyphen": "\u00ad",
    "zero width space": "\u200b",
    "zero width non-joiner": "\u200c",
    "zero width joiner": "\u200d",
    "right-to-left mark": "\u200f",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "direction override": "\u202e",
    "tag": "\U000e0041",
    "variation selector": "\ufe0f",
    "supplementary variation selector": "\U000e0100",
    "Mongolian variation selector": "\u180b",
    "Hangul filler": "\u115f",
    "half-width Hangul filler": "\uffa0",
    "full Hangul filler": "\u3164",
}


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE)
def test_invisible_characters_make_no_difference(character: str) -> None:
    for typed in (f"Pat{character}ent Law", f"{character}Patent Law", f"Patent Law{character}"):
        assert canonical_text(typed) == "patent law"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("  Patent \t\n Law\u00a0 ", "patent law"),
        ("ＰＡＴＥＮＴ", "patent"),  # noqa: RUF001 - full-width letters are meant
        ("ﬁrm", "firm"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Mu\u0308ller", "m\u00fcller"),
        ("\u200b \u00ad", ""),
        ("", ""),
        ("日本", "日本"),
    ],
)
def test_canonical_form(typed: str, canonical: str) -> None:
    assert canonical_text(typed) == canonical


@given(st.text())
def test_the_canonical_form_of_a_canonical_form_is_itself(text: str) -> None:
    canonical = canonical_text(text)
    assert canonical_text(canonical) == canonical
    assert without_invisible(canonical) == canonical


@given(st.text("abÄÖ日- "), st.sampled_from(list(INVISIBLE.values())), st.integers(0, 20))
def test_an_invisible_character_anywhere_makes_no_difference(
    text: str, character: str, place: int
) -> None:
    with_it = f"{text[:place]}{character}{text[place:]}"
    assert canonical_text(with_it) == canonical_text(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("müller", "muller"),
        ("łódź", "lodz"),
        ("sørensen", "sorensen"),
        ("œuvre", "oeuvre"),
        ("straße", "strasse"),
        ("ıstanbul", "istanbul"),  # noqa: RUF001 - the Turkish letter is meant
        ("plain", "plain"),
        ("कि", "कि"),
    ],
)
def test_accented_letters_are_plain_ones(text: str, plain: str) -> None:
    assert without_accents(text) == plain


def test_letters_with_umlauts_are_the_same_in_every_spelling() -> None:
    spellings = ("müller", "mueller", "muller")
    assert {without_umlauts(without_accents(name)) for name in spellings} == {"muller"}
