"""Previews of many jobs, which try to single out one of the candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.people import People
from tests.support.previewing import look_for_somebody
from tests.support.rows import empty_tables
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api


def test_no_preview_tells_of_fewer_than_five(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = shown = 0
    for seed in range(100, 100 + scaled(1, 10)):
        previews, rows = look_for_somebody(
            api, People.create(), monkeypatch, seed, jobs=scaled(1, 10)
        )
        asked += previews
        shown += rows
        empty_tables()
    found(
        Section.DATA,
        "previews of generated jobs, each with any one more requirement, beside 150 candidates",
        asked,
        f"{shown} rows, each with what five or more have in common; no count that a value of fewer"
        " than five had changed",
    )
