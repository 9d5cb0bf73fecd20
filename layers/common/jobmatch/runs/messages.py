"""Messages between our functions: ids, never data."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from jobmatch.web.wire import Input


class MatchingMessage(Input):
    """A job that may be due for matching."""

    job_id: Annotated[UUID, Field(strict=False)]


class NotificationMessage(Input):
    """A mail to an employer that may be due."""

    notification_id: Annotated[UUID, Field(strict=False)]
