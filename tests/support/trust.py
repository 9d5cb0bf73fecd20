"""How much the experiments of tests/trust try, and where they write down what happened."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

FULL = os.environ.get("TRUST") == "full"
"""Whether `make trust` runs them; in `make test` they are small."""


class Section(StrEnum):
    """The tables of docs/trust.md, in its order."""

    FAULTS = "Faults survived"
    LOAD = "Load held"
    INPUT = "Bad input"
    ACCESS = "No one gets in"
    DATA = "Data protection"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of docs/trust.md."""

    section: Section
    tried: str
    times: int
    happened: str


def scaled(quick: int, full: int) -> int:
    """How often: `full` under `make trust`, else `quick`."""
    return full if FULL else quick


def found(section: Section, tried: str, times: int, happened: str) -> None:
    """Keep a row for docs/trust.md; without `make trust` nothing is kept."""
    if path := os.environ.get("TRUST_FINDINGS"):
        finding = Finding(section, tried, times, happened)
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(finding)) + "\n")
