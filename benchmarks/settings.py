"""Settings that hold for a while; a process reads its own but once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from jobmatch.config import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Let this process have these variables in its environment as long as the block lasts."""
    try:
        with patch.dict(os.environ, variables):
            settings.cache_clear()
            yield
    finally:
        settings.cache_clear()
