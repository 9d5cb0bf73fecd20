"""What a job asks for, as matching reads it, and which jobs a change concerns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, any_, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.jobs.due import return_jobs
from jobmatch.models import (
    Job,
    JobFeatures,
    JobMatch,
    JobStatus,
    MatchingStatus,
    ProfileChange,
    ProfileFeatures,
    ProfileStatus,
)
from jobmatch.rules.pairs import asked
from jobmatch.rules.requirements import Requirements, terms_in
from jobmatch.wording.queries import matching_version

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, ScalarSelect
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.vocabulary.terms import Aliases

REQUIRED_LISTS = ("specializations", "technical_domains", "bars")
"""Lists that candidates must meet, where a job has any; both tables of features name them so."""


def index_job(
    connection: Connection,
    job_id: UUID,
    job: Mapping[Any, Any],
    aliases: Aliases | None = None,
) -> None:
    """Store what a job asks for in canonical form, from its columns by name; each run does.

    So a job that is completed is compared with changed candidates by the terms that it was matched
    by, whichever rules and aliases these come from.
    """
    required = Requirements.of(job, aliases)
    values = {
        "specializations": terms_in(required.required_specializations),
        "technical_domains": terms_in(required.required_technical_domains),
        "bars": terms_in(required.required_bar),
        **asked(required),
    }
    connection.execute(_index_job(tuple(values)), {"job_id": job_id, **values})


@cache
def _index_job(names: tuple[str, ...]) -> Insert:
    statement = insert(JobFeatures)
    new = {name: statement.excluded[name] for name in names}
    differs = (getattr(JobFeatures, name).is_distinct_from(new[name]) for name in names)
    return statement.on_conflict_do_update(index_elements=["job_id"], set_=new, where=or_(*differs))


REWORDED = ""
"""As `matching_version`: the job says the same in other words than those it was matched by."""


def return_outdated_jobs(
    connection: Connection, *, maximum_age: timedelta, reworded_only: bool = False
) -> int:
    """Make the open jobs due once that were last matched by other rules or words; return how many.

    Within a transaction, when all profiles are indexed by the present rules.
    """
    version = Job.matching_version
    outdated = and_(
        Job.matching_status == MatchingStatus.COMPLETED,
        version == REWORDED if reworded_only else version.is_distinct_from(matching_version()),
    )
    return return_jobs(connection, outdated, maximum_age)


def forget_profile(connection: Connection, profile_id: UUID) -> None:
    """Note the open jobs that have a match of a candidate; before the candidate is deleted.

    Within a transaction that has locked the profile, so that nobody adds a match of it. A run that
    was about to do so finds out by itself. The notes of the profile's changes are deleted too, but
    for those that are being taken up: who does that may wait for the profile. No job is locked.
    """
    theirs = select(ProfileChange.id).where(ProfileChange.profile_id == profile_id)
    free = theirs.with_for_update(skip_locked=True)
    connection.execute(delete(ProfileChange).where(ProfileChange.id.in_(free)))
    losing = (
        select(JobMatch.job_id)
        .join(Job, Job.id == JobMatch.job_id)
        .where(JobMatch.profile_id == profile_id, Job.status == JobStatus.OPEN)
    )
    connection.execute(insert(ProfileChange).from_select(["job_id"], losing))


def has_match_with(profile_ids: ColumnElement[list[UUID]]) -> ColumnElement[bool]:
    """Whether one of the profiles is among the job's matches."""
    return exists().where(JobMatch.job_id == Job.id, JobMatch.profile_id == any_(profile_ids))


def may_admit(profile_ids: ColumnElement[list[UUID]]) -> ColumnElement[bool]:
    """Whether the active ones among the profiles may pass the job's pre-filter.

    For one profile this is the pre-filter itself. For many it compares the union of their values,
    which may name a job too many and never one too few. A job that is not indexed counts as named.
    """
    active = and_(
        ProfileFeatures.profile_id == any_(profile_ids),
        ProfileFeatures.status == ProfileStatus.ACTIVE,
    )
    met = [
        or_(func.cardinality(required) == 0, required.overlap(_values(name, active)))
        for name, required in ((name, getattr(JobFeatures, name)) for name in REQUIRED_LISTS)
    ]
    not_met = exists().where(JobFeatures.job_id == Job.id, or_(*(~condition for condition in met)))
    return and_(exists().where(active), ~not_met)


def _values(name: str, active: ColumnElement[bool]) -> ScalarSelect[list[str]]:
    value = func.unnest(getattr(ProfileFeatures, name)).label("value")
    distinct = select(value).where(active).distinct().subquery()
    return select(func.coalesce(func.array_agg(distinct.c.value), [])).scalar_subquery()
