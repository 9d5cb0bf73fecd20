"""The benchmark of words stays above its floors."""

from __future__ import annotations

import pytest

from benchmarks.words import leave_one_out, pairs
from benchmarks.words.advertisements import FLOOR, advertisements


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
