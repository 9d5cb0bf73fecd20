"""Shortlists after any sequence of changes, held against the contract in plain Python."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from jobmatch.shortlists import reserves
from tests.support.changing import Changing

if TYPE_CHECKING:
    from sqlalchemy import Connection

SEQUENCES = int(os.environ.get("CHANGE_SEQUENCES", "300"))
FIRST = int(os.environ.get("CHANGE_SEED", "0"))
"""The number of the first sequence; one that fails is told."""


@pytest.mark.parametrize("part", range(2))
def test_after_any_changes_the_matches_are_those_of_a_full_run(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    for number in range(FIRST + part, FIRST + SEQUENCES, 2):
        random = Random(number)
        monkeypatch.setattr(reserves, "RESERVE", random.choice([0, 1, 2, 3]))
        with connection.begin_nested() as savepoint:
            world = Changing(connection, random, limit=random.choice([1, 2, 3]))
            world.begin(profiles=random.randint(3, 9), jobs=random.choice([1, 2]))
            for _ in range(random.randint(1, 2)):
                for _ in range(random.choice([1, 1, 2, 3])):
                    world.change()
                world.settle()
                try:
                    world.check()
                except AssertionError as error:
                    error.add_note(f"sequence {number}")
                    raise
            savepoint.rollback()
