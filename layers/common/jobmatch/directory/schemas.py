"""Candidates in a list, on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jobmatch.models import ProfileStatus
from jobmatch.web.pages import Page
from jobmatch.wire import wire


@wire
class ProfileListItem:
    """A candidate in the list of all; for admins."""

    id: UUID
    name: str
    email: str | None
    status: ProfileStatus
    location: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProfilePage(Page[ProfileListItem]):
    """A page of all candidates, newest first."""

    items: list[ProfileListItem]
