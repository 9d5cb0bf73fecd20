"""What purge_history answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from jobmatch.web.wire import CAMEL


@dataclass(slots=True)
class Purged:
    """How many rows were deleted, and whether that was all; if not, the next call goes on."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    matching_runs: int = 0
    notifications: int = 0
    idempotency_keys: int = 0
    profile_changes: int = 0
    decisions: int = 0
    is_complete: bool = True
