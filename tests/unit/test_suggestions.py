"""What is suggested for a value, and while somebody types."""

from __future__ import annotations

import pytest

from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.suggestions import complete, suggest

S, T, B = Kind.SPECIALIZATION, Kind.TECHNICAL_DOMAIN, Kind.BAR


@pytest.mark.parametrize(
    ("kind", "text", "label"),
    [
        (S, "trademrak prosecution", "Trademark Prosecution"),
        (S, "hatch waxmann cases", "Hatch-Waxman Litigation"),
        (T, "airbags", "Automotive"),
        (T, "semiconducter devices", "Semiconductors"),
        (B, "Californa bar", "California"),
        (S, "copyrihgt litgation", "Copyright Litigation"),
        (T, "Machine Lerning", "Machine Learning"),
        (B, "patent attorney in germany", "German Patent Attorney"),
    ],
)
def test_a_value_that_is_nearly_known_suggests_its_term(kind: Kind, text: str, label: str) -> None:
    assert label in suggest(kind, text)[:2]


def test_terms_that_a_value_names_come_first() -> None:
    assert suggest(S, "TTAB")[0] == "TTAB Proceedings"
    assert suggest(T, "software and optics", 2) == ["Software", "Optics"]


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert suggest(S, "") == []
    assert suggest(S, "\u4e94\u516d") == []


def test_no_more_are_suggested_than_asked_for() -> None:
    assert len(suggest(S, "patent", 3)) == 3
    assert len(set(suggest(S, "patent", 50))) == len(suggest(S, "patent", 50))


def test_what_is_typed_is_completed() -> None:
    assert complete(S, "trade")[:2] == ["Trademarks", "Trade Dress"]
    assert complete(B, "cali")[0] == "California"
    assert complete(T, "cars")[0] == "Automotive"
    assert complete(S, " ") == []
