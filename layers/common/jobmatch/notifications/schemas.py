"""The notification settings of an employer, and the message that a mail is due."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from jobmatch.wire import Input, Score


class NotificationMessage(Input):
    """A mail that may be due: about new matches, or that a webhook is disabled."""

    notification_id: Annotated[UUID | None, Field(strict=False)] = None
    webhook_id: Annotated[UUID | None, Field(strict=False)] = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.notification_id is None) == (self.webhook_id is None):
            raise ValueError("must name one mail")
        return self


MailProblem = Literal["bounce", "complaint"]
"""Why mails to an address are off: it refused one for good, or its owner reported one as spam."""


class NotificationPreferences(Input):
    """Body of PUT /employers/{employerUserId}/notification-settings, and its answer.

    An answer can be sent back and changes nothing: beside `offBecause`, `enabled: false` says only
    that the address is off.
    """

    enabled: bool = True
    threshold: Score = Field(
        default=75, description="The score from which a match is worth a mail."
    )
    off_because: MailProblem | None = Field(
        default=None,
        description="Why no mail goes to the employer's address, if the mail service said so: it"
        " bounced for good, or its owner complained. PUT `enabled` turns mails on again.",
        json_schema_extra={"readOnly": True},
    )
    off_since: Annotated[datetime, Field(strict=False)] | None = Field(
        default=None, json_schema_extra={"readOnly": True}
    )
