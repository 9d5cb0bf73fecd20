"""Errors of the runtime that one line explains, and those of the database in words."""

import re
import sys
import traceback
from collections.abc import Iterator


class LocalError(RuntimeError):
    """Shown as one line; the command then ends with exit code 1."""


class InUseError(LocalError):
    """Another process that is running uses the folder."""


class SampleError(LocalError):
    """The sample data could not be loaded."""


def in_words(error: BaseException) -> str | None:
    """What an error of the database says, without its codes; None for another error."""
    sqlalchemy = sys.modules.get("sqlalchemy.exc")
    if sqlalchemy is None or not isinstance(error, sqlalchemy.SQLAlchemyError):
        return None
    driver = getattr(error, "orig", None)
    said = _message(driver) or str(driver or error).splitlines()[0]
    return re.sub(r"^\[Errno -?\d+\] ", "", said)


def in_full(error: BaseException) -> str:
    """An error with its traceback; what PostgreSQL reports is one line, and quotes no row."""
    text = "".join(traceback.format_exception(error))
    for cause in _chain(error):
        if said := _message(cause):
            text = text.replace(str(cause), said)
    return text


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _message(error: BaseException | None) -> str | None:
    """The message of an error whose argument is PostgreSQL's report by field."""
    report = error.args[0] if error and error.args else None
    if not isinstance(report, dict):
        return None
    return f"{report.get('M', 'unknown error')} (SQLSTATE {report.get('C', 'unknown')})"
