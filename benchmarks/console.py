"""Measure how long the console's actions take in a browser, and write docs/console.md.

Each time is from the press of a key, or from the address that is gone to, until what was asked for
is seen. So the time of the API, of PostgreSQL and of the browser is in it.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import QUICK, ROOT
from tests.support.browser import Site, Visitor, chromium, name_of, ranking
from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOCUMENT = ROOT / "docs" / "console.md"
BEGIN = "<!-- What `make bench-console` writes begins here. -->\n"
END = "<!-- What `make bench-console` writes ends here. -->\n"
ROUNDS = 5 if QUICK else 60
MOST = 150
"""Milliseconds at the 95th percentile."""
EMPLOYER = "hr@harrowgate-lyle.example"
JOB = "Patent Prosecution Associate, Software and Machine Learning"

Action = tuple[str, "Callable[[], object]", "Callable[[], object]"]
"""What is done, how, and how it is undone."""


def actions(visitor: Visitor, job: str, best: list[dict[str, str]]) -> Iterator[Action]:
    """What is measured, with a ranking on the screen before and after each action."""
    page, first, second = visitor.page, name_of(best[0]), name_of(best[1])
    panel = page.get_by_role("region", name=first)
    score = page.get_by_role("columnheader", name=re.compile("^Score"))
    found = page.locator("tbody tr")

    def press(key: str, selector: str) -> None:
        page.keyboard.press(key)
        page.locator(selector).first.wait_for()

    def rank() -> None:
        visitor.go(f"#/jobs/{job}")
        panel.wait_for()

    def list_jobs() -> None:
        visitor.go("#/jobs")
        visitor.heading("Jobs").wait_for()
        found.first.wait_for()

    def sort(order: str) -> None:
        score.get_by_role("button").click()
        page.locator(f"th[aria-sort={order}]").first.wait_for()

    def find(text: str, shown: str) -> None:
        page.get_by_role("searchbox", name="Find").fill(text)
        page.locator(shown).first.wait_for()

    def compare() -> None:
        page.keyboard.press("3")
        visitor.heading("Compare").wait_for()
        page.get_by_role("columnheader", name=first).wait_for()

    def decide(key: str, count: int) -> None:
        page.keyboard.press(key)
        marks = panel.get_by_text("On hold")
        marks.first.wait_for(state="visible" if count else "detached")

    def move(key: str, name: str) -> None:
        page.keyboard.press(key)
        page.get_by_role("region", name=name).wait_for()

    yield "show the jobs", list_jobs, rank
    list_jobs()
    yield "show a ranking", rank, list_jobs
    rank()
    yield "show the next candidate", lambda: move("j", second), lambda: move("k", first)
    yield "hold a candidate", lambda: decide("h", 1), lambda: decide("u", 0)
    yield "sort", lambda: sort("ascending"), lambda: sort("descending")
    yield "compare three", compare, rank
    # Last: the keys that follow would be typed into the field.
    yield (
        "filter",
        lambda: find("no such place", "h2:has-text('Nobody')"),
        lambda: find("", "tbody"),
    )


def main() -> int:
    """Measure, write the table, and return the exit status."""
    rows: list[str] = []
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as system:
        site = Site(system)
        job = next(each["id"] for each in site.jobs(EMPLOYER) if each["title"] == JOB)
        with chromium() as browser, browser.new_context() as context:
            visitor = Visitor(site, context.new_page()).sign_in(EMPLOYER, f"#/jobs/{job}")
            best = ranking(site, EMPLOYER, job)
            visitor.page.get_by_role("region", name=name_of(best[0])).wait_for()
            for name, action, undo in actions(visitor, job, best):
                visitor.page.wait_for_load_state("networkidle")
                times = []
                for _ in range(ROUNDS):
                    start = time.perf_counter()
                    action()
                    times.append(1000 * (time.perf_counter() - start))
                    undo()
                    visitor.page.wait_for_load_state("networkidle")
                late = statistics.quantiles(times, n=20)[-1]
                verdict = "met" if late <= MOST else "**missed**"
                rows.append(f"{name} | {statistics.median(times):.0f} | {late:.0f} | {verdict}")
                print(rows[-1], flush=True)
    head = [f"Action | Median, ms | 95th percentile, ms | ≤ {MOST} ms", "--- | ---: | ---: | ---"]
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    table = "\n".join([*head, *rows])
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
