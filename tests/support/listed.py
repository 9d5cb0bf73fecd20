"""What decides whether a match is listed, beside what decides whether it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.careers.dates import this_month
from jobmatch.models import Job, JobMatch
from jobmatch.permissions.predicates import JOINED, is_listed, is_shown, with_employer
from tests.support.postings import SUBSCORES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from sqlalchemy import Connection

NOW = this_month()
FIRMS = ["Tarn Peak LLP", "Overbrook Vane LLP"]


def differences(connection: Connection) -> list[Any]:
    """The matches about which the two disagree in some month, with how they do."""
    both: Any = select(
        JobMatch.shown_from, is_shown().label("shown"), is_listed(JOINED.is_unknown).label("listed")
    )
    pairs = with_employer(both.join(Job, Job.id == JobMatch.job_id))
    return [
        (month, row)
        for month in range(NOW - 1, NOW + 4)
        for row in connection.execute(pairs, {"this_month": month})
        if bool(row.shown) is not bool(row.listed)
    ]


def store_as_before(connection: Connection, job_id: UUID, profile_ids: Iterable[UUID]) -> None:
    """Store matches by a statement that does not know the month, as an older release has it."""
    rows = [
        {
            "job_id": job_id,
            "profile_id": each,
            "overall_score": 50,
            "subscores": SUBSCORES,
            "summary": "A summary.",
            "recommendation": "Good Match",
        }
        for each in profile_ids
    ]
    if rows:
        connection.execute(
            insert(JobMatch)
            .values(rows)
            .on_conflict_do_update(
                index_elements=["job_id", "profile_id"], set_={"overall_score": 51}
            )
        )
