"""Writing events into the outbox of webhooks, in the transaction that causes them.

Where nobody subscribes, one statement finds nobody and writes nothing. Changes do not wait for each
other: events get their sequence when they are dispatched. An event holds ids, scores and times, and
names only candidates whom its receiver may see at that moment.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVarTuple
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
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, distinct_on, insert

from jobmatch.models import (
    Job,
    JobMatch,
    ProfileFeatures,
    ProfileStatus,
    User,
    UserRole,
    Webhook,
    WebhookEvent,
)
from jobmatch.permissions.predicates import is_not_suppressed, is_shown, with_employer
from jobmatch.webhooks.schemas import EventType
from jobmatch.webhooks.told import MATCH_EVENTS, told_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression
    from sqlalchemy.sql.dml import ReturningInsert

Columns = TypeVarTuple("Columns")

_HEARD = "webhooks"
"""Under which the connection keeps whose events were written."""
_COLUMNS = ["webhook_id", "type", "data", "job_id", "profile_id"]
_ADDED, _REMOVED = (str(each) for each in MATCH_EVENTS)
_JOB_ID = bindparam("job_id", type_=Job.id.type)


def is_entitled() -> ColumnElement[bool]:
    """Whether a webhook's owner may still hear: an active employer, or an admin of all."""
    role = case(
        (Webhook.employer_user_id.is_(None), cast(UserRole.ADMIN, User.role.type)),
        else_=cast(UserRole.EMPLOYER, User.role.type),
    )
    owner = func.coalesce(Webhook.employer_user_id, Webhook.created_by)
    return exists().where(User.id == owner, User.is_active, User.role == role)


def _hears_of_job() -> ColumnElement[bool]:
    is_owners = Webhook.employer_user_id == Job.employer_user_id
    return and_(Webhook.enabled, or_(is_owners, Webhook.employer_user_id.is_(None)), is_entitled())


def take_heard(connection: Connection) -> set[UUID]:
    """The webhooks whose events were written since this was last asked, to be dispatched now."""
    heard: set[UUID] = connection.info.pop(_HEARD, set())
    return heard


def write_events(connection: Connection, statement: Any, values: dict[str, Any]) -> None:
    """Execute a statement that writes events, and keep who hears of them for `take_heard`."""
    heard = connection.scalars(statement, values).all()
    if heard:
        connection.info.setdefault(_HEARD, set()).update(heard)


def record_event(
    connection: Connection,
    event: EventType,
    job_id: UUID,
    data: Mapping[str, object] = MappingProxyType({}),
    *,
    profile_id: UUID | None = None,
) -> None:
    """Write an event about a job for each webhook that subscribes to it; within a transaction.

    Args:
        data: what it says besides the job, its employer, status and version; by name on the wire.
        profile_id: the candidate whom it is about, whom the job's employer may see.
    """
    about = {} if profile_id is None else {"profileId": str(profile_id)}
    values = {"job_id": job_id, "event": event, "profile": profile_id, "data": {**about, **data}}
    write_events(connection, _event(), values)


@cache
def _event() -> ReturningInsert[*tuple[Any, ...]]:
    event = bindparam("event", type_=Text)
    job = func.jsonb_build_object(
        *("jobId", Job.id, "employerUserId", Job.employer_user_id),
        *("status", Job.status, "version", Job.version),
    )
    data = job.op("||")(bindparam("data", type_=JSONB))
    rows = (
        select(
            Webhook.id,
            event,
            cast(data, Text),
            Job.id,
            bindparam("profile", type_=WebhookEvent.profile_id.type),
        )
        .select_from(Job)
        .join(Webhook, _hears_of_job())
        .where(Job.id == _JOB_ID, event == any_(Webhook.events))
    )
    return inserted(_kept(rows))


def inserted(rows: Select[*tuple[Any, ...]]) -> ReturningInsert[*tuple[Any, ...]]:
    """The statement that writes rows of a webhook, type, data, job and candidate."""
    return insert(WebhookEvent).from_select(_COLUMNS, rows).returning(WebhookEvent.webhook_id)


def _kept(rows: Select[*Columns]) -> Select[*Columns]:
    """Share-lock the webhooks of a statement; one that is deleted meanwhile is skipped."""
    return rows.order_by(Webhook.id).with_for_update(read=True, key_share=True, of=Webhook)


def matches_before(connection: Connection, job_id: UUID) -> list[UUID] | None:
    """Whose matches a job has, before a run stores others; `None` if no webhook hears of them."""
    found: list[UUID] | None = connection.scalar(_before(), {"job_id": job_id})
    return found


@cache
def _before() -> Select[*tuple[Any, ...]]:
    matched = select(JobMatch.profile_id).where(JobMatch.job_id == Job.id).correlate(Job)
    hears = Webhook.events.overlap(literal([*MATCH_EVENTS], ARRAY(Text)))
    return select(
        func.array(matched.scalar_subquery(), type_=ARRAY(JobMatch.profile_id.type))
    ).where(
        Job.id == _JOB_ID,
        select(Webhook.id).where(_hears_of_job(), hears).correlate(Job).exists(),
    )


def record_run(
    connection: Connection,
    job_id: UUID,
    run_id: UUID,
    before: list[UUID] | None,
    *,
    this_month: int,
    passed: int,
    kept: int,
) -> None:
    """Write what a run has changed, and that it is complete; in the transaction that stores it.

    A candidate is added who is shown now and was not known: no match before, and not told to that
    webhook. A candidate is removed whom it was told and who is shown no more; or who had a match
    before, has none now, and is somebody whom the employer could see.

    Args:
        before: what `matches_before` gave before the run stored anything.
    """
    if before is not None:
        values = {"job_id": job_id, "before": before, "this_month": this_month}
        write_events(connection, _changed_matches(), values)
    about = {"runId": str(run_id), "passed": passed, "kept": kept}
    record_event(connection, EventType.MATCHING_COMPLETED, job_id, about)


@cache
def _changed_matches() -> ReturningInsert[*tuple[Any, ...]]:
    profile_type = JobMatch.profile_id.type
    before = (
        select(func.unnest(bindparam("before", type_=ARRAY(profile_type))).label("profile_id"))
    ).cte("before")
    hears = (
        select(Webhook.id, Webhook.events, Job.id.label("job_id"), Job.employer_user_id)
        .select_from(Job)
        .join(Webhook, _hears_of_job())
        .where(Job.id == _JOB_ID)
    )
    hearing = _kept(hears).cte("hearing")
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
