"""Random choices that are the same on every run, and their data: the JSON files beside this."""

from __future__ import annotations

import json
import random
from bisect import bisect
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).resolve().parent

T = TypeVar("T")
Json = dict[str, Any]


class Dice:
    """Choices that depend on the seed alone: Python promises that `random()` never changes."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random  # noqa: S311 - invents people, not secrets

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of them, all equally likely."""
        return options[self.between(0, len(options) - 1)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, with a probability in proportion to its weight."""
        bounds = list(accumulate(weights.values()))
        at = bisect(bounds, self._random() * bounds[-1])
        return list(weights)[min(at, len(bounds) - 1)]

    def several(self, weights: Mapping[T, float], count: int) -> list[T]:
        """`count` different keys, or all if there are fewer."""
        rest = dict(weights)
        chosen = []
        for _ in range(min(count, len(rest))):
            chosen.append(self.weighted(rest))
            del rest[chosen[-1]]
        return chosen


@cache
def data(name: str) -> Any:
    """The content of one of the JSON files."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
