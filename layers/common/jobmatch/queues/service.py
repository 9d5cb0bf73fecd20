"""Having the work of dead letters done again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from jobmatch.aws import queue_notifications, try_queue_matching
from jobmatch.errors import ConflictError
from jobmatch.jobs.due import request_matching

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from sqlalchemy import Connection

    from jobmatch.permissions import Viewer
    from jobmatch.queues.dead_letters import Queues
    from jobmatch.queues.letters import Letter
    from jobmatch.queues.schemas import LetterResult


def retry_dead_letters(
    connection: Connection,
    queues: Queues,
    letter_ids: Sequence[UUID],
    *,
    viewer: Viewer,
    maximum_age: timedelta,
) -> list[LetterResult]:
    """Have the work of dead letters done again, and delete them.

    A job is requested, because a given-up one is not due. So is the job of a mail that was given
    up: its next run records a new mail. A message that only could not be handled is queued again.
    """

    def retry(letter: Letter) -> str:
        if letter.job_id:
            job_id = UUID(letter.job_id)
            request_matching(connection, job_id, viewer=viewer, maximum_age=maximum_age)
            try_queue_matching(job_id)
            return "Its job is requested."
        if letter.notification_id:
            queue_notifications(UUID(letter.notification_id))
            return "Its message is queued; the mail is sent if it is still due."
        raise ConflictError("It is not a message of ours; it can only be dropped.")

    return queues.settle(letter_ids, retry)
