"""Recording that mails are due, in the transaction of the runs that have found new matches."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobMatch,
    Notification,
    NotificationSettings,
    User,
)
from jobmatch.notifications.queries import awaits_mail
from jobmatch.permissions.predicates import with_employer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection
    from sqlalchemy.sql.dml import ReturningInsert


def record_notifications(
    connection: Connection, runs: Mapping[UUID, UUID], *, this_month: int
) -> dict[UUID, UUID]:
    """Record that mails are due if runs have found new matches; within their transaction.

    Args:
        runs: the ids of the runs, by their jobs.

    Returns:
        The ids of the notifications, by their jobs. None of a job without a new match, or for which
        a mail is due already: that mail will describe the new matches as well.
    """
    values = {"job_ids": [*runs], "run_ids": [*runs.values()], "this_month": this_month}
    recorded = connection.execute(_record(), values)
    return {row.job_id: row.id for row in recorded}


@cache
def _record() -> ReturningInsert[*tuple[Any, ...]]:
    uuids = ARRAY(Job.id.type)
    arrays = (bindparam(name, type_=uuids) for name in ("job_ids", "run_ids"))
    run = func.unnest(*arrays).table_valued("job_id", "run_id", name="run").render_derived()
    # Of each job by itself, and not of all matches that await a mail: a limit sees to that.
    awaits = select(literal(1).label("one")).where(JobMatch.job_id == Job.id, awaits_mail())
    of_job = awaits.correlate(Job, User, NotificationSettings, EmployerProfile, EmployerFeatures)
    news = (
        with_employer(
            select(Job.id, cast(run.c.run_id, Notification.run_id.type))
            .select_from(run)
            .join(Job, Job.id == run.c.job_id)
            .join(User, User.id == Job.employer_user_id)
            .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
        )
        .join(of_job.limit(1).lateral("new"), true())
        .order_by(Job.id)
    )
    return (
        insert(Notification)
        .from_select(["job_id", "run_id"], news)
        .on_conflict_do_nothing()
        .returning(Notification.job_id, Notification.id)
    )
