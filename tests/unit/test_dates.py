"""Months of work, from dates as people write them."""

from __future__ import annotations

import itertools
import json
import string
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers import open_ends as words
from jobmatch.careers.dates import (
    EARLIEST,
    Reason,
    end_month,
    gap_months,
    is_present,
    last_month_there,
    month_number,
    month_text,
    months_covered,
    start_month,
    unread,
)
from tests.support.open_ends import UNREADABLE, open_ends, still_there
from tests.support.work import calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

JANUARY_2019 = 2019 * 12
NO_DATES = [
    *("", "  ", "spring", "present", "Present", "19", "20190", "+2019", "0000", "2019 or so"),
    *("2019-", "2019-00", "2019-13", "2019/03", "2019-03-", "03-2019", "2019-Mar", "03/19"),
    *("2019-02-29", "2019-02-00", "2019-04-31", "2019-03-01Z", "13/2019", "00.2019", "Mar 19"),
    *("Foo 2019", "May", "2019-03-32T00:00", "2019-13-01T00:00", "\u0662\u0660\u0661\u0669"),
]
MONTHS = json.loads(Path(words.__file__).with_name("open_ends.json").read_text())["months"]
SPELLED: list[Callable[[str], str]] = [str, str.upper, str.capitalize, words._plain]
NAMES = [
    (name, number)
    for names in MONTHS.values()
    for number, several in enumerate(names, 1)
    for name in several.split()
]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", JANUARY_2019, JANUARY_2019 + 11),
        ("2019-3", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("2019-12-31", JANUARY_2019 + 11, JANUARY_2019 + 11),
        ("2023-9-28", 2023 * 12 + 8, 2023 * 12 + 8),
        (" 2019-03\n", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("2019\u201103\u200b", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("\uff12\uff10\uff11\uff19", JANUARY_2019, JANUARY_2019 + 11),
        # The month of a date-time is as written, whatever it is elsewhere.
        ("2019-03-01T00:30:00+02:00", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("2019-03-31T23:59:59.999Z", JANUARY_2019 + 2, JANUARY_2019 + 2),
        ("9999", 9999 * 12, 9999 * 12 + 11),
    ],
)
def test_a_year_alone_starts_in_january_and_ends_in_december(
    text: str, start: int, end: int
) -> None:
    assert (start_month(text), end_month(text)) == (start, end)


@pytest.mark.parametrize("text", [None, *NO_DATES])
def test_what_is_no_real_day_month_or_year_is_not_read(text: str | None) -> None:
    assert (start_month(text), end_month(text)) == (None, None)
    assert months_covered(text, None) is None


@given(
    st.dates(),
    st.sampled_from(
        [
            *("{y}-{m:02}-{d:02}", "{y}-{m:02}", "{y}-{m}", "{m:02}/{y}", "{m}.{y}"),
            *("{m:02}. {y}", "{y}-{m:02}-{d:02}T10:00Z", "{y}-{m:02}-{d:02} 10:00", "{y}-{m}-{d}"),
        ]
    ),
)
def test_every_real_month_is_read_in_every_form(day: date, form: str) -> None:
    text = form.format(y=f"{day.year:04}", m=day.month, d=day.day)
    assert start_month(text) == end_month(text) == month_number(day)


@given(st.sampled_from(NAMES), st.sampled_from([" ", ". ", ", ", ".", "., ", "  "]), st.data())
def test_names_of_months_are_read_in_three_languages(
    month: tuple[str, int], between: str, data: st.DataObject
) -> None:
    name, number = month
    spelled = data.draw(st.sampled_from(SPELLED))(name)
    assert start_month(f"{spelled}{between}2019") == JANUARY_2019 + number - 1


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_day_is_read_exactly_if_the_calendar_has_it(year: int, month: int, day: int) -> None:
    exists = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    assert (start_month(f"{year:04d}-{month:02d}-{day:02d}") is not None) == exists


@given(st.text(st.characters(exclude_categories=["N"], exclude_characters=string.digits)))
def test_without_a_digit_there_is_no_date(text: str) -> None:
    assert start_month(text) is None


@given(open_ends())
def test_every_way_to_say_that_a_position_goes_on_is_understood(end: str | None) -> None:
    assert is_present(end)
    assert months_covered("2019", end) == (JANUARY_2019, None)
    assert unread("2019", end) == []


@pytest.mark.parametrize("language", sorted(words._file()["languages"]))
def test_a_listed_word_is_understood_with_all_that_may_stand_around_it(language: str) -> None:
    """Also where two of them meet in what looks like an umlaut, as "to en cours" does."""
    listed = words._file()["languages"][language]
    around = [["", *listed.get("before", ())], listed["words"], ["", *listed.get("after", ())]]
    texts = [" ".join(parts).strip() for parts in itertools.product(*around)]
    assert [text for text in texts if not is_present(text)] == []
    assert is_present("2019-03 to en cours")


@given(st.sampled_from(sorted(words._data().words)))
def test_every_listed_word_is_understood(word: str) -> None:
    assert is_present(word)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_not_understood_is_no_end(text: str) -> None:
    assert not is_present(text)
    assert months_covered("2019", text) is None
    assert unread("2019", text) == [("endDate", Reason.END)]


@given(st.sampled_from(["2019", "2019-03", "03/2019", "March 2019", "since", "May", "year"]))
def test_a_date_alone_does_not_say_that_it_goes_on(text: str) -> None:
    assert not is_present(text)


@given(still_there(), st.sampled_from([None, "2015", "1930", "spring"]))
def test_whoever_may_still_be_there_counts_as_being_there(
    end: str | None, start: str | None
) -> None:
    assert last_month_there(start, end) is None


def test_an_end_before_the_start_counts_for_nobody_and_hides() -> None:
    assert months_covered("2019-03", "2019-02") is None
    assert last_month_there("2019-03", "2019-02") is None
    assert unread("2019-03", "2019-02") == [("endDate", Reason.REVERSED)]
    # A year alone as the end of the same year's start is none.
    assert months_covered("2019-03", "2019") == (JANUARY_2019 + 2, JANUARY_2019 + 11)


@pytest.mark.parametrize(("start", "counts"), [("1939-12", False), ("1940", True), ("1939", False)])
def test_what_starts_before_1940_is_kept_but_not_counted(start: str, counts: bool) -> None:
    assert (months_covered(start, "2019") is not None) == counts
    assert unread(start, "2019") == ([] if counts else [("startDate", Reason.EARLY)])
    assert last_month_there(start, "2019") == JANUARY_2019 + 11
    assert start_month("1940-01") == EARLIEST


@pytest.mark.parametrize(
    ("start", "reason"),
    [(None, Reason.NO_START), (" ", Reason.NO_START), ("present", Reason.START)],
)
def test_a_start_that_is_missing_or_in_words_is_told(start: str | None, reason: Reason) -> None:
    assert unread(start, None) == [("startDate", reason)]
    assert months_covered(start, "2020") is None


@given(st.dates(date(1940, 1, 1)), st.dates(date(1940, 1, 1)))
def test_both_months_are_included(one: date, other: date) -> None:
    start, end = sorted((one, other))
    covered = months_covered(start.isoformat(), end.isoformat())
    assert covered == (month_number(start), month_number(end))
    assert month_text(covered[0]) == f"{start:%Y-%m}"


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


@pytest.mark.parametrize("unit", ["present ", "2019-", "to ", "(", "- ", "ü", "現在"])
def test_a_long_text_takes_no_time(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    for function in (start_month, is_present):
        assert calls_of(function, text) < len(text) * 20
    assert start_month(text) is None
    assert not is_present(text)
