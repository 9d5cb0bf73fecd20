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

from pydantic_core import to_json
from sqlalchemy import Text, and_, any_, bindparam, case, cast, column, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from jobmatch.models import Job, User, UserRole, Webhook, WebhookEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.sql.dml import ReturningInsert

    from jobmatch.webhooks.schemas import EventType

Columns = TypeVarTuple("Columns")

_HEARD = "webhooks"
"""Under which the connection keeps whose events were written."""
_COLUMNS = ["webhook_id", "type", "data", "job_id", "profile_id"]
JOB_IDS = bindparam("job_ids", type_=ARRAY(Job.id.type))


def is_entitled() -> ColumnElement[bool]:
    """Whether a webhook's owner may still hear: an active employer, or an admin of all."""
    role = case(
        (Webhook.employer_user_id.is_(None), cast(UserRole.ADMIN, User.role.type)),
        else_=cast(UserRole.EMPLOYER, User.role.type),
    )
    owner = func.coalesce(Webhook.employer_user_id, Webhook.created_by)
    return exists().where(User.id == owner, User.is_active, User.role == role)


def hears_of_job() -> ColumnElement[bool]:
    """Whether a webhook is of the job's employer, or of an admin who hears of all jobs."""
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
    record_events(connection, event, {job_id: {**about, **data}}, profile_id)


def record_events(
    connection: Connection,
    event: EventType,
    data: Mapping[UUID, Mapping[str, object]],
    profile_id: UUID | None = None,
) -> None:
    """Write an event of one type about each of these jobs; as `record_event`, in one statement."""
    texts = [to_json(said).decode() for said in data.values()]
    values = {"event": event, "profile": profile_id, "job_ids": [*data], "data": texts}
    write_events(connection, _events(), values)


@cache
def _events() -> ReturningInsert[*tuple[Any, ...]]:
    event = bindparam("event", type_=Text)
    given = (
        func.unnest(JOB_IDS, bindparam("data", type_=ARRAY(Text)))
        .table_valued(column("job_id", Job.id.type), column("data", Text), name="given")
        .render_derived()
    )
    job = func.jsonb_build_object(
        *("jobId", Job.id, "employerUserId", Job.employer_user_id),
        *("status", Job.status, "version", Job.version),
    )
    data = job.op("||")(cast(given.c.data, JSONB))
    rows = (
        select(
            Webhook.id,
            event,
            cast(data, Text),
            Job.id,
            bindparam("profile", type_=WebhookEvent.profile_id.type),
        )
        .select_from(given)
        .join(Job, Job.id == given.c.job_id)
        .join(Webhook, hears_of_job())
        .where(event == any_(Webhook.events))
    )
    return inserted(kept(rows))


def inserted(rows: Select[*tuple[Any, ...]]) -> ReturningInsert[*tuple[Any, ...]]:
    """The statement that writes rows of a webhook, type, data, job and candidate."""
    return insert(WebhookEvent).from_select(_COLUMNS, rows).returning(WebhookEvent.webhook_id)


def kept(rows: Select[*Columns]) -> Select[*Columns]:
    """Share-lock the webhooks of a statement; one that is deleted meanwhile is skipped."""
    return rows.order_by(Webhook.id).with_for_update(read=True, key_share=True, of=Webhook)
