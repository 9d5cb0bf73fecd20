"""A model that answers anything at any place of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.hostile_answers import CASES, HOSTILE, run_with_hostile_answers
from tests.support.people import People
from tests.support.rows import empty_tables
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api


def test_no_answer_of_a_model_stops_a_run(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = CASES[:: scaled(12, 1)]
    for case in tried:
        run_with_hostile_answers(api, People.create(), monkeypatch, case)
        empty_tables()
    found(
        Section.INPUT,
        f"Answers of a language model with any of {len(HOSTILE)} hostile values in any place:"
        " numbers beyond bounds, 100,000 nested lists, broken Unicode, 3 MB of text",
        len(tried) * len(HOSTILE),
        f"{len(tried)} runs completed, and who got a sound answer has its scores",
    )
