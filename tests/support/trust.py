"""The size of the experiments of tests/trust, and the record of their findings."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

FULL = os.environ.get("TRUST") == "full"
"""Whether `make trust` runs the experiments; in `make test` they are small."""


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
    """How often to repeat: `full` times under `make trust`, else `quick` times."""
    return full if FULL else quick


def found(section: Section, tried: str, times: int, happened: str) -> None:
    """Record a row for docs/trust.md, if `make trust` runs."""
    if path := os.environ.get("TRUST_FINDINGS"):
        finding = Finding(section, tried, times, happened)
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(finding)) + "\n")
