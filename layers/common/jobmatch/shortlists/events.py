"""What webhooks hear of runs: who was added and removed, and that a run is complete."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, distinct_on

from jobmatch.models import Job, JobMatch, ProfileFeatures, ProfileStatus, Webhook, WebhookEvent
from jobmatch.permissions.predicates import is_not_suppressed, is_shown, with_employer
from jobmatch.webhooks.recording import (
    JOB_IDS,
    hears_of_job,
    inserted,
    kept,
    record_events,
    write_events,
)
from jobmatch.webhooks.schemas import EventType
from jobmatch.webhooks.told import MATCH_EVENTS, told_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression
    from sqlalchemy.sql.dml import ReturningInsert

_ADDED, _REMOVED = (str(each) for each in MATCH_EVENTS)
_JOB_ID = bindparam("job_id", type_=Job.id.type)


class CompletedRun(NamedTuple):
    """A run of a job, how many candidates passed, and how many it has kept."""

    job_id: UUID
    run_id: UUID
    passed: int
    kept: int


def matches_before(connection: Connection, job_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Whose matches jobs have, before runs store others; of jobs whose matches webhooks hear of."""
    rows = connection.execute(_before(), {"job_ids": [*job_ids]})
    return {row.id: row.profile_ids for row in rows}


@cache
def _before() -> Select[*tuple[Any, ...]]:
    matched = select(JobMatch.profile_id).where(JobMatch.job_id == Job.id).correlate(Job)
    profile_ids = func.array(matched.scalar_subquery(), type_=ARRAY(JobMatch.profile_id.type))
    hears = Webhook.events.overlap(literal([*MATCH_EVENTS], ARRAY(Text)))
    return select(Job.id, profile_ids.label("profile_ids")).where(
        Job.id == any_(JOB_IDS),
        select(Webhook.id).where(hears_of_job(), hears).correlate(Job).exists(),
    )


def record_runs(
    connection: Connection,
    runs: Sequence[CompletedRun],
    before: Mapping[UUID, Sequence[UUID]],
    *,
    this_month: int,
) -> None:
    """Write what runs have changed, and that they are complete; in the transaction that stores it.

    A candidate is added who is shown now and was not known: no match before, and not told to that
    webhook. A candidate is removed whom it was told and who is shown no more; or who had a match
    before, has none now, and is somebody whom the employer could see.

    Args:
        before: what `matches_before` gave before the runs stored anything.
    """
    # Job by job: of many at once, each match would be looked for among those of all.
    for run in runs:
        if (known := before.get(run.job_id)) is not None:
            values = {"job_id": run.job_id, "before": known, "this_month": this_month}
            write_events(connection, _changed_matches(), values)
    told = {
        run.job_id: {"runId": str(run.run_id), "passed": run.passed, "kept": run.kept}
        for run in runs
    }
    if told:
        record_events(connection, EventType.MATCHING_COMPLETED, told)


@cache
def _changed_matches() -> ReturningInsert[*tuple[Any, ...]]:
    profile_type = JobMatch.profile_id.type
    before = (
        select(func.unnest(bindparam("before", type_=ARRAY(profile_type))).label("profile_id"))
    ).cte("before")
    hears = (
        select(Webhook.id, Webhook.events, Job.id.label("job_id"), Job.employer_user_id)
        .select_from(Job)
        .join(Webhook, hears_of_job())
        .where(Job.id == _JOB_ID)
    )
    hearing = kept(hears).cte("hearing")
    told = (
        select(WebhookEvent.webhook_id, WebhookEvent.profile_id, told_type().label("type"))
        .where(WebhookEvent.job_id == _JOB_ID, WebhookEvent.type.in_(MATCH_EVENTS))
        .where(WebhookEvent.profile_id.is_not(None))
        .ext(distinct_on(WebhookEvent.webhook_id, WebhookEvent.profile_id))
        .order_by(WebhookEvent.webhook_id, WebhookEvent.profile_id, WebhookEvent.number.desc())
    ).cte("told")
    shown = (
        with_employer(
            select(JobMatch.profile_id, JobMatch.overall_score).join(Job, Job.id == JobMatch.job_id)
        ).where(JobMatch.job_id == _JOB_ID, is_shown())
    ).cte("shown")
    known = (
        with_employer(select(before.c.profile_id).select_from(before).join(Job, Job.id == _JOB_ID))
        .join(ProfileFeatures, ProfileFeatures.profile_id == before.c.profile_id)
        .where(ProfileFeatures.status == ProfileStatus.ACTIVE, is_not_suppressed())
    ).cte("known")

    def was_told(profile: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
        return and_(told.c.webhook_id == hearing.c.id, told.c.profile_id == profile)

    def data(profile: SQLColumnExpression[UUID], *more: Any) -> ColumnElement[str]:
        about = ("jobId", hearing.c.job_id, "employerUserId", hearing.c.employer_user_id)
        built = func.jsonb_build_object(*about, "profileId", profile, *more, type_=JSONB)
        return cast(built, Text)

    is_before = exists().where(before.c.profile_id == shown.c.profile_id)
    added = (
        select(
            hearing.c.id.label("webhook_id"),
            literal(_ADDED, Text).label("type"),
            data(shown.c.profile_id, "overallScore", shown.c.overall_score).label("data"),
            hearing.c.job_id,
            shown.c.profile_id,
        )
        .select_from(hearing)
        .join(shown, any_(hearing.c.events) == _ADDED)
        .outerjoin(told, was_told(shown.c.profile_id))
        .where(case((told.c.type.is_(None), ~is_before), else_=told.c.type == _REMOVED))
    )
    is_shown_now = exists().where(shown.c.profile_id == told.c.profile_id)
    is_stored = exists().where(
        JobMatch.job_id == _JOB_ID, JobMatch.profile_id == known.c.profile_id
    )
    taken_back = (
        select(told.c.webhook_id, told.c.profile_id).where(told.c.type == _ADDED, ~is_shown_now)
    ).cte("taken_back")
    gone = (
        select(hearing.c.id.label("webhook_id"), known.c.profile_id)
        .select_from(hearing)
        .join(known, ~is_stored)
        .outerjoin(told, was_told(known.c.profile_id))
        .where(told.c.type.is_(None))
    ).cte("gone")
    ended = union_all(select(*taken_back.c), select(*gone.c)).subquery("ended")
    removed = (
        select(
            hearing.c.id,
            literal(_REMOVED, Text),
            data(ended.c.profile_id),
            hearing.c.job_id,
            ended.c.profile_id,
        )
        .select_from(hearing)
        .join(ended, ended.c.webhook_id == hearing.c.id)
        .where(any_(hearing.c.events) == _REMOVED)
    )
    changes = union_all(added, removed).subquery("changes")
    return inserted(select(*changes.c))
