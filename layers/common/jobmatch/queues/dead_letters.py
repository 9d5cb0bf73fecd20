"""The queues that an operator looks after: how long they are, and what they have given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from jobmatch.aws import sqs
from jobmatch.config import settings
from jobmatch.errors import AwayError, JobmatchError
from jobmatch.queues.letters import (
    Found,
    Letter,
    delete_letter,
    depth,
    read_letters,
    show_again,
)
from jobmatch.queues.schemas import LetterResult, QueueDepth, QueueName

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        with reached():
            return [
                QueueDepth(name, *depth(self._client, url), sum(depth(self._client, dead)))
                for name, (url, dead) in self._urls.items()
            ]

    def letters(self) -> list[Found]:
        """The dead letters, which stay where they are."""
        found: list[Found] = []
        for name, (_, dead) in self._urls.items():
            with reached():
                letters = read_letters(self._client, dead)
                show_again(self._client, dead, letters)
            found += [(name, letter) for letter in letters]
        return found

    def settle(
        self, letter_ids: Sequence[UUID], settle: Callable[[Letter], str]
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
        for _, dead in self._urls.values():
            with reached():
                left = {letter.id: letter for letter in read_letters(self._client, dead)}
                try:
                    for letter in [*left.values()]:
                        if UUID(letter.id) in results:
                            result = _settled(letter, settle)
                            results[result.id] = result
                            if result.is_done:
                                delete_letter(self._client, dead, left.pop(letter.id))
                finally:
                    show_again(self._client, dead, [*left.values()])
        return [*results.values()]

    def drop(self, letter_ids: Sequence[UUID]) -> list[LetterResult]:
        """Delete these dead letters."""
        return self.settle(letter_ids, lambda _letter: "It is dropped.")


def _settled(letter: Letter, settle: Callable[[Letter], str]) -> LetterResult:
    letter_id = UUID(letter.id)
    try:
        return LetterResult(letter_id, is_done=True, message=settle(letter))
    except JobmatchError as error:
        return LetterResult(letter_id, is_done=False, message=str(error))


@contextmanager
def reached() -> Iterator[None]:
    """Turn errors of SQS into an `AwayError`."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as in jobmatch.aws

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise AwayError("SQS") from error
