"""Health on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Health:
    """That the service and its database answer; if they don't, the answer is a 503."""

    status: Literal["ok"]
