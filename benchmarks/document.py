"""Write what is recorded into docs/performance.md, between its marks, and the plots beside it.

Called by `make bench` at its end; alone by `python -m benchmarks.document`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import plot
from benchmarks.results import DOCS, OUTPUT, is_emulated, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "performance.md"
BEGIN = "<!-- What follows is written by `make bench`. -->"
END = "<!-- What `make bench` writes ends here. -->"
PARTS = {"sizes", "memory"}
"""Keys of results.json; one is written by each of the two benchmarks."""
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
    for title, emulated in (("On PostgreSQL", False), ("Cold starts", True)):
        yield f"\n### {title}\n"
        yield "| case | ours, ms | beside, ms | what is beside | ratio | target | |"
        yield "|---|---:|---:|---|---:|---:|---|"
        yield from (_case(case) for case in results["cases"] if is_emulated(case) is emulated)
    yield "\n### Throughput\n"
    yield "| what | answered by | connections | requests a second | p50, ms | p95, ms | p99, ms |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for row in results["throughput"]:
        numbers = " | ".join(_number(row[name]) for name in ("perSecond", "p50", "p95", "p99"))
        yield f"| {row['what']} | {row['where']} | {row['connections']} | {numbers} |"
    yield "\n### Memory\n"
    yield "| function | peak, MB |"
    yield "|---|---:|"
    for row in results["memory"]:
        yield f"| {row['function']} | {row['megabytes']:.0f} |"


def _case(case: Mapping[str, Any]) -> str:
    sign = "&ge;" if case["atLeast"] else "&le;"
    target = "" if case["target"] is None else f"{sign} {case['target']:,g}"
    verdict = {True: "met", False: "**missed**", None: ""}[case["met"]]
    numbers = f"{_number(case['ours'])} | {_number(case['reference'])}"
    ratio = _number(case["ratio"])
    return (
        f"| {case['case']} | {numbers} | {case['referenceName']} | {ratio} | {target} | {verdict} |"
    )


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
