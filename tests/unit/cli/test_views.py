"""What operators see fits their terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cli import views

if TYPE_CHECKING:
    from rich.console import RenderableType

ID = "03ec8a4c-f90a-546c-a290-9aa4f89ff979"
JOB = {
    "id": ID,
    "title": "Patent counsel for medical devices and what belongs to them",
    "matchingStatus": "completed",
    "matchedAt": "2026-11-25T23:21:40.418585Z",
}
SCORES = {name: {"score": 100, "explanation": "Has it. " * 20} for name in views.DIMENSIONS}
MATCH = {"profileId": ID, "overallScore": 100, "subscores": SCORES}
COUNTS = {
    "considered": 12_345_678,
    "passed": 123_456,
    "shortlisted": 123_456,
    "scoredAboveMedian": 61_728,
}
RATES = {
    "selectionRate": 0.0123,
    "selectionImpactRatio": 1.0,
    "scoringRate": 0.5,
    "scoringImpactRatio": 1.0,
}
AUDIT: dict[str, Any] = {
    "firstDay": "2026-01-01",
    "lastDay": "2026-12-31",
    "jobs": [],
    "total": {
        "counts": COUNTS,
        "groups": [{"group": "Hispanic women", **COUNTS, **RATES}],
        "ungrouped": 123_456,
    },
}

VALUE = {
    "list": "technicalDomains",
    "value": "Guarding of marks for [bold] devices",
    "jobs": 123_456,
    "candidates": 12_345_678,
    "suggestions": ["Trademark Prosecution", "Trademark Litigation"],
}
ALIAS = {"id": ID, **VALUE, "term": "Trademark Prosecution"}


def shown(view: RenderableType) -> str:
    file = io.StringIO()
    Console(width=80, file=file).print(view)
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    return text


@pytest.mark.parametrize(
    ("view", "whole"),
    [
        (views.due([JOB]), [ID, "Patent", "completed", "2026-11-25T23:21"]),
        (views.ranking(JOB, [MATCH] * 500), [ID, "500", "Score", *views.HEADINGS]),
        (
            views.audit(AUDIT),
            ["everybody", "Hispanic", "12345678", "123456", "61728", "0.0123 (1.00)", "Considered"],
        ),
        (
            views.unknown([VALUE]),
            ["technicalDomains", "[bold]", "123456", "12345678", "Prosecution", "Litigation"],
        ),
        (views.aliases([ALIAS]), [ID, "technicalDomains", "[bold]", "Trademark"]),
    ],
    ids=["due", "ranking", "audit", "unknown", "aliases"],
)
def test_a_table_of_eighty_columns_breaks_no_id_and_no_number(
    view: RenderableType, whole: list[str]
) -> None:
    text = shown(view)
    assert [each for each in whole if each not in text] == []
    assert "…" not in text
