"""Put several full runs together: of each row the median run, and how far the runs lie apart.

    python -m benchmarks.medians first.json second.json third.json

Each file is the results.json that a `make bench` has written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.results import RESULTS, is_emulated, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Entry = dict[str, Any]


def median(runs: Sequence[Mapping[str, Any]]) -> Entry:
    """The content of results.json, from that of several; what else it holds is the last run's.

    Raises:
        KeyError: a run lacks a row that another has.
    """
    last = runs[-1]
    cases = [
        case if is_emulated(case) else _middle(case, runs, "cases", "ratio")
        for case in last["cases"]
    ]
    rates = [
        rate if is_emulated(rate) else _middle(rate, runs, "throughput", "perSecond")
        for rate in last["throughput"]
    ]
    return {**last, "cases": cases, "throughput": rates}


def _middle(entry: Entry, runs: Sequence[Mapping[str, Any]], part: str, figure: str) -> Entry:
    """The row with the median figure among those of the same name, with the least and the most."""
    same = [{name_of(each): each for each in run[part]}[name_of(entry)] for run in runs]
    same.sort(key=lambda each: each[figure])
    middle = same[(len(same) - 1) // 2]
    return {**middle, "spread": [same[0][figure], same[-1][figure]]}


def main(*files: str) -> None:
    """Write results.json from these files."""
    runs = [json.loads(Path(each).read_text(encoding="utf-8")) for each in files]
    RESULTS.write_text(json.dumps(median(runs), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
