"""Settings in tests: the defaults, and environments that change while the process goes on."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from jobmatch.config import Settings, settings
from jobmatch.postgres import _engine_for

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

DEFAULTS = Settings({})


def follow_the_environment() -> None:
    """From now on a variable that pytest's MonkeyPatch sets, deletes or restores is seen."""
    for name in ("setenv", "delenv", "undo"):
        setattr(pytest.MonkeyPatch, name, _read_anew_after(getattr(pytest.MonkeyPatch, name)))


def _read_anew_after(change: Callable[P, T]) -> Callable[P, T]:
    @wraps(change)
    def changing(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return change(*arguments, **named)
        finally:
            settings.cache_clear()
            _engine_for.cache_clear()

    return changing
