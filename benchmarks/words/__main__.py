"""Prints how well words are understood; with `--check` it exits 1 below the floors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks.words import leave_one_out, pairs
from benchmarks.words.advertisements import FLOOR, advertisements
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONSOLE = Console(width=130)


def main() -> int:
    """Prints the tables and what is below a floor; returns the exit code."""
    below = [*_pairs("pairs.jsonl"), *_pairs("own_pairs.jsonl"), *_left_out(), *_advertisements()]
    for line in below:
        _CONSOLE.print(f"below its floor: {line}")
    return int(bool(below) and "--check" in sys.argv[1:])


def _pairs(name: str) -> Iterator[str]:
    table = Table("list", "relation", "right", "of", "share", title=name)
    wrong: list[str] = []
    for (listed, relation), tally in pairs.judged(pairs.read_pairs(pairs.HERE / name)).items():
        of = tally.right + len(tally.wrong)
        table.add_row(listed, relation, str(tally.right), str(of), f"{tally.share:.3f}")
        wrong += [
            f"{listed}, {relation}: {pair.job!r} / {pair.candidate!r}" for pair in tally.wrong
        ]
        if tally.share < pairs.FLOORS[relation]:
            yield f"{name}: {listed}, {relation}: {tally.share:.3f}"
    _CONSOLE.print(table, *wrong, sep="\n", markup=False)


def _left_out() -> Iterator[str]:
    table = Table("list", "group", "aliases", "at one", "at five", title="leave one alias out")
    for kind in Kind:
        for (group, distinct), hits in sorted(leave_one_out.left_out(kind).items()):
            at_one, at_five = hits.at_one / hits.asked, hits.at_five / hits.asked
            shown = f"{group}, distinct" if distinct else group
            table.add_row(kind, shown, str(hits.asked), f"{at_one:.3f}", f"{at_five:.3f}")
            floors = leave_one_out.FLOORS[kind]
            if shown == "plain" and (at_one < floors[0] or at_five < floors[1]):
                yield f"suggestions: {kind}: {at_one:.3f}, {at_five:.3f}"
    _CONSOLE.print(table)


def _advertisements() -> Iterator[str]:
    table = Table("advertisement", "passes", *(kind.value for kind in Kind), title="advertisements")
    passing = 0
    for advertisement in advertisements():
        shares = [advertisement.share(kind) for kind in Kind]
        passing += advertisement.passes()
        table.add_row(
            advertisement.title,
            "yes" if advertisement.passes() else "NO",
            *("-" if share is None else f"{share:.2f}" for share in shares),
        )
    _CONSOLE.print(table)
    if passing < FLOOR:
        yield f"advertisements: {passing} candidates pass"


if __name__ == "__main__":
    sys.exit(main())
