"""Plots as SVG, from what is recorded, in colours that suit a light and a dark page."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from benchmarks.cases.growth import runs
from benchmarks.cold_start import HEAVIER, LEAST, WITHOUT
from benchmarks.results import COLD_START

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WIDTH, HEIGHT = 780, 420
LEFT, RIGHT, TOP, BOTTOM = 74, 256, 34, 54
"""Margins: of the scale, of the legend, of the title, of the other scale."""
INK, BLUE, ORANGE = "#7d8590", "#3b82f6", "#e0731a"
TICKS = 6
DASHED, DOTTED = "7 5", "2 5"
STARTED = "get_job_by_id"
"""The function whose starts are plotted."""

Points = list[tuple[float, float]]


def growth(results: Mapping[str, Any]) -> str:
    """The time of one run over the number of profiles, both logarithmic."""
    cases = ((case["case"], case["ours"], case["reference"]) for case in results["cases"])
    series: list[tuple[str, Points, str, str]] = []
    for (job, sizes), colour in zip(runs(cases).items(), (BLUE, ORANGE), strict=True):
        ours: Points = [(run.profiles, run.ours) for run in sizes]
        bare: Points = [(run.profiles, run.bare) for run in sizes]
        series.append((f"{job} job, whole run", ours, colour, ""))
        series.append((f"{job} job, bare statement", bare, colour, DASHED))
    (least, start), *_, (most, _) = series[0][1]
    linear = [(least, start), (most, start * most / least)]
    series.append(("linear", linear, INK, DOTTED))
    rows = _decades([x for _, line, *_ in series for x, _ in line])
    columns = _decades([y for _, line, *_ in series for _, y in line])
    return _svg("One job's matching run", HEIGHT, _growth(series, rows, columns))


def _growth(
    series: Sequence[tuple[str, Points, str, str]], xs: Sequence[float], ys: Sequence[float]
) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def place(point: tuple[float, float]) -> tuple[float, float]:
        across = math.log(point[0] / xs[0]) / math.log(xs[-1] / xs[0])
        up = math.log(point[1] / ys[0]) / math.log(ys[-1] / ys[0])
        return LEFT + across * (right - LEFT), bottom - up * (bottom - TOP)

    for x in xs:
        column, _ = place((x, ys[0]))
        yield _line([(column, TOP), (column, bottom)], INK, width=0.4)
        yield _text(column, bottom + 18, f"{x:,.0f}", "middle")
    for y in ys:
        _, row = place((xs[0], y))
        yield _line([(LEFT, row), (right, row)], INK, width=0.4)
        yield _text(LEFT - 8, row + 4, f"{y:,.0f}", "end")
    yield _text((LEFT + right) / 2, HEIGHT - 12, "profiles", "middle")
    yield _text(16, (TOP + bottom) / 2, "milliseconds", "middle", turned=True)
    for number, (name, points, colour, dashes) in enumerate(series):
        placed = [place(point) for point in points]
        yield _line(placed, colour, dashes=dashes)
        if dashes != DOTTED:
            yield from (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in placed
            )
        row = TOP + 16 + 24 * number
        yield _line([(right + 16, row), (right + 46, row)], colour, dashes=dashes)
        yield _text(right + 54, row + 4, name)


def cold_start(results: Mapping[str, Any]) -> str:
    """How long one function takes to start, beside what it is held against."""
    own = [case for case in results["cases"] if case["case"] == f"{COLD_START} of {STARTED}"]
    beside = {case["referenceName"]: case["reference"] for case in own}
    names = {
        LEAST: "the four libraries alone",
        WITHOUT: "without byte-code",
        HEAVIER: "without it, with Tracer and boto3",
    }
    bars = [(f"{STARTED}, as built", own[0]["ours"], BLUE)]
    bars += [(label, beside[name], INK) for name, label in names.items()]
    return _svg(f"Cold start of {STARTED}", TOP + 44 * len(bars) + BOTTOM, _bars(bars))


def _bars(bars: Sequence[tuple[str, float, str]]) -> Iterator[str]:
    left, right, bottom = 284, WIDTH - 84, TOP + 44 * len(bars)
    most = max(value for _, value, _ in bars)
    step = next(size for size in (100, 200, 250, 500, 1_000, 2_000, 5_000) if most <= TICKS * size)
    last = step * math.ceil(most / step)
    for tick in range(0, last + 1, step):
        column = left + (right - left) * tick / last
        yield _line([(column, TOP), (column, bottom)], INK, width=0.4)
        yield _text(column, bottom + 18, f"{tick:,}", "middle")
    yield _text(
        (left + right) / 2, bottom + 42, "milliseconds until the handler is imported", "middle"
    )
    for number, (name, value, colour) in enumerate(bars):
        row, length = TOP + 44 * number + 9, (right - left) * value / last
        yield (
            f'<rect x="{left}" y="{row}" width="{length:.1f}" height="26" fill="{colour}"'
            ' fill-opacity="0.75"/>'
        )
        yield _text(left - 10, row + 18, name, "end")
        yield _text(left + length + 8, row + 18, f"{value:,.0f} ms")


def _decades(values: Sequence[float]) -> list[float]:
    """The powers of ten around the values."""
    least, most = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**exponent for exponent in range(least, most + 1)]


def _line(points: Points, colour: str, *, width: float = 2.5, dashes: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"'
        f' stroke-dasharray="{dashes or "none"}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start", *, turned: bool = False) -> str:
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turn}>{escape(text)}</text>'


def _svg(title: str, height: int, parts: Iterator[str]) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img" font-family="sans-serif" font-size="13" fill="{INK}">'
    )
    shown = _text(WIDTH / 2, 18, title, "middle")
    return "\n".join([opening, f"<title>{escape(title)}</title>", shown, *parts, "</svg>"]) + "\n"
