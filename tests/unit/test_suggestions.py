"""What is suggested for a value, and while somebody types."""

from __future__ import annotations

import time

import pytest

from benchmarks.words import leave_one_out, pairs
from benchmarks.words.advertisements import FLOOR, advertisements
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


def test_a_suggestion_takes_little_time() -> None:
    suggest(T, "warm")
    start = time.perf_counter()
    for at in range(50):
        suggest(T, f"{at} wireless charging of implanted medical sensors " * 40)
    assert (time.perf_counter() - start) / 50 < 0.03


@pytest.mark.parametrize("name", ["pairs.jsonl", "own_pairs.jsonl"])
def test_pairs_of_practice_stay_above_their_floors(name: str) -> None:
    tallies = pairs.judged(pairs.read_pairs(pairs.HERE / name))
    below = {
        key: tally.wrong for key, tally in tallies.items() if tally.share < pairs.FLOORS[key[1]]
    }
    assert below == {}


def test_suitable_candidates_of_whole_advertisements_pass() -> None:
    dropped = [
        advertisement.title for advertisement in advertisements() if not advertisement.passes()
    ]
    assert dropped == []
    assert len(advertisements()) == FLOOR


def test_an_alias_left_out_is_counted_with_its_own_term_alone() -> None:
    hits = leave_one_out.Hits()
    for place in (0, 3, None):
        hits.add(place)
    assert (hits.asked, hits.at_one, hits.at_five) == (3, 1, 2)
    assert leave_one_out.is_acronym("TTAB")
    assert leave_one_out.is_acronym("Wis.")
    assert not leave_one_out.is_acronym("Patents")
