"""Which rows of tables that grow may be deleted, and when.

What keeps anybody from being told twice (`told_matches`) is not among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Interval, and_, exists, func, not_, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from jobmatch.jobs.service import KEY_LIFETIME
from jobmatch.models import (
    Decision,
    IdempotencyKey,
    MatchingRun,
    Notification,
    NotificationStatus,
    PreviewCount,
    Profile,
    ProfileChange,
    RunOutcome,
    WebhookEvent,
)
from jobmatch.webhooks.schemas import DeliveryState, EventType
from jobmatch.webhooks.told import MATCH_EVENTS

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, SQLColumnExpression

    from jobmatch.models import Base

_newer, _later = aliased(MatchingRun), aliased(Decision)
_later_event = aliased(WebhookEvent)
_SETTLED = (NotificationStatus.SENT, NotificationStatus.DROPPED, NotificationStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class History:
    """A table that grows, and which of its rows to delete.

    Args:
        order: the order in which rows are read; it includes the primary key.
        is_old: which rows are read, given the retention; the index of `order` finds them.
        is_over: which of these rows may be deleted.
        first_kept: of a table of chains by job, the number from which on a chain stays.
    """

    table: type[Base]
    order: tuple[SQLColumnExpression[Any], ...]
    is_old: Callable[[timedelta], ColumnElement[bool]]
    is_over: Callable[[timedelta], ColumnElement[bool]]
    first_kept: Callable[[ColumnElement[UUID], timedelta], ColumnElement[int]] | None = None


def _first_kept(chain: ColumnElement[UUID], retention: timedelta) -> ColumnElement[int]:
    """The number from which on a chain stays, null where all of it may go.

    That is its first younger entry: after a clock was set back, there would be a gap. And the base
    of its first younger changes.
    """
    is_young = and_(_later.job_id == chain, _later.recorded_at >= func.now() - retention)
    numbers = (
        select(number)
        .where(is_young, number.is_not(None))
        .order_by(_later.number)
        .limit(1)
        .scalar_subquery()
        for number in (_later.number, _later.base)
    )
    return func.least(*numbers)


def _stands_for_its_month() -> ColumnElement[bool]:
    """Whether a run is the last one of a job, a version of the rules and a month that completed.

    An audit of that month takes its shortlist from it, as long as the log tells it.
    """
    month = func.date_trunc("month", func.timezone("UTC", MatchingRun.finished_at))
    next_month = func.timezone("UTC", month + func.make_interval(0, 1))
    rules = ("scorer", "rubric_version", "model_id", "prompt_version")
    same_rules = (
        getattr(_newer, name).is_not_distinct_from(getattr(MatchingRun, name)) for name in rules
    )
    later = exists().where(
        _newer.job_id == MatchingRun.job_id,
        tuple_(_newer.started_at, _newer.id) > tuple_(MatchingRun.started_at, MatchingRun.id),
        # By the index of beginnings, so that no later month is looked through.
        _newer.started_at < next_month,
        _newer.finished_at < next_month,
        _newer.outcome == RunOutcome.COMPLETED,
        *same_rules,
    )
    # Without a retention, for ever.
    is_told = func.coalesce(
        MatchingRun.finished_at >= func.now() - func.decision_retention(type_=Interval), true()
    )
    return and_(
        MatchingRun.outcome == RunOutcome.COMPLETED,
        MatchingRun.finished_at.is_not(None),
        is_told,
        ~later,
    )


HISTORIES = (
    History(
        MatchingRun,
        (MatchingRun.started_at, MatchingRun.id),
        lambda retention: MatchingRun.started_at < func.now() - retention,
        # The newest run of a job stays, however old it is: it holds the state of the matching.
        lambda _: and_(
            MatchingRun.outcome != RunOutcome.RUNNING,
            not_(_stands_for_its_month()),
            exists().where(
                _newer.job_id == MatchingRun.job_id,
                tuple_(_newer.started_at, _newer.id)
                > tuple_(MatchingRun.started_at, MatchingRun.id),
            ),
        ),
    ),
    History(
        Notification,
        (Notification.created_at, Notification.id),
        lambda retention: Notification.created_at < func.now() - retention,
        # A claimed notification stays: it is unknown whether the mail was sent.
        lambda retention: and_(
            Notification.status.in_(_SETTLED),
            func.coalesce(Notification.finished_at, Notification.claimed_at, func.now())
            < func.now() - retention,
        ),
    ),
    History(
        IdempotencyKey,
        (IdempotencyKey.created_at, IdempotencyKey.caller_user_id, IdempotencyKey.key),
        # A day after it has expired: a request that finds it still valid reads it once more.
        lambda _: IdempotencyKey.created_at < func.now() - 2 * KEY_LIFETIME,
        lambda _: true(),
    ),
    History(
        PreviewCount,
        # Without an index of the time: there is one short row an employer.
        (PreviewCount.employer_user_id,),
        lambda _: (
            func.coalesce(PreviewCount.asked_at[1], PreviewCount.since)
            < func.now() - timedelta(days=1)
        ),
        lambda _: true(),
    ),
    History(
        ProfileChange,
        (ProfileChange.id,),
        lambda _: ProfileChange.id.is_not(None),
        lambda _: and_(
            ProfileChange.profile_id.is_not(None),
            ~exists().where(Profile.id == ProfileChange.profile_id),
        ),
    ),
    History(
        Decision,
        (Decision.recorded_at, Decision.job_id, Decision.number),
        lambda retention: Decision.recorded_at < func.now() - retention,
        lambda _: true(),
        _first_kept,
    ),
    History(
        WebhookEvent,
        (WebhookEvent.created_at, WebhookEvent.id),
        lambda retention: WebhookEvent.created_at < func.now() - retention,
        # Not one that a sender may be about to post, nor what a receiver was told last of a
        # candidate whom it believes to be there: it is to hear when they are gone.
        lambda _: and_(
            WebhookEvent.state != DeliveryState.CLAIMED,
            or_(
                WebhookEvent.type != EventType.MATCH_ADDED,
                WebhookEvent.profile_id.is_(None),
                exists().where(
                    _later_event.profile_id == WebhookEvent.profile_id,
                    _later_event.job_id == WebhookEvent.job_id,
                    _later_event.webhook_id == WebhookEvent.webhook_id,
                    _later_event.type.in_(MATCH_EVENTS),
                    _later_event.number > WebhookEvent.number,
                ),
            ),
        ),
    ),
)
"""A profile change is over when its profile is deleted; the schedule processes the others."""
