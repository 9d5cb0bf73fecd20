"""The words that tell the parts of an advertisement, from `words.json`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def words_data() -> dict[str, Any]:
    """All of the data."""
    path = Path(__file__).with_name("words.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def words_named(name: str) -> frozenset[str]:
    """The words of one list, in plain letters."""
    return frozenset(words_data()[name].split())
