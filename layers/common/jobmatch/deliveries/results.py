"""Noting what became of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.deliveries.outbox import note_result
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger
from jobmatch.webhooks.messages import LONGEST_DELAY, try_queue_webhooks

if TYPE_CHECKING:
    from jobmatch.webhooks.messages import DeliveryResult


def note_webhook_result(result: DeliveryResult) -> None:
    """Note what became of a delivery, and have it repeated when its time has come.

    The webhook's next event is sent now: only a few are on their way at a time.
    """
    with transaction() as connection:
        outcome = note_result(connection, result)
    if outcome.is_disabled:
        logger.warning(
            "The webhook is disabled.", webhook_id=result.webhook_id, event_id=result.event_id
        )
        return
    if outcome.has_more:
        try_queue_webhooks([result.webhook_id])
    if outcome.pause is not None and outcome.pause.total_seconds() <= LONGEST_DELAY:
        # Longer pauses end with the next schedule.
        delay = int(outcome.pause.total_seconds())
        try_queue_webhooks([result.webhook_id], delay=delay)
