"""Write what is recorded into docs/performance.md, between its marks, and the plots beside it.

Called by `make bench` at its end; alone by `python -m benchmarks.document`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import plot
from benchmarks.results import DOCS, OUTPUT, is_emulated, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NAME = "performance.md"
BEGIN = "<!-- What follows is written by `make bench`. -->"
END = "<!-- What `make bench` writes ends here. -->"
PARTS = {"sizes", "memory"}
"""Of results.json; one of what runs on PostgreSQL, one of what runs under the emulator."""
BYTECODE = "without byte-code"
"""What the start of each function is held against."""
PLOTS = {"growth.svg": plot.growth, "cold-start.svg": plot.cold_start}


def document(results: Mapping[str, Any], old: str) -> str:
    """The document with new tables.

    Raises:
        ValueError: one of the two marks is missing.
    """
    head, rest = old.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n\n" + "\n".join(tables(results)) + f"\n\n{END}{tail}"


def tables(results: Mapping[str, Any]) -> Iterator[str]:
    """All that is recorded, line by line."""
    machine, sizes = results["machine"], results["sizes"]
    rows = ", ".join(f"{number:,} {name}" for name, number in sizes.items())
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    yield (
        f"Taken on {machine['processor']}, {machine['cores']} cores,"
        f" {machine['memoryGigabytes']} GB of memory, {machine['system']}, with"
        f" {versions}. The largest tables: {rows}."
    )
    cases = results["cases"]
    yield "\n### On PostgreSQL\n"
    yield from _cases(case for case in cases if not is_emulated(case))
    yield "\n### Throughput\n"
    yield "what | answered by | connections | requests a second | p50, ms | p95, ms | p99, ms"
    yield "---|---|---:|---:|---:|---:|---:"
    for row in results["throughput"]:
        times = " | ".join(_number(row[name]) for name in ("p50", "p95", "p99"))
        rate = _number(row["perSecond"]) + _spread(row)
        yield f"{row['what']} | {row['where']} | {row['connections']} | {rate} | {times}"
    yield "\n### Cold starts\n"
    yield from _cases(case for case in cases if is_emulated(case) and not _is_of_bytecode(case))
    yield "\n### Cold start and memory of each function\n"
    yield from _functions(cases, results["memory"])


def _cases(cases: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "case | ours, ms | beside, ms | ratio | target"
    yield "---|---:|---|---:|---"
    for case in cases:
        cells = [
            case["case"],
            _number(case["ours"]),
            f"{_number(case['reference'])} ({case['referenceName']})",
            _number(case["ratio"]) + _spread(case),
            _verdict(case),
        ]
        yield " | ".join(filter(None, cells))


def _spread(entry: Mapping[str, Any]) -> str:
    """Between which figures the runs lay; empty where there was one."""
    if "spread" not in entry:
        return ""
    least, most = map(_number, entry["spread"])
    return f" ({least} to {most})"


def _verdict(case: Mapping[str, Any]) -> str:
    """The target of a case and whether it is met; empty where it has none."""
    if case["target"] is None:
        return ""
    sign = "≥" if case["atLeast"] else "≤"
    return f"{sign} {case['target']:,g}, {'met' if case['met'] else '**missed**'}"


def _is_of_bytecode(case: Mapping[str, Any]) -> bool:
    return bool(case["referenceName"] == BYTECODE)


def _functions(
    cases: Iterable[Mapping[str, Any]], memory: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """One row per function: its start with and without byte-code, and its peak of memory."""
    starts = {
        case["case"].removeprefix("cold start of "): case for case in cases if _is_of_bytecode(case)
    }
    (target,) = {case["target"] for case in starts.values()}
    missed = [name for name, case in starts.items() if not case["met"]]
    verdict = f"missed by {', '.join(missed)}" if missed else "met by all"
    yield f"Target: at most {target:g} of the start without byte-code; {verdict}.\n"
    yield "function | start, ms | without byte-code, ms | peak of memory, MB"
    yield "---|---:|---:|---:"
    for row in memory:
        start = starts[row["function"]]
        milliseconds = f"{_number(start['ours'])} | {_number(start['reference'])}"
        yield f"{row['function']} | {milliseconds} | {row['megabytes']:.0f}"


def _number(value: float) -> str:
    """A number with three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def main() -> None:
    """Write the document and the plots; after a quick run into a folder of its own."""
    results = load()
    if missing := sorted(PARTS - results.keys()):
        print(f"{NAME} is not written: {', '.join(missing)} are not measured yet.")
        return
    OUTPUT.mkdir(exist_ok=True)
    old = (DOCS / NAME).read_text(encoding="utf-8")
    (OUTPUT / NAME).write_text(document(results, old), encoding="utf-8")
    for name, draw in PLOTS.items():
        (OUTPUT / name).write_text(draw(results), encoding="utf-8")
    print(f"{NAME} and {', '.join(PLOTS)} are written into {OUTPUT.name}/.")


if __name__ == "__main__":
    main()
