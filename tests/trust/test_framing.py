"""Requests over raw connections that two readers may take for one or for two."""

from __future__ import annotations

from random import Random

from tests.support.framing import (
    MALFORMED,
    SMUGGLED,
    WELL_FORMED,
    are_both_answered,
    is_refused,
    listening,
)
from tests.support.trust import Section, found, scaled


def parts_of(data: bytes, random: Random) -> list[bytes]:
    """The bytes in up to five parts, cut anywhere."""
    cuts = sorted(random.sample(range(1, len(data)), random.randint(0, 4)))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def test_what_can_be_read_in_two_ways_is_refused() -> None:
    random, times = Random(17), scaled(1, 100)
    with listening() as send:
        for _ in range(times):
            for name, data in MALFORMED.items():
                # In parts an answer may come before the last part, which then ends the connection.
                assert is_refused(*send(*parts_of(data + SMUGGLED, random))), name
            for name, data in WELL_FORMED.items():
                assert are_both_answered(*send(*parts_of(data + SMUGGLED, random))), name
    found(
        Section.INPUT,
        f"{len(MALFORMED)} requests of ambiguous length or form, cut into parts at random, with"
        " another one behind them",
        times * len(MALFORMED),
        "400, the connection ended, and nothing behind it was read",
    )
