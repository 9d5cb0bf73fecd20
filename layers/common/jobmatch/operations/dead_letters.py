"""The queues that an operator looks after: how long they are, and what they have given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from jobmatch.aws import sqs, try_queue_matching
from jobmatch.config import settings
from jobmatch.errors import AwayError, ConflictError, JobmatchError
from jobmatch.jobs.due import request_matching
from jobmatch.models import Job, Notification
from jobmatch.operations.letters import (
    MOST,
    Letter,
    delete_letter,
    depth,
    read_letters,
    send_again,
    show_again,
)
from jobmatch.operations.schemas import (
    DeadLetter,
    DeadLetters,
    LetterResult,
    QueueDepth,
    QueueName,
)
from jobmatch.permissions.locks import ids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from sqlalchemy import Connection

    from jobmatch.permissions import Viewer


Found = tuple[QueueName, Letter]


class Queues:
    """The queues, and their dead-letter queues, that the environment names.

    Every method raises `AwayError` if SQS is not reached or refuses.
    """

    def __init__(self) -> None:
        given = settings()
        self._client = sqs()
        self._urls = {
            QueueName.MATCHING: (given.matching_queue_url, given.matching_dead_letter_queue_url),
            QueueName.MAILS: (
                given.notification_queue_url,
                given.notification_dead_letter_queue_url,
            ),
        }

    def depths(self) -> list[QueueDepth]:
        """About how many messages each queue holds."""
        with _reached():
            return [
                QueueDepth(name, *depth(self._client, url), sum(depth(self._client, dead)))
                for name, (url, dead) in self._urls.items()
            ]

    def letters(self) -> list[Found]:
        """The dead letters, which stay where they are."""
        found: list[Found] = []
        for name, (_, dead) in self._urls.items():
            with _reached():
                letters = read_letters(self._client, dead)
                show_again(self._client, dead, letters)
            found += [(name, letter) for letter in letters]
        return found

    def send_again(self, name: QueueName, letter: Letter) -> None:
        """Send the message of a dead letter to the queue that it came from."""
        with _reached():
            send_again(self._client, self._urls[name][0], letter)

    def settle(
        self, letter_ids: Sequence[UUID], settle: Callable[[QueueName, Letter], str]
    ) -> list[LetterResult]:
        """Delete each of these dead letters after `settle` has dealt with it.

        Args:
            letter_ids: of any queue.
            settle: says what it has done, or raises a JobmatchError; then the letter stays.
        """
        results = {
            each: LetterResult(each, is_done=False, message="There is no such dead letter.")
            for each in letter_ids
        }
        for name, (_, dead) in self._urls.items():
            with _reached():
                left = {letter.id: letter for letter in read_letters(self._client, dead)}
                try:
                    for letter in [*left.values()]:
                        if UUID(letter.id) in results:
                            result = _settled(name, letter, settle)
                            results[result.id] = result
                            if result.is_done:
                                delete_letter(self._client, dead, left.pop(letter.id))
                finally:
                    show_again(self._client, dead, [*left.values()])
        return [*results.values()]


def describe_letters(connection: Connection, found: Sequence[Found]) -> DeadLetters:
    """Dead letters, oldest first, with what is known of their jobs and mails."""
    about = sorted(found, key=lambda each: each[1].sent_at)
    mails = {
        row.id: row
        for row in connection.execute(
            select(Notification.id, Notification.job_id, Notification.attempts).where(
                Notification.id.in_(ids(_ids(letter.notification_id for _, letter in about)))
            )
        )
    }
    job_ids = [
        *_ids(letter.job_id for _, letter in about),
        *(mail.job_id for mail in mails.values()),
    ]
    jobs = {
        row.id: row
        for row in connection.execute(
            select(Job.id, Job.title, Job.matching_failures, Job.last_error).where(
                Job.id.in_(ids(job_ids))
            )
        )
    }
    items = []
    for name, letter in about:
        mail_id, job_id = _id(letter.notification_id), _id(letter.job_id)
        mail = mails.get(mail_id) if mail_id else None
        job_id = job_id or (mail.job_id if mail else None)
        job = jobs.get(job_id) if job_id else None
        attempts, reason = None, None
        if mail_id:
            attempts = mail.attempts if mail else None
        elif job:
            attempts, reason = job.matching_failures, job.last_error
        title = job.title if job else None
        items.append(
            DeadLetter(letter.id, name, letter.sent_at, job_id, title, mail_id, attempts, reason)
        )
    return DeadLetters(items, is_complete=all(_count(found, name) < MOST for name in QueueName))


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

    def retry(name: QueueName, letter: Letter) -> str:
        if job_id := _id(letter.job_id):
            request_matching(connection, job_id, viewer=viewer, maximum_age=maximum_age)
            try_queue_matching(job_id)
            return "Its job is requested."
        if letter.notification_id:
            queues.send_again(name, letter)
            return "Its message is queued; the mail is sent if it is still due."
        raise ConflictError("It is not a message of ours; it can only be dropped.")

    return queues.settle(letter_ids, retry)


def drop_dead_letters(queues: Queues, letter_ids: Sequence[UUID]) -> list[LetterResult]:
    """Delete dead letters."""
    return queues.settle(letter_ids, lambda _name, _letter: "It is dropped.")


def _settled(
    name: QueueName, letter: Letter, settle: Callable[[QueueName, Letter], str]
) -> LetterResult:
    letter_id = UUID(letter.id)
    try:
        return LetterResult(letter_id, is_done=True, message=settle(name, letter))
    except JobmatchError as error:
        return LetterResult(letter_id, is_done=False, message=str(error))


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _ids(texts: Iterator[str | None]) -> list[UUID]:
    return [UUID(text) for text in texts if text]


def _count(found: Sequence[Found], name: QueueName) -> int:
    return sum(each == name for each, _ in found)


@contextmanager
def _reached() -> Iterator[None]:
    """Turn errors of SQS into ours."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as in jobmatch.aws

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise AwayError("SQS") from error
