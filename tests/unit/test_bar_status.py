"""Statuses of bar admissions: active, not active, and those that nobody can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers import bar_status
from jobmatch.careers.bar_status import Status, status_of
from tests.support.work import calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = json.loads(Path(bar_status.__file__).with_name("bar_statuses.json").read_text())
LISTED = [
    (phrase, Status(status))
    for status in ("active", "inactive")
    for phrases in DATA[status].values()
    for phrase in phrases
]
SPELLED: list[Callable[[str], str]] = [str, str.upper, str.title, "  {}.".format, "({})".format]
ACTIVE = [
    *("Active", "In Good Standing", "active and in good standing", "Active - In Good Standing"),
    *("Active/Good Standing", "currently registered", "eligible to practise law", "active member"),
    *("Member in good standing", "Active member of the State Bar", "licenced to practise"),
    *("authorised to practise", "Active (since 2015)", "Active since March 2015", "Active, #12345"),
    *("Status: Active", "Practising solicitor", "Called to the bar", "good-standing", "zugelassen"),
    *(
        "en exercice",
        "Inscrit au barreau",
        "zugelassene Rechtsanwältin",
        "Act\u200bive",
        "Admitted",
    ),
    *("Entitled to Practice Law", "current member", "Registered patent attorney", "登録済み"),
]
INACTIVE = [
    *("Inactive", "Not active", "no longer active", "not eligible to practise", "Ineligible"),
    *("nicht mehr zugelassen", "Non-practising", "not currently registered", "formerly admitted"),
    *("Inactive, in good standing", "Active (suspended)", "application pending", "Struck off"),
    *("In-active", "no ejerciente", "No longer a member", "Former member", "a. D.", "honoraire"),
    *("n'est plus inscrit", "suspended 2019", "Retired since 2020", "not yet admitted", "emeritus"),
    *(
        "ruhend",
        "Not in good standing",
        "Resigned",
        "pending",
        "lapsed",
        "Administratively Suspended",
    ),
]
UNKNOWN = [
    *("on leave", "Active until 2019", "n/a", "?", "provisional", "active retired", "1234"),
    *("previously suspended", "not suspended", "probation", "patent", "Not sure", "pro hac vice"),
    *("Active, on leave", "good lawyer", "inactively active", "a" * 300),
]


@pytest.mark.parametrize("text", [None, "", "  ", *ACTIVE])
def test_active_is_what_says_so_or_nothing_at_all(text: str | None) -> None:
    assert status_of(text) is Status.ACTIVE


@pytest.mark.parametrize("text", INACTIVE)
def test_what_says_that_it_ended_rests_or_is_to_come_is_not_active(text: str) -> None:
    assert status_of(text) is Status.INACTIVE


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_understood_wholly_is_unknown(text: str) -> None:
    assert status_of(text) is Status.UNKNOWN


@given(st.sampled_from(LISTED), st.sampled_from(SPELLED))
def test_every_listed_phrase_is_known_in_any_case(
    listed: tuple[str, Status], spelled: Callable[[str], str]
) -> None:
    phrase, status = listed
    assert status_of(spelled(phrase)) is status


@given(st.sampled_from([text for text, status in LISTED if status is Status.INACTIVE]))
def test_one_phrase_that_is_not_active_decides(phrase: str) -> None:
    assert status_of(f"active, {phrase}") is Status.INACTIVE


def test_no_phrase_is_in_both_lists() -> None:
    spelled: dict[str, Status] = {}
    for phrase, status in LISTED:
        assert spelled.setdefault(phrase.casefold(), status) is status, phrase


@pytest.mark.parametrize("unit", ["active, ", "a.", "(", "not ", "- ", "1 ", "ü", "in "])
def test_a_long_status_takes_no_time(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    assert status_of(text) is Status.UNKNOWN
    assert calls_of(bar_status._status, text) < len(text) * 20
