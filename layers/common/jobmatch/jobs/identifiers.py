"""Identifiers of jobs in the systems that post them: each employer posts each once.

An archived job does not count: a position that is advertised again is a new job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select, text
from sqlalchemy.orm import aliased

from jobmatch.errors import ConflictError
from jobmatch.models import Job, JobStatus
from jobmatch.permissions import SYSTEM, Viewer
from jobmatch.permissions.predicates import may_act_for, viewer_values

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

ONCE: dict[str, Any] = {
    "index_elements": ["employer_user_id", "identifier_name", "identifier"],
    "index_where": text("identifier IS NOT NULL AND status <> 'archived'"),
}
"""The index by which an employer has one job of an identifier, for ON CONFLICT."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """What another system calls a job: `value`, and the `name` of the system or "" for none."""

    name: str
    value: str

    def columns(self) -> dict[str, Any]:
        """The columns of a job that keep it, as literals."""
        return {"identifier_name": literal(self.name), "identifier": literal(self.value)}


def check_not_posted(
    connection: Connection, employer_user_id: UUID | None, identifier: Identifier, *, viewer: Viewer
) -> None:
    """Check that the viewer's employer has no job of this identifier but archived ones.

    Raises:
        ConflictError: there is one; the message names it.
    """
    posted = connection.scalar(
        select(Job.id).where(
            Job.employer_user_id == employer_user_id,
            Job.identifier_name == identifier.name,
            Job.identifier == identifier.value,
            Job.status != JobStatus.ARCHIVED,
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        ),
        viewer_values(viewer),
    )
    if posted is not None:
        raise _conflict(posted)


def check_reopened(connection: Connection, job_id: UUID) -> None:
    """Check that no other job has taken over the identifier of an archived one.

    Raises:
        ConflictError: there is one; the message names it.
    """
    other = aliased(Job)
    taken = connection.scalar(
        select(other.id)
        .join(
            Job,
            (Job.employer_user_id == other.employer_user_id)
            & (Job.identifier_name == other.identifier_name)
            & (Job.identifier == other.identifier),
        )
        .where(Job.id == job_id, other.id != Job.id, other.status != JobStatus.ARCHIVED)
    )
    if taken is not None:
        raise _conflict(taken)


def _conflict(job_id: UUID) -> ConflictError:
    return ConflictError(f"The job /jobs/{job_id} has this identifier already.")
