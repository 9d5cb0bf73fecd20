"""Months of work, from dates as people write them."""

from __future__ import annotations

import string
from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers.dates import (
    end_month,
    gap_months,
    is_present,
    month_number,
    months_covered,
    start_month,
    this_month,
)
from jobmatch.rules import work_history as experience

JANUARY_2019 = 2019 * 12
UNREADABLE = [
    *("", "  ", "spring", "present", "Present", "19", "20190", "+2019", "0000", "2019 or so"),
    "\u0662\u0660\u0661\u0669",
    *("2019-", "2019-3", "2019-00", "2019-13", "2019/03", "2019-03-", "03-2019", "2019-Mar"),
    *("2019-02-29", "2019-02-00", "2019-04-31", "2019-03-1", "2019-03-01T00:00", "2019-03-01Z"),
]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", JANUARY_2019, JANUARY_2019 + 11),
        ("2019-01", JANUARY_2019, JANUARY_2019),
        ("2019-03", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("2019-12-31", JANUARY_2019 + 11, JANUARY_2019 + 11),
        ("2020-02-29", JANUARY_2019 + 13, JANUARY_2019 + 13),
        (" 2019-03\n", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("9999", 9999 * 12, 9999 * 12 + 11),
    ],
)
def test_a_year_alone_starts_in_january_and_ends_in_december(
    text: str, start: int, end: int
) -> None:
    assert (start_month(text), end_month(text)) == (start, end)


@pytest.mark.parametrize("text", [None, *UNREADABLE])
def test_what_is_no_real_day_month_or_year_is_not_read(text: str | None) -> None:
    assert (start_month(text), end_month(text)) == (None, None)


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%Y-%m"]))
def test_every_real_day_and_month_is_read(day: date, form: str) -> None:
    text = f"{day.year:04d}" + day.strftime(form.removeprefix("%Y"))
    assert (
        start_month(text) == end_month(text) == month_number(day) == day.year * 12 + day.month - 1
    )


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_day_is_read_exactly_if_the_calendar_has_it(year: int, month: int, day: int) -> None:
    exists = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    assert (start_month(f"{year:04d}-{month:02d}-{day:02d}") is not None) == exists


@given(st.text(st.characters(exclude_characters=string.digits)))
def test_without_a_digit_there_is_no_date(text: str) -> None:
    assert start_month(text) is None
    assert months_covered(text, "2020") is None


@pytest.mark.parametrize("text", [None, "", " \t", "present", "Present", "PRESENT", " pReSeNt "])
def test_a_position_goes_on_without_end_or_with_present_in_any_case(text: str | None) -> None:
    assert is_present(text)
    assert months_covered("2019", text) == (JANUARY_2019, None)


@pytest.mark.parametrize("text", ["now", "current", "2019", "at present", "spring"])
def test_no_other_word_means_that_it_goes_on(text: str) -> None:
    assert not is_present(text)


@pytest.mark.parametrize("text", ["spring", "2019-13", "2020-02-30", "now"])
def test_a_position_whose_end_cannot_be_read_does_not_count(text: str) -> None:
    assert months_covered("2019", text) is None


@pytest.mark.parametrize("text", [None, *UNREADABLE])
def test_a_position_whose_start_cannot_be_read_does_not_count(text: str | None) -> None:
    assert months_covered(text, None) is None
    assert months_covered(text, "2020") is None


@given(st.dates(), st.dates())
def test_both_months_are_included(one: date, other: date) -> None:
    start, end = sorted((one, other))
    covered = months_covered(start.isoformat(), end.isoformat())
    assert covered is not None
    first, last = covered
    assert last is not None
    assert last - first == (end.year - start.year) * 12 + end.month - start.month
    assert first == month_number(start)


def test_a_future_position_is_read_too() -> None:
    assert months_covered("2999-01", "2999-02") == (2999 * 12, 2999 * 12 + 1)
    assert months_covered("2999", "present") == (2999 * 12, None)


def test_this_month_is_that_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Self:
            assert tz is UTC
            return cls(2026, 2, 1, 0, 30, tzinfo=UTC)

    monkeypatch.setattr(experience, "datetime", Clock)
    assert this_month() == 2026 * 12 + 1


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.none() | st.integers(0, 15)).map(
        lambda span: (span[0], None if span[1] is None else span[0] + span[1])
    ),
    min_size=1,
    max_size=5,
)


@given(covered=SPANS, written=st.integers(0, 60), later=st.integers(0, 30))
def test_what_lies_between_the_gaps_was_worked_whenever_it_is_read(
    covered: list[tuple[int, int | None]], written: int, later: int
) -> None:
    gaps = gap_months(covered, written)
    if gaps is None:
        assert max(first for first, _ in covered) > written
        return
    now = written + later
    ends = [now if last is None else min(last, now) for _, last in covered]
    worked = {
        month
        for (first, _), end in zip(covered, ends, strict=True)
        for month in range(first, end + 1)
    }
    assert max(ends) + 1 - min(first for first, _ in covered) - gaps == len(worked)
