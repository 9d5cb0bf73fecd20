"""Phrases for known terms that nobody tuned on: how many are known, and how many suggested.

Each list has 60, written from the terms' labels alone. They are measured as a whole and never read
one by one, so that nothing is fitted to them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.words.pairs import HERE
from jobmatch.vocabulary.suggestions import suggest
from jobmatch.vocabulary.terms import is_known

if TYPE_CHECKING:
    from jobmatch.vocabulary.kinds import Kind


@dataclass(slots=True)
class Fresh:
    """How many phrases were asked for and found, of all and of those that are not known."""

    asked: int = 0
    at_one: int = 0
    at_five: int = 0
    unknown: int = 0
    unknown_at_one: int = 0
    unknown_at_five: int = 0


def fresh(kind: Kind) -> Fresh:
    """What the list's suggestions make of its phrases."""
    counted = Fresh()
    path = HERE / "fresh_aliases.jsonl"
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if row["list"] != kind:
            continue
        shown = suggest(kind, row["alias"])
        is_first, is_shown = shown[:1] == [row["term"]], row["term"] in shown
        counted.asked += 1
        counted.at_one += is_first
        counted.at_five += is_shown
        if not is_known(kind, row["alias"]):
            counted.unknown += 1
            counted.unknown_at_one += is_first
            counted.unknown_at_five += is_shown
    return counted
