"""No regular expression takes more than linear time, whatever the text."""

from __future__ import annotations

import json
import re

import pytest

from local.gateway import _pattern
from tests.support.paths import ROOT
from tests.support.patterns import (
    MOST_SECONDS,
    TooMuchWorkError,
    built_within_functions,
    cpu_limit,
    exhaust,
    hostile_texts,
    patterns,
)

PATTERNS = patterns()
ROUTES = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]


def is_bounded(pattern: re.Pattern[str]) -> bool:
    """Whether no hostile text costs more than the limit: linear work takes a tenth of it."""
    try:
        for text in hostile_texts(pattern):
            with cpu_limit(MOST_SECONDS):
                exhaust(pattern, text)
    except TooMuchWorkError:
        return False
    return True


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_no_more_than_linear_time(name: str) -> None:
    assert is_bounded(PATTERNS[name]), PATTERNS[name].pattern


def test_the_patterns_of_routes_take_no_more_than_linear_time() -> None:
    for path in ROUTES:
        assert is_bounded(_pattern(path)[0]), path


def test_patterns_that_functions_build_are_tried_as_well() -> None:
    cached = {"company_data.legal_forms", "company_data._places"}
    assert built_within_functions() == {
        "local.gateway._pattern",
        *(f"jobmatch.careers.{name}" for name in cached),
    }
    assert {"jobmatch.careers.company_data.legal_forms..joints"} <= {*PATTERNS}


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(?:a|a)*b",
        r"(?:\w+\s?)*!",
        r"\s+$",
        r"[^@]+@",
        r"<([^<>]*@[^<>]*)>",
        r"\w*\d\w*",
        r"\+\W{1,4}(?:and\W{1,4})?\+\W{1,4}(?:and\W{1,4})?\+" * 5 + r"\$",
    ],
)
def test_a_pattern_that_backtracks_is_found(pattern: str) -> None:
    """The last is what the names of an employer were looked for with, once."""
    assert not is_bounded(re.compile(pattern))


@pytest.mark.parametrize("pattern", [r"(?<!a)(?>a+)+$", r"(?<!\s)\s++$", r"(?<![^@])[^@]++@"])
def test_a_pattern_that_does_not_is_not(pattern: str) -> None:
    assert is_bounded(re.compile(pattern))
