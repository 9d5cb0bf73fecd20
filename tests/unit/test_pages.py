"""Cursors: the place they stand for, and the list that they belong to."""

from __future__ import annotations

import base64
import string
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.errors import InvalidInputError
from jobmatch.models import JobStatus
from jobmatch.web.pages import BestFirst, LatestFirst, Listing, NewestFirst, OldestFirst, Page

TIMES = st.datetimes(datetime(2000, 1, 1), datetime(8999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
PLACES: st.SearchStrategy[NewestFirst | OldestFirst | BestFirst] = st.one_of(
    st.builds(NewestFirst, TIMES, st.uuids()),
    st.builds(LatestFirst, TIMES, st.uuids()),
    st.builds(OldestFirst, st.uuids()),
    st.builds(BestFirst, st.integers(0, 100), st.uuids()),
)
JOB = UUID(int=7)
BEST = BestFirst(80, UUID(int=9))
LISTING = Listing(BestFirst, "matches", JOB, 50)
CURSOR = LISTING.cursor(BEST)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@given(PLACES, st.lists(st.none() | st.integers() | st.text() | st.uuids()))
def test_a_cursor_comes_back_as_its_place(place: Any, filters: list[object]) -> None:
    listing = Listing(type(place), "list", *filters)
    row = SimpleNamespace(**place._asdict(), title="is no part of the place")
    cursor = listing.cursor(row)
    assert Listing(type(place), "list", *filters).after(cursor) == place
    assert set(cursor) <= {*string.ascii_letters, *string.digits, *"-_="}, "safe in a query"
    assert len(cursor) <= 500, "the most that the parameter takes"


def test_microseconds_and_the_time_zone_survive() -> None:
    place = NewestFirst(datetime(2026, 1, 5, 12, 0, 0, 123457, tzinfo=UTC), JOB)
    listing = Listing(NewestFirst, "admin", None)
    found = listing.after(listing.cursor(place))
    assert found == place
    assert found.created_at.tzinfo is not None


def test_without_a_cursor_a_list_starts_at_its_beginning() -> None:
    assert LISTING.after(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "!!!", "é", "AAAA", " ", f" {CURSOR}", f"{CURSOR}x", CURSOR.rstrip("=") + "A"),
        *(encoded(text) for text in ("", "{}", "[]", "null", "NaN", '"text"', '["a", [80]]')),
        encoded(f'["a", [80, "{JOB}"]]'),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        LISTING.after(cursor)
    assert [each.pointer for each in error.value.errors] == ["/query/cursor"]


@pytest.mark.parametrize("length", range(len(CURSOR)))
def test_a_truncated_cursor_is_refused(length: int) -> None:
    with pytest.raises(InvalidInputError):
        LISTING.after(CURSOR[:length])


@pytest.mark.parametrize(
    "other",
    [
        Listing(BestFirst, "unnotified", JOB, 50),
        Listing(BestFirst, "matches", UUID(int=8), 50),
        Listing(BestFirst, "matches", JOB, 51),
        Listing(BestFirst, "matches", JOB, None),
        Listing(BestFirst, "matches", f"{JOB}, 50"),
        Listing(NewestFirst, "matches", JOB, 50),
        Listing(OldestFirst, "matches", JOB, 50),
    ],
)
def test_a_cursor_of_another_list_or_filter_is_refused(other: Listing[Any]) -> None:
    row = SimpleNamespace(
        overall_score=80, profile_id=JOB, id=JOB, created_at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    with pytest.raises(InvalidInputError):
        LISTING.after(other.cursor(row))


def test_each_value_of_a_filter_has_cursors_of_its_own() -> None:
    row = NewestFirst(datetime(2026, 1, 5, tzinfo=UTC), JOB)
    filters = [None, *JobStatus]
    cursors = {Listing(NewestFirst, "admin", status).cursor(row) for status in filters}
    assert len(cursors) == len(filters)


@given(st.integers(0, len(CURSOR) - 1), st.sampled_from(string.ascii_letters + "-_=é\0"))
def test_a_cursor_that_was_tampered_with_is_refused_or_a_place(index: int, letter: str) -> None:
    tampered = CURSOR[:index] + letter + CURSOR[index + 1 :]
    try:
        place = LISTING.after(tampered)
    except InvalidInputError:
        return
    assert place is not None
    assert 0 <= place.overall_score <= 100
    assert isinstance(place.profile_id, UUID)


@pytest.mark.parametrize("score", ["-1", "101", "1e3", "80.5", "null", '"x"', "1" + "0" * 40])
def test_a_forged_place_out_of_bounds_is_refused(score: str) -> None:
    honest = base64.urlsafe_b64decode(CURSOR).decode()
    forged = encoded(honest.replace("80", score, 1))
    assert LISTING.after(encoded(honest)) == BEST
    with pytest.raises(InvalidInputError):
        LISTING.after(forged)


@pytest.mark.parametrize(
    ("count", "limit", "kept", "more"),
    [(0, 2, 0, False), (1, 2, 1, False), (2, 2, 2, False), (3, 2, 2, True), (2, 1, 1, True)],
)
def test_the_row_too_many_is_cut_off_and_makes_a_cursor(
    count: int, limit: int, kept: int, more: bool
) -> None:
    rows = [BestFirst(90 - number, UUID(int=number)) for number in range(count)]
    page = Page.of(rows, limit, LISTING)
    assert page.items == rows[:kept]
    assert LISTING.after(page.next_cursor) == (rows[kept - 1] if more else None)
