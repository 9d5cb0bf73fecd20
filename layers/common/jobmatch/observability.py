"""One logger for all functions: JSON lines, with the request's correlation id."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from jobmatch.errors import describe

logger = Logger(service="jobmatch")


def log_failure(message: str, error: Exception, **fields: Any) -> None:
    """Log an unexpected error with where it came from, but without its own words.

    Database errors quote rows, and validation errors quote input: personal data either way.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error(message, error=describe(error), where=where, **fields)
