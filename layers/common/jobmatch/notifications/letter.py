"""The mail to an employer as text and as HTML, both of one content: the same facts and links."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from jobmatch.config import settings
from jobmatch.notifications.content import write
from jobmatch.notifications.page import page
from jobmatch.telemetry.correlation import MAIL_HEADER, correlation_id

if TYPE_CHECKING:
    from jobmatch.notifications.content import Described, Letter
    from jobmatch.notifications.queries import Mail


def compose(mail: Mail) -> EmailMessage:
    """The mail, as text and as HTML. Candidates are anonymous; every value is escaped."""
    letter = write(mail)
    message = EmailMessage()
    message["From"] = settings().mail_sender
    # Raises ValueError for anything but one address: a list would have other readers.
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = letter.subject
    if current := correlation_id():
        message[MAIL_HEADER] = current
    message.set_content(_text(letter))
    message.add_alternative(page(letter), subtype="html")
    return message


def _text(letter: Letter) -> str:
    others = [letter.others] if letter.others else []
    paragraphs = [
        letter.greeting,
        letter.news,
        *("\n    ".join(_lines(each)) for each in letter.described),
        *others,
        f"See all matches: {letter.matches}" if letter.matches else letter.matches_hint,
        *letter.reasons,
        f"Change this, or turn mails off: {letter.preferences}"
        if letter.preferences
        else letter.preferences_hint,
    ]
    return "\n\n".join(paragraphs) + "\n"


def _lines(described: Described) -> list[str]:
    return [
        f"{described.score} of 100: {described.label}",
        described.summary,
        *described.facts,
        *([f"See this candidate: {described.link}"] if described.link else []),
    ]
