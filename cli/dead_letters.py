"""Dead letters: messages that were given up, of jobs and of mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.client import RefusedError
from cli.errors import CommandError
from cli.place import QUEUES, aws_errors
from jobmatch.queues import letters

if TYPE_CHECKING:
    from cli.place import Place


@dataclass(frozen=True, slots=True)
class Letter(letters.Letter):
    """A dead letter, and what the messages of its queue are about."""

    about: str


def depth(place: Place, about: str) -> tuple[int, int]:
    """How many messages wait in a queue, and how many are being handled."""
    url, _ = place.queue_urls(about)
    client = place.sqs
    with aws_errors(QUEUES[about]):
        return letters.depth(client, url)


def find(place: Place, *abouts: str) -> list[Letter]:
    """The dead letters, oldest first: about "matching", "mails" or both."""
    found = [letter for about in abouts or QUEUES for letter in _read(place, about)]
    return sorted(found, key=lambda letter: letter.sent_at)


def _read(place: Place, about: str) -> list[Letter]:
    _, url = place.queue_urls(about)
    client = place.sqs
    with aws_errors(QUEUES[about].replace("Queue", "DeadLetterQueue")):
        found = letters.read_letters(client, url)
        letters.show_again(client, url, found)
    return [
        Letter(each.id, each.sent_at, each.body, each.attributes, each.receipt, about)
        for each in found
    ]


def retry(place: Place, letter: Letter) -> str:
    """Have the work done again, and delete the letter; says what was done.

    A job is requested, because a given-up one is not due. So is the job of a mail that was given
    up: its next run records a new mail. A message that only could not be handled is queued again.

    Raises:
        CommandError: it is not a message of ours, or its job is not open any more.
    """
    if letter.job_id:
        try:
            place.call("POST", f"/jobs/{letter.job_id}/matching-runs")
        except RefusedError as error:
            raise CommandError(f"{error} (drop it if that is right)") from None
        done = f"job {letter.job_id} is requested"
    elif letter.notification_id:
        url, _ = place.queue_urls(letter.about)
        client = place.sqs
        with aws_errors():
            letters.send_again(client, url, letter)
        done = f"mail {letter.notification_id} is queued; it is sent if it is still due"
    else:
        raise CommandError("it is not a message of ours; drop it")
    drop(place, letter)
    return done


def drop(place: Place, letter: Letter) -> str:
    """Delete a letter; says so."""
    _, url = place.queue_urls(letter.about)
    client = place.sqs
    with aws_errors():
        letters.delete_letter(client, url, letter)
    return "dropped"
