"""Notification settings on the wire."""

from __future__ import annotations

from pydantic import Field

from jobmatch.web.wire import Input, Score


class NotificationPreferences(Input):
    """Body of PUT /employers/{employerUserId}/notification-settings, and its answer."""

    enabled: bool = True
    threshold: Score = Field(
        default=75, description="The score from which a match is worth a mail."
    )
