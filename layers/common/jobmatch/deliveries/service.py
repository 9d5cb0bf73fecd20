"""Taking events from the outbox to the sender."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jobmatch.careers.dates import this_month
from jobmatch.deliveries.outbox import claim_events, release_events
from jobmatch.postgres import connect, transaction
from jobmatch.telemetry import logger
from jobmatch.webhooks.messages import Delivery, queue_deliveries
from jobmatch.webhooks.signatures import signed_headers

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.deliveries.outbox import Claim

MOST_CLAIMED = 2
"""Events of one webhook that are sent at a time, so that a slow receiver leaves senders to others.

Each result has the next one sent.
"""


def dispatch_webhook(webhook_id: UUID) -> None:
    """Sign the due events of a webhook and hand them to the sender, as many as may be on their way.

    Raises:
        Exception: the queue did not take them all. They are due at once; the message comes again.
    """
    with transaction() as connection:
        month = this_month()
        claim = claim_events(connection, webhook_id, limit=MOST_CLAIMED, this_month=month)
    if claim is not None:
        _hand_over(webhook_id, claim)


def _hand_over(webhook_id: UUID, claim: Claim) -> None:
    now = int(time.time())
    deliveries = [
        Delivery.model_validate(
            {
                "webhookId": webhook_id,
                "eventId": event.id,
                "claim": event.claim,
                "attempt": event.attempt,
                "url": claim.url,
                "headers": signed_headers(event.id, now, event.body, claim.secrets),
                "body": event.body,
            }
        )
        for event in claim.events
    ]
    try:
        queue_deliveries(deliveries)
    except Exception:
        with connect() as connection:
            release_events(connection, [event.id for event in claim.events])
        raise
    logger.info("Webhook events are queued.", webhook_id=webhook_id, events=len(deliveries))
