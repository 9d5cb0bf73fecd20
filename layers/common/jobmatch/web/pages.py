"""Pages of lists, and the opaque cursors that lead from one page to the next."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Generic, NamedTuple, Self, TypeVar, cast
from uuid import UUID

from pydantic import AwareDatetime, Field, Strict, TypeAdapter

from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.wire import Score, wire

FIRST_TIME, LAST_TIME = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""No row of ours is older or younger."""
# A cursor with another time is refused without a query.
Time = Annotated[AwareDatetime, Field(ge=FIRST_TIME, lt=LAST_TIME)]


class NewestFirst(NamedTuple):
    """Position in a list that is newest first."""

    created_at: Time
    id: UUID


class LatestFirst(NamedTuple):
    """Position in a list of runs, latest first."""

    started_at: Time
    id: UUID


class OldestFirst(NamedTuple):
    """Position in a list that is oldest first; the query reads the time from the row."""

    id: UUID


class BestFirst(NamedTuple):
    """Position in a list of matches, best first; equal scores are ordered by profile."""

    overall_score: Annotated[Score, Strict()]
    profile_id: UUID


class BestJobFirst(NamedTuple):
    """Position in a list of jobs, best first; equal scores are ordered by job."""

    overall_score: Annotated[Score, Strict()]
    job_id: UUID


class ByJob(NamedTuple):
    """Position in the decision log: one chain after another, each from its beginning."""

    job_id: UUID
    number: Annotated[int, Strict(), Field(ge=1, lt=2**31)]


class BySequence(NamedTuple):
    """Position among the events of a webhook, the last one first."""

    sequence: Annotated[int, Strict(), Field(ge=1, lt=2**63)]


T = TypeVar("T")
K = TypeVar("K", NewestFirst, LatestFirst, OldestFirst, BestFirst, BestJobFirst, ByJob, BySequence)


@cache
def _adapter(key: Any) -> TypeAdapter[tuple[str, Any]]:
    digest_and_position: Any = tuple[str, key]
    return TypeAdapter(digest_and_position)


class Listing(Generic[K]):
    """One list with one set of filters. A cursor belongs to one listing.

    Args:
        key: the order of the list, as the type of its positions.
        parts: the name of the list and the values of its filters. A cursor of a listing with other
            parts is refused.
    """

    def __init__(self, key: type[K], *parts: object) -> None:
        self._key: type[K] = key
        self._adapter = _adapter(cast("Any", key))
        self._digest = hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:16]

    def after(self, cursor: str | None) -> K | None:
        """The position that a cursor stands for, or None for the first page.

        Raises:
            InvalidInputError: the cursor is malformed or belongs to another list or filter.
        """
        if cursor is None:
            return None
        position: K
        try:
            text = base64.b64decode(cursor, altchars=b"-_", validate=True)
            digest, position = self._adapter.validate_json(text)
        except ValueError:  # pydantic's ValidationError is one too
            digest = None
        if digest != self._digest:
            fault = FieldError("/query/cursor", "is not a cursor of this list with these filters")
            raise InvalidInputError(fault)
        return position

    def cursor(self, item: object) -> str:
        """The cursor that continues after `item`, which has the attributes of the key."""
        position = self._key(*(getattr(item, name) for name in self._key._fields))
        text = self._adapter.dump_json((self._digest, position))
        return base64.urlsafe_b64encode(text).decode()


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page whose items PostgreSQL has written as JSON.

    Args:
        items: the text of a JSON array.
        last: the values of the key of the last item, or None if there is no next page.
    """

    items: str
    last: tuple[Any, ...] | None

    def text(self, listing: Listing[Any]) -> str:
        """The page as JSON."""
        cursor = "null" if self.last is None else f'"{listing.cursor(self.last)}"'
        return f'{{"items":{self.items},"nextCursor":{cursor}}}'


@wire
class Page(Generic[T]):
    """Some items of a list, and the cursor of the next page or null."""

    items: list[T]
    next_cursor: str | None

    @classmethod
    def of(cls, rows: list[T], limit: int, listing: Listing[Any]) -> Self:
        """A page from up to `limit` + 1 rows; the extra row shows that there is a next page."""
        has_next = len(rows) > limit
        return cls(rows[:limit], listing.cursor(rows[limit - 1]) if has_next else None)
