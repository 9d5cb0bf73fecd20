"""The notification settings of an employer, and the message that a mail is due."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from jobmatch.wire import Input, Score


class NotificationMessage(Input):
    """A mail to an employer that may be due."""

    notification_id: Annotated[UUID, Field(strict=False)]


class NotificationPreferences(Input):
    """Body of PUT /employers/{employerUserId}/notification-settings, and its answer."""

    enabled: bool = True
    threshold: Score = Field(
        default=75, description="The score from which a match is worth a mail."
    )
