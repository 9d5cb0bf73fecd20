"""What CloudWatch reads in the output of functions: log lines, errors and metrics."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ERRORS = (
    '{ ($.level = "ERROR") || ($.level = "CRITICAL") || ($.record.status = "error")'
    ' || ($.record.status = "timeout") || ($.record.status = "failure") }'
)
"""The filter pattern by which lines count as errors."""


def lines_of(text: str) -> list[dict[str, Any]]:
    """The JSON lines of a log."""
    return [json.loads(line) for line in text.splitlines()]


def is_counted(line: dict[str, Any], pattern: str = ERRORS) -> bool:
    """Whether a filter pattern matches: alternatives, each one comparison or several with &&."""
    assert re.fullmatch(r"{ .+ }", pattern), pattern
    return any(
        all(_holds(line, part) for part in alternative.split(" && "))
        for alternative in pattern[2:-2].split(" || ")
    )


def _holds(line: dict[str, Any], comparison: str) -> bool:
    """Whether a field has a text, or is not there."""
    found = re.fullmatch(r'\(*\$\.([\w.]+) (?:= "(\w+)"|NOT EXISTS)\)*', comparison)
    assert found, comparison
    return bool(_field(line, found[1]) == found[2])


def _field(line: Any, path: str) -> Any:
    for name in path.split("."):
        line = line.get(name) if isinstance(line, dict) else None
    return line


def counted(text: str) -> list[str]:
    """The messages of a log's lines that count as errors."""
    return [line["message"] for line in lines_of(text) if is_counted(line)]


def embedded_metrics(printed: str) -> list[dict[str, Any]]:
    """The lines in CloudWatch's embedded metric format."""
    return [json.loads(line) for line in printed.splitlines() if '"CloudWatchMetrics"' in line]


def totals(printed: str) -> dict[str, float]:
    """The sum of each metric that was printed."""
    sums: Counter[str] = Counter()
    for line in embedded_metrics(printed):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        for name in _names(directive["Metrics"]):
            sums[name] += sum(line[name])
    return dict(sums)


def _names(definitions: Iterable[dict[str, str]]) -> list[str]:
    return [definition["Name"] for definition in definitions]
