"""One logger for all functions: JSON lines, with the request's correlation id."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from jobmatch.errors import JobmatchError, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = Logger(service="jobmatch")


def log_failure(message: str, error: Exception, **fields: Any) -> None:
    """Log an unexpected error with where it came from, but without its own words.

    Database errors quote rows, and validation errors quote input: personal data either way.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error(message, error=describe(error), where=where, **fields)


@contextmanager
def failures_without_data() -> Iterator[None]:
    """A block whose unexpected errors leave without their own words, which are in nobody's log.

    For functions that are called by hand: Lambda logs whatever they raise, and answers with it.
    """
    try:
        yield
    except JobmatchError:
        raise
    except Exception as error:  # noqa: BLE001 - it is raised again, in other words
        log_failure("The function failed.", error)
        raise RuntimeError(describe(error)) from None
