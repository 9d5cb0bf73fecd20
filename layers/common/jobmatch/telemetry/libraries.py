"""What libraries log, as lines of ours: JSON, and without their texts, which quote SQL and rows."""

from __future__ import annotations

import logging

from jobmatch.telemetry import log_failure, logger

_LIBRARIES = ("sqlalchemy", "alembic", "boto3", "botocore", "s3transfer", "urllib3", "asyncio")


class _Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write a line that says which library it was, and of an error its class."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, Exception):
            log_failure("A library reports a failure.", error, expected=True, library=record.name)
        else:
            logger.warning("A library reports a failure.", library=record.name)


_handler = _Handler(logging.WARNING)


def take_over() -> None:
    """Have what the libraries log written by our logger alone."""
    for name in _LIBRARIES:
        library = logging.getLogger(name)
        library.addHandler(_handler)  # once, however often it is called
        library.propagate = False
