"""Aliases of the vocabulary, applied to the profiles and jobs that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.jobs.due import due_again, index_job
from jobmatch.jobs.schemas import REQUIREMENTS
from jobmatch.models import Job, JobStatus, Profile, ProfileFeatures, VocabularyAlias
from jobmatch.rules.requirements import Requirements
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import terms_of
from jobmatch.wording.queries import aliases_of, get_aliases

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection

OVERLAP = timedelta(minutes=10)
"""A write that began before an alias was committed has ended by then: it is read once more."""
_FEATURES = {
    Kind.SPECIALIZATION: ProfileFeatures.specializations,
    Kind.TECHNICAL_DOMAIN: ProfileFeatures.technical_domains,
    Kind.BAR: ProfileFeatures.bars,
}


@dataclass(frozen=True, slots=True)
class Applied:
    """How many profiles are to be indexed anew, and how many jobs are due again."""

    aliases: int = 0
    profiles: int = 0
    jobs: int = 0


def apply_aliases(connection: Connection, *, maximum_age: timedelta) -> Applied:
    """Mark what new and ended aliases concern; within a transaction.

    Profiles whose terms change are marked as not indexed, for `index_profiles`; jobs are indexed
    here, and the open ones become due.
    """
    alias = VocabularyAlias
    changed_at = func.coalesce(alias.deleted_at, alias.created_at)
    rows = connection.execute(
        select(alias.id, alias.list, alias.form, alias.term, alias.applied_at, changed_at)
        .where(or_(alias.applied_at.is_(None), alias.applied_at < changed_at + OVERLAP))
        .with_for_update()
    ).all()
    profiles = jobs = 0
    for _, name, form, term, applied_at, changed in rows:
        # All of them at first; later only what was being written meanwhile.
        since = None if applied_at is None or applied_at < changed else changed - OVERLAP
        profiles += _mark_profiles(connection, Kind(name), form, term, since)
        jobs += _index_jobs(connection, (name, form, term), since, maximum_age)
    done = update(alias).where(alias.id.in_([row.id for row in rows]))
    connection.execute(done.values(applied_at=func.now()))
    return Applied(len(rows), profiles, jobs)


def _mark_profiles(
    connection: Connection, kind: Kind, form: str, term: str, since: datetime | None
) -> int:
    # Before the alias the value was a term of its own; after it, the term that it stands for.
    keys = literal([form, *terms_of(kind, term)], ARRAY(Text))
    concerned = select(ProfileFeatures.profile_id).where(_FEATURES[kind].overlap(keys))
    marked = update(Profile).where(Profile.id.in_(concerned))
    if since is not None:
        marked = marked.where(Profile.updated_at > since)
    return connection.execute(marked.values(indexed_version=None)).rowcount


def _index_jobs(
    connection: Connection,
    row: tuple[str, str, str],
    since: datetime | None,
    maximum_age: timedelta,
) -> int:
    """Index the jobs that are read otherwise with an alias than without it."""
    stored = select(Job.id, *(getattr(Job, name) for name in REQUIREMENTS)).where(
        Job.status != JobStatus.ARCHIVED
    )
    if since is not None:
        stored = stored.where(Job.updated_at > since)
    one, current = aliases_of((row,)), get_aliases(connection)
    concerned: dict[UUID, Any] = {
        job.id: job._mapping
        for job in connection.execute(stored.order_by(Job.id).with_for_update())
        if not Requirements.of(job._mapping).same_as(Requirements.of(job._mapping, one))
    }
    for job_id, job in concerned.items():
        index_job(connection, job_id, job, current)
    due = update(Job).where(Job.id.in_(list(concerned)), Job.status == JobStatus.OPEN)
    return connection.execute(due.values(**due_again(maximum_age))).rowcount
