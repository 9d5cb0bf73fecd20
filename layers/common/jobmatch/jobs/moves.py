"""Which status a job may go to, and what may change in which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobmatch.errors import ConflictError
from jobmatch.models import JobStatus

if TYPE_CHECKING:
    from sqlalchemy import Row

_MOVES: dict[JobStatus, set[JobStatus]] = {
    JobStatus.DRAFT: {JobStatus.OPEN, JobStatus.ARCHIVED},
    JobStatus.OPEN: {JobStatus.CLOSED, JobStatus.ARCHIVED},
    JobStatus.CLOSED: {JobStatus.OPEN, JobStatus.ARCHIVED},
    JobStatus.ARCHIVED: set(),
}
_ADMIN_MOVES = _MOVES | {JobStatus.ARCHIVED: {JobStatus.CLOSED}}


def check_openable(status: JobStatus, required_specializations: list[str] | None) -> None:
    """Check that a job with these specializations may have this status.

    Raises:
        ConflictError: it may not.
    """
    if status is JobStatus.OPEN and not required_specializations:
        raise ConflictError("A job is open only with a required specialization.")


def check_change(job: Row[Any], values: dict[str, Any]) -> None:
    """Check that a job's state allows these changes.

    Args:
        job: its `status`, its `required_specializations`, and whether an `admin` changes it.
        values: by the names of columns.

    Raises:
        ConflictError: it does not.
    """
    if job.status is JobStatus.ARCHIVED and values.keys() != {"status"}:
        raise ConflictError("Only the status of an archived job can change.")
    status = values.get("status", job.status)
    if status is not job.status:
        moves = _ADMIN_MOVES if job.admin else _MOVES
        if status not in moves[job.status]:
            raise ConflictError(f"A job can't go from {job.status} to {status}.")
    if values.keys() & {"status", "required_specializations"}:
        specializations = values.get("required_specializations", job.required_specializations)
        check_openable(status, specializations)
