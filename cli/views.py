"""Answers of the API as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cli.dead_letters import Letter

Item = dict[str, Any]

DIMENSIONS = {
    "specializationMatch": "Specialization",
    "experienceFit": "Experience",
    "technicalBackground": "Technical",
    "barAdmissions": "Bar",
    "locationMatch": "Location",
}

HEADINGS = ("Spec", "Exp", "Tech", "Bar", "Loc")
"""The dimensions' headings in narrow columns, in the same order."""

RUN = (
    "outcome",
    "scorer",
    "startedAt",
    "finishedAt",
    "passed",
    "kept",
    "scored",
    "reused",
    "failed",
    "fallback",
    "error",
)


def _table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    """A table that fits a terminal of 80 columns; `numbers` are aligned to the right."""
    table = Table(
        title=escape(title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for column in columns:
        number = column in numbers
        # Ids, lists and times are copied whole; only text is wrapped, in at least nine columns.
        table.add_column(
            column,
            justify="right" if number else "left",
            no_wrap=number or column in ("Id", "List", "Last matched"),
            min_width=None if number else 9,
            overflow="fold",  # a long word is broken, not cut
        )
    return table


def _row(*values: object) -> list[str]:
    # Text that people wrote must not act as markup of the terminal.
    return ["" if value is None else escape(str(value)) for value in values]


def due(jobs: Iterable[Item]) -> Table:
    """The jobs that are due for matching."""
    table = _table("Due for matching", "Id", "Title", "Status", "Last matched")
    for job in jobs:
        matched_at = (job["matchedAt"] or "")[: len("2026-11-25T08:00")]
        table.add_row(*_row(job["id"], job["title"], job["matchingStatus"], matched_at))
    return table


def run(item: Item) -> Table:
    """A matching run."""
    table = _table(f"Run {item['id']}", "What", "Value")
    for name in RUN:
        table.add_row(*_row(name, item[name]))
    return table


def facts(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    """Names and their values."""
    table = _table(title, "What", "Value")
    for row in rows:
        table.add_row(*_row(*row))
    return table


def dead_letters(letters: Iterable[Letter]) -> Table:
    """Dead letters; of a message that is not ours nothing is shown."""
    table = _table("Dead letters", "Id", "Sent", "About")
    for letter in letters:
        ids = {"job": letter.job_id, "mail": letter.notification_id}
        about = ", ".join(f"{name} {id_}" for name, id_ in ids.items() if id_)
        sent = letter.sent_at.isoformat(timespec="seconds")
        table.add_row(*_row(letter.id, sent, about or "not a message of ours"))
    return table


def audit(item: Item) -> Table:
    """A matching audit: counts of all candidates, and counts and rates of each group."""
    numbers = ("Considered", "Passed", "Short-\nlisted", "Above\nmedian", "Selection", "Scoring")
    title = (
        f"{item['firstDay']} to {item['lastDay']}: {len(item['jobs'])} rankings;"
        " rates with their impact ratios"
    )
    table = _table(title, "Group", *numbers, numbers=numbers)
    counts = ("considered", "passed", "shortlisted", "scoredAboveMedian")
    total = item["total"]
    table.add_row(*_row("everybody", *(total["counts"][name] for name in counts)))
    for group in total["groups"]:
        rates = (_rate(group, "selection"), _rate(group, "scoring"))
        table.add_row(*_row(group["group"], *(group[name] for name in counts), *rates))
    if total["groups"]:
        table.add_row(*_row("in no group", None, None, total["ungrouped"]))
    return table


def _rate(group: Item, name: str) -> str | None:
    rate, ratio = group[f"{name}Rate"], group[f"{name}ImpactRatio"]
    return None if rate is None else f"{rate:.4f} ({'-' if ratio is None else f'{ratio:.2f}'})"


def ranking(job: Item, matches: Iterable[Item]) -> Table:
    """A job's best candidates."""
    numbers = ("", "Score", *HEADINGS)
    columns = ("", "Id", "Score", *HEADINGS)
    table = _table(f"{job['title']} ({job['matchingStatus']})", *columns, numbers=numbers)
    for rank, match in enumerate(matches, 1):
        scores = (match["subscores"][name]["score"] for name in DIMENSIONS)
        table.add_row(*_row(rank, match["profileId"], match["overallScore"], *scores))
    return table


def unknown(values: Iterable[Item]) -> Table:
    """Values in use that are not known, and the terms that they may mean."""
    numbers = ("Jobs", "Candidates")
    table = _table("Unknown values", "List", "Value", *numbers, "May mean", numbers=numbers)
    for value in values:
        counts = (value["jobs"], value["candidates"])
        table.add_row(
            *_row(value["list"], value["value"], *counts, ", ".join(value["suggestions"]))
        )
    return table


def aliases(items: Iterable[Item]) -> Table:
    """The aliases that operators have made."""
    table = _table("Aliases", "Id", "List", "Value", "Term")
    for item in items:
        table.add_row(*_row(item["id"], item["list"], item["value"], item["term"]))
    return table


def explanation(item: Item) -> Group:
    """Why a candidate is or is not among a job's matches."""
    listed = "is" if item["listed"] else "is not"
    place = f"rank {item['rank']} of {item['passed']}" if item["rank"] else "no rank"
    shortlist = f"the best {item['kept']} are shortlisted"
    lines = [f"The candidate {listed} among the job's matches: {place}; {shortlist}."]
    lines += [f"- {reason['message']} ({reason['code']})" for reason in item["reasons"]]
    parts: list[Any] = [escape(line) for line in lines]
    if assessment := item["assessment"]:
        title = f"{assessment['overallScore']}: {assessment['recommendation']}"
        scores = _table(title, "Dimension", "Score", "Why", numbers=("Score",))
        for name, label in DIMENSIONS.items():
            subscore = assessment["subscores"][name]
            scores.add_row(*_row(label, subscore["score"], subscore["explanation"]))
        parts.append(scores)
    if item["improvements"]:
        improvements = _table("What would change it", "Dimension", "Score then", "How")
        for improvement in item["improvements"]:
            label = DIMENSIONS.get(improvement["dimension"], improvement["dimension"])
            improvements.add_row(*_row(label, improvement["overallScore"], improvement["message"]))
        parts.append(improvements)
    return Group(*parts)
