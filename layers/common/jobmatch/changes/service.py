"""Taking up changed candidates, batch by batch."""

from __future__ import annotations

from time import monotonic

from jobmatch.aws import try_queue_matching, try_queue_notification
from jobmatch.careers.dates import this_month
from jobmatch.changes.batches import BATCH, TooManyPairsError, take_up_batch
from jobmatch.config import Scorer, settings
from jobmatch.telemetry import log_failure, logger
from jobmatch.webhooks.announcing import announcing


def take_up_changes(seconds: float) -> None:
    """Take up changed candidates, batch by batch, until none are left.

    If the time is over before that, a message starts it again.
    """
    deadline, notes = monotonic() + seconds, BATCH
    while monotonic() < deadline:
        try:
            # One transaction for each batch: a single one would lock jobs in no common order.
            with announcing() as connection:
                taken = take_up_batch(
                    connection,
                    maximum_age=settings().matching_maximum_age,
                    limit=settings().matching_limit,
                    month=this_month(),
                    by_model=settings().match_scorer is not Scorer.RUBRIC,
                    notes=notes,
                )
        except TooManyPairsError:
            notes = max(1, notes // 5)
            continue
        if not taken.notes:
            return
        logger.info("Changes are taken up.", notes=taken.notes, jobs=taken.jobs)
        for mail in taken.mails:
            try_queue_notification(mail)
    try_queue_matching()


def try_take_up_changes(seconds: float) -> None:
    """Take up changed candidates; where that fails, the schedule does it later."""
    try:
        take_up_changes(seconds)
    except Exception as error:  # noqa: BLE001 - the notes come back
        log_failure(
            "The changed profiles were not taken up; the schedule will find them.",
            error,
            expected=True,
        )
