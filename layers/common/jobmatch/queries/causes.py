"""What makes a job due for matching, and what returns it to the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_

from jobmatch import config
from jobmatch.models import Job, JobStatus, MatchingStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, SQLColumnExpression


def is_due() -> ColumnElement[bool]:
    """Whether a job is to be matched now; the claim and the schedule go by the same rule."""
    return and_(
        Job.status == JobStatus.OPEN,
        or_(
            Job.matching_status == MatchingStatus.PENDING,
            and_(
                Job.matching_status == MatchingStatus.FAILED,
                _is_past(Job.matching_retry_at),
            ),
            and_(
                Job.matching_status == MatchingStatus.RUNNING,
                _is_past(Job.matching_lease_until),
            ),
            and_(
                Job.matching_status == MatchingStatus.COMPLETED,
                _is_past(Job.matched_at + config.matching_maximum_age()),
            ),
        ),
    )


def _is_past(time: SQLColumnExpression[datetime | None]) -> ColumnElement[bool]:
    return or_(time.is_(None), time <= func.now())


def without_run() -> dict[str, Any]:
    """Column values that end a run: it may write nothing any more."""
    return {"matching_run_id": None, "matching_lease_until": None}


def pending_again() -> dict[str, Any]:
    """Column values that return a job to pending with a clean slate, ending any run."""
    return {
        **without_run(),
        "matching_status": MatchingStatus.PENDING,
        "matching_demand": Job.matching_demand + 1,
        "matching_failures": 0,
        "matching_retry_at": None,
        "last_error": None,
    }
