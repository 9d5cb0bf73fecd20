"""What the mail service reports of a mail that it sent: it bounced, or somebody complained.

The forms are those of SES's events as EventBridge delivers them. What has another form is refused,
so that its message ends in the dead-letter queue.
"""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from jobmatch.notifications.preferences import turn_mails_off
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.wire import Input

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from jobmatch.notifications.schemas import MailProblem

NO_COMPLAINT = "not-spam"
"""The type of a report that takes an earlier one back."""


class _Part(Input):
    model_config = ConfigDict(extra="ignore", strict=False)  # SES adds members as it likes


class Recipient(_Part):
    """Whom a report names. The server of a forwarded mail names the last address."""

    email_address: Annotated[str, Field(min_length=1)]


Recipients = Annotated[list[Recipient], Field(min_length=1)]


class Bounce(_Part):
    """A mail that a server refused; only a permanent refusal says something about the address."""

    bounce_type: Literal["Permanent", "Transient", "Undetermined"]
    bounced_recipients: Recipients


class Complaint(_Part):
    """A mail that its reader reported, mostly as spam."""

    complaint_feedback_type: str | None = None
    complained_recipients: Recipients


class SentMail(_Part):
    """The mail that a report is about."""

    timestamp: AwareDatetime
    destination: Annotated[list[str], Field(min_length=1)]


class _Report(_Part):
    mail: SentMail

    def concerns(self, recipients: list[Recipient]) -> set[str]:
        """The addresses that are meant, as they were written and in small letters.

        Our mails go to one address each, and the report is about that one: of a mail that was
        forwarded it names another.
        """
        named = self.mail.destination
        if len(named) > 1:
            named = [each.email_address for each in recipients]
        plain = {parseaddr(each)[1] or each for each in named}
        return plain | {each.lower() for each in plain}


class BounceReport(_Report):
    """The event of a bounce."""

    event_type: Literal["Bounce"]
    bounce: Bounce

    @property
    def problem(self) -> MailProblem | None:
        """Why mails must end, if they must."""
        return "bounce" if self.bounce.bounce_type == "Permanent" else None

    @property
    def addresses(self) -> AbstractSet[str]:
        """Whose mails."""
        return self.concerns(self.bounce.bounced_recipients)


class ComplaintReport(_Report):
    """The event of a complaint."""

    event_type: Literal["Complaint"]
    complaint: Complaint

    @property
    def problem(self) -> MailProblem | None:
        """Why mails must end, if they must."""
        return None if self.complaint.complaint_feedback_type == NO_COMPLAINT else "complaint"

    @property
    def addresses(self) -> AbstractSet[str]:
        """Whose mails."""
        return self.concerns(self.complaint.complained_recipients)


class MailFeedback(_Part):
    """A message of the feedback queue."""

    detail: Annotated[BounceReport | ComplaintReport, Field(discriminator="event_type")]


def take_mail_feedback(feedback: MailFeedback) -> None:
    """Turn mails off where a report says that an address takes none, or wants none."""
    report = feedback.detail
    problem = report.problem
    if problem is None:
        logger.info("The report ends no mails.")
        return
    with connect() as connection:
        employers = turn_mails_off(connection, report.addresses, problem, report.mail.timestamp)
    logger.info("Mails are turned off.", because=problem, employers=len(employers))
