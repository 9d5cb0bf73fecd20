"""Pages of lists, and the opaque cursors between them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Generic, NamedTuple, Self, TypeVar, cast
from uuid import UUID

from pydantic import (
    AwareDatetime,
    Field,
    Strict,
    TypeAdapter,
)

from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.wire import (
    Score,
    wire,
)

# Any time of ours; what is outside is no cursor of ours, and PostgreSQL need not be asked.
Time = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(9000, 1, 1, tzinfo=UTC)),
]


class NewestFirst(NamedTuple):
    """Place in a list that is newest first."""

    created_at: Time
    id: UUID


class LatestFirst(NamedTuple):
    """Place in a list of runs, the latest first."""

    started_at: Time
    id: UUID


class OldestFirst(NamedTuple):
    """Place in a list that is oldest first; the row itself knows its time."""

    id: UUID


class BestFirst(NamedTuple):
    """Place in a list of matches, best first, equal scores by profile."""

    overall_score: Annotated[Score, Strict()]
    profile_id: UUID


class BestJobFirst(NamedTuple):
    """Place in a list of jobs, best first, equal scores by job."""

    overall_score: Annotated[Score, Strict()]
    job_id: UUID


class ByJob(NamedTuple):
    """Place in the decision log: chain after chain, each from its beginning."""

    job_id: UUID
    number: Annotated[int, Strict(), Field(ge=1, lt=2**31)]


T = TypeVar("T")
K = TypeVar("K", NewestFirst, LatestFirst, OldestFirst, BestFirst, BestJobFirst, ByJob)


@cache
def _adapter(key: Any) -> TypeAdapter[tuple[str, Any]]:
    digest_and_place: Any = tuple[str, key]
    return TypeAdapter(digest_and_place)


class Listing(Generic[K]):
    """One list with its filters, which is what a cursor belongs to.

    Args:
        key: the order of the list.
        parts: the list's name and the values of its filters; a cursor made for others is refused.
    """

    def __init__(self, key: type[K], *parts: object) -> None:
        self._key: type[K] = key
        self._adapter = _adapter(cast("Any", key))
        self._digest = hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:16]

    def after(self, cursor: str | None) -> K | None:
        """The place that a cursor stands for, or none for the first page.

        Raises:
            InvalidInputError: the cursor is malformed or belongs to another list or filter.
        """
        if cursor is None:
            return None
        place: K
        try:
            text = base64.b64decode(cursor, altchars=b"-_", validate=True)
            digest, place = self._adapter.validate_json(text)
        except ValueError:  # pydantic's ValidationError is one too
            digest = None
        if digest != self._digest:
            fault = FieldError("/query/cursor", "is not a cursor of this list with these filters")
            raise InvalidInputError(fault)
        return place

    def cursor(self, item: object) -> str:
        """The cursor that continues after `item`, which has the attributes of the key."""
        place = self._key(*(getattr(item, name) for name in self._key._fields))
        text = self._adapter.dump_json((self._digest, place))
        return base64.urlsafe_b64encode(text).decode()


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page whose `items` are the text of a JSON array already; `last` if there is a next page."""

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
        """A page from up to `limit` + 1 rows: the one too many tells that there is a next page."""
        more = len(rows) > limit
        return cls(rows[:limit], listing.cursor(rows[limit - 1]) if more else None)
