"""A bias audit as CSV (RFC 4180): a row for each job, and one for each of its groups."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jobmatch.audit.schemas import Counts, GroupCounts, MatchingAudit

MEDIA_TYPE = "text/csv"
_JOB = (
    "jobId",
    "rankedAt",
    "rubricVersion",
    "scorer",
    "modelId",
    "promptVersion",
    "runs",
    "medianScore",
)
_COUNTS = (
    "group",
    "considered",
    "passed",
    "shortlisted",
    "scoredAboveMedian",
    "selectionRate",
    "selectionImpactRatio",
    "scoringRate",
    "scoringImpactRatio",
)


def audit_table(audit: MatchingAudit) -> str:
    """The table; without a group a row counts everybody, and without a job all jobs together."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow((*_JOB, *_COUNTS))
    for job in audit.jobs:
        begin = (
            job.job_id,
            job.ranked_at.isoformat(),
            job.rubric_version,
            job.scorer,
            job.model_id,
            job.prompt_version,
            job.runs,
            job.median_score,
        )
        table.writerows((*begin, *row) for row in _rows(job.counts, job.groups))
    nothing = [None] * len(_JOB)
    table.writerows((*nothing, *row) for row in _rows(audit.total.counts, audit.total.groups))
    return text.getvalue()


def _rows(counts: Counts, groups: Sequence[GroupCounts]) -> Iterator[tuple[Any, ...]]:
    yield (None, *astuple(counts), None, None, None, None)
    yield from map(astuple, groups)
