"""Whatever a model answers in whatever place, the run completes and others get their scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.hostile_answers import CASES, run_with_hostile_answers

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{status}-{'.'.join(map(str, path))}" for status, _, path in CASES]
)
def test_a_hostile_value_stops_nobody(
    case: tuple[int, Any, tuple[str | int, ...]],
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_with_hostile_answers(api, people, monkeypatch, case)
