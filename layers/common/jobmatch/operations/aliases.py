"""Aliases of the vocabulary, applied to the profiles and jobs that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Text, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.jobs.due import due_again
from jobmatch.models import Job, JobStatus, Profile, VocabularyAlias
from jobmatch.permissions.locks import ids, lock_jobs
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import terms_of
from jobmatch.wording.queries import aliases_of
from jobmatch.wording.service import has_value_of, values_of_profiles

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection

    from jobmatch.vocabulary.terms import Aliases

OVERLAP = timedelta(minutes=10)
"""A write that began before an alias was committed has ended by then: it is read once more."""


@dataclass(frozen=True, slots=True)
class Applied:
    """New and ended aliases, the profiles to be indexed anew, and the jobs that are due again."""

    aliases: int = 0
    profiles: int = 0
    jobs: int = 0


def apply_aliases(connection: Connection, *, maximum_age: timedelta) -> Applied:
    """Mark what new and ended aliases concern; within a transaction.

    Profiles that are read otherwise are marked as not indexed, for `index_profiles`, and open jobs
    that are become due.
    """
    alias = VocabularyAlias
    changed_at = func.coalesce(alias.deleted_at, alias.created_at)
    rows = connection.execute(
        select(alias.id, alias.list, alias.form, alias.term, alias.applied_at, changed_at)
        .where(or_(alias.applied_at.is_(None), alias.applied_at < changed_at + OVERLAP))
        .order_by(alias.id)
        .with_for_update()
    ).all()
    if not rows:
        return Applied()
    # Everything at first; later only what was being written meanwhile.
    is_first = any(applied_at is None or applied_at < changed for *_, applied_at, changed in rows)
    since = None if is_first else min(row[-1] for row in rows) - OVERLAP
    changed_ones = aliases_of(tuple((row.list, row.form, row.term) for row in rows))
    kinds = sorted({Kind(row.list) for row in rows})
    profiles = sum(_mark_profiles(connection, kind, changed_ones, since) for kind in kinds)
    jobs = _return_jobs(connection, changed_ones, since, maximum_age)
    done = update(alias).where(alias.id.in_([row.id for row in rows]))
    connection.execute(done.values(applied_at=func.now()))
    return Applied(len(rows), profiles, jobs)


def _mark_profiles(
    connection: Connection, kind: Kind, changed_ones: Aliases | None, since: datetime | None
) -> int:
    """Mark the profiles with values that are read otherwise with these aliases than without."""
    concerned = [
        value
        for value in connection.scalars(values_of_profiles(kind, since))
        if terms_of(kind, value) != terms_of(kind, value, changed_ones)
    ]
    if not concerned:
        return 0
    values: ColumnElement[list[str]] = literal(list(concerned), ARRAY(Text))
    has_one = select(Profile.id).where(has_value_of(kind, values))
    if since is not None:
        has_one = has_one.where(Profile.updated_at > since)
    # In the order in which they are written elsewhere, so that nobody deadlocks.
    locked = has_one.order_by(Profile.id).with_for_update(key_share=True)
    marked = update(Profile).where(Profile.id.in_(locked)).values(indexed_version=None)
    return connection.execute(marked).rowcount


def _return_jobs(
    connection: Connection,
    changed_ones: Aliases | None,
    since: datetime | None,
    maximum_age: timedelta,
) -> int:
    """Make the open jobs due that these aliases read otherwise; their runs index them."""
    stored = select(Job.id, *(getattr(Job, name) for name in REQUIREMENTS)).where(
        Job.status == JobStatus.OPEN
    )
    if since is not None:
        stored = stored.where(Job.updated_at > since)
    concerned: list[UUID] = []
    for job in connection.execute(stored):
        plain, aliased = (Requirements.of(job._mapping, each) for each in (None, changed_ones))
        if not plain.same_as(aliased):
            concerned.append(job.id)
    lock_jobs(connection, ids(concerned))
    due = update(Job).where(Job.id.in_(ids(concerned)), Job.status == JobStatus.OPEN)
    return connection.execute(due.values(**due_again(maximum_age))).rowcount
