"""What a language model is told of a job and its candidates, before names are taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from jobmatch.errors import NotFoundError
from jobmatch.model_scorer.prompts import CandidateText, JobText
from jobmatch.models import EmployerProfile, Job, Profile
from jobmatch.permissions.locks import ids
from jobmatch.profiles.candidates import described_candidates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Connection


def get_job_text(connection: Connection, job_id: UUID) -> JobText:
    """A job's own words, and the names of who posts it.

    Raises:
        NotFoundError: there is no such job.
    """
    row = connection.execute(
        select(
            Job.title,
            Job.description,
            EmployerProfile.company_name,
            EmployerProfile.corporate_domains,
        )
        .outerjoin(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(Job.id == job_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such job.")
    return JobText(row.title, row.description, row.company_name, row.corporate_domains or [])


def get_candidate_texts(
    connection: Connection, profile_ids: Sequence[UUID]
) -> dict[UUID, CandidateText]:
    """The own words of these candidates, as far as they are still there."""
    rows = connection.execute(described_candidates().where(Profile.id.in_(ids(profile_ids))))
    return {
        row.id: CandidateText(
            row.name,
            row.location,
            row.months,
            row.specializations,
            row.technical_domains,
            row.bar_admissions,
            row.work_history,
        )
        for row in rows
    }
