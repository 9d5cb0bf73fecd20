"""Measures how well words are understood and writes the tables into docs/words.md.

With `--check` nothing is written; the exit status is 1 below a floor or where the document differs.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.words import fresh_aliases, leave_one_out, pairs
from benchmarks.words.advertisements import FLOOR, advertisements
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parents[2] / "docs" / "words.md"
BEGIN = "<!-- What `make bench-words` writes begins here. -->\n"
END = "<!-- What `make bench-words` writes ends here. -->\n"
_GROUPS = ("plain", "acronyms", "other languages")


def main() -> int:
    """Writes or checks the tables, and prints what came out wrong; returns the exit status."""
    below: list[str] = []
    tables = "\n".join((_pairs(below), _advertisements(below), _suggestions(below)))
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    document = f"{before}{BEGIN}\n{tables}\n{END}{after}"
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(document, encoding="utf-8")
        print(f"{DOCUMENT.name} is written")
    elif DOCUMENT.read_text(encoding="utf-8") != document:
        below.append("docs/words.md differs: run make bench-words")
    print(*below, "below a floor" if below else "above all floors", sep="\n")
    return int(bool(below))


def _pairs(below: list[str]) -> str:
    lines = list(_row("pairs", "list", *pairs.FLOORS))
    for name, about in pairs.FILES.items():
        tallies = pairs.judged(pairs.read_pairs(pairs.HERE / name))
        for listed, of_list in groupby(sorted(tallies), key=lambda key: key[0]):
            found = {relation: tallies[listed, relation] for _, relation in of_list}
            shown = [
                f"{found[relation].right} of {found[relation].asked}" if relation in found else ""
                for relation in pairs.FLOORS
            ]
            lines += _row(about, listed, *shown, is_head=False)
            below += [
                f"{name}: {listed}, {relation}: {tally.share:.3f}"
                for relation, tally in found.items()
                if tally.share < pairs.FLOORS[relation] - (0.1 if "fresh" in name else 0)
            ]
        for tally in tallies.values():
            for pair in tally.wrong:
                print(f"{name}: {pair.list}, {pair.relation}: {pair.job!r} / {pair.candidate!r}")
    return "\n".join(lines) + "\n"


def _advertisements(below: list[str]) -> str:
    passing = [advertisement for advertisement in advertisements() if advertisement.passes()]
    if len(passing) < FLOOR:
        below.append(f"advertisements: {len(passing)} candidates pass")
    return (
        f"Of {len(advertisements())} whole advertisements, the pre-filter keeps the suitable"
        f" candidate in {len(passing)}.\n"
    )


def _suggestions(below: list[str]) -> str:
    lines = list(_row("list", "aliases", "asked", "first", "among five"))
    for kind in Kind:
        hits = leave_one_out.left_out(kind)
        for group in _GROUPS:
            hit = hits[group, False]
            shares = (hit.at_one / hit.asked, hit.at_five / hit.asked)
            lines += _row(
                kind, group, str(hit.asked), *(f"{share:.3f}" for share in shares), is_head=False
            )
            below += _under(f"{kind}, {group}", shares, group == "plain")
        fresh = fresh_aliases.fresh(kind)
        shares = (fresh.at_one / fresh.asked, fresh.at_five / fresh.asked)
        lines += _row(
            kind, "fresh", str(fresh.asked), *(f"{share:.3f}" for share in shares), is_head=False
        )
        unknown = (fresh.unknown, fresh.unknown_at_one, fresh.unknown_at_five)
        lines += _row(kind, "fresh, not known", *map(str, unknown), is_head=False)
        below += _under(f"{kind}, fresh", shares, is_held=True)
    return "\n".join(lines) + "\n"


def _under(name: str, shares: tuple[float, float], is_held: bool) -> Iterator[str]:
    floors = leave_one_out.FLOORS
    if is_held and any(share < floor for share, floor in zip(shares, floors, strict=True)):
        yield f"suggestions: {name}: {shares[0]:.3f}, {shares[1]:.3f}"


def _row(*cells: str, is_head: bool = True) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"
    if is_head:
        yield f"|{'---|' * len(cells)}"


if __name__ == "__main__":
    sys.exit(main())
