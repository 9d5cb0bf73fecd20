"""What is known of the jobs and mails that dead letters are about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from jobmatch.models import Job, Notification
from jobmatch.permissions.locks import ids
from jobmatch.queues.letters import MOST
from jobmatch.queues.schemas import DeadLetter, DeadLetters, QueueName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from jobmatch.queues.letters import Found


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


def _ids(texts: Iterable[str | None]) -> list[UUID]:
    return [UUID(text) for text in texts if text]


def _count(found: Sequence[Found], name: QueueName) -> int:
    return sum(each == name for each, _ in found)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
