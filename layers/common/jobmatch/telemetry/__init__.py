"""One logger for all functions: JSON lines, each with the correlation id of what is going on.

ERROR is what an operator must look at, WARNING what mends itself, INFO what happened.
"""

from __future__ import annotations

import os
import traceback
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from pydantic import ValidationError

from jobmatch.config import Settings
from jobmatch.errors import FunctionFailedError, JobmatchError, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from pydantic_core import ErrorDetails

    Handler = Callable[[dict[str, Any], LambdaContext], Any]

# Made at import, when a process has no settings yet. Times as Lambda writes them in its own lines.
logger = Logger(service=Settings(os.environ).service_name, utc=True, use_rfc3339=True)


def log_failure(message: str, error: Exception, *, expected: bool = False, **fields: Any) -> None:
    """Log an error with where it came from, but without its own words.

    Database errors quote rows, and validation errors quote input: personal data either way.

    Args:
        message: what failed.
        error: why.
        expected: what follows is settled, mostly another attempt, so that nobody need look.
        fields: ids and counts, never names or addresses.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    log = logger.warning if expected else logger.error
    # The line's own location is that of the caller.
    log(message, error=describe(error), where=where, stacklevel=3, **fields)


def observed(handler: Handler) -> Handler:
    """Wrap the handler of a function that answers no HTTP request.

    The lines of an invocation carry its request id as their correlation id, until a message
    brings one. Lambda would log and return the words of what a handler raises: it gets ours. Our
    own errors are that already.
    """

    @logger.inject_lambda_context
    @wraps(handler)
    def observed_handler(event: dict[str, Any], context: LambdaContext) -> Any:
        logger.set_correlation_id(context.aws_request_id)
        try:
            return handler(event, context)
        except JobmatchError:
            raise
        except ValidationError as error:
            # Which field and what is expected of it, but not what was given.
            wrong = map(_fault, error.errors(include_url=False, include_input=False))
            raise FunctionFailedError(f"Refused. {'; '.join(wrong)}") from None
        except Exception as error:  # noqa: BLE001 - raised again, in words of our own
            log_failure("The function failed.", error)
            raise FunctionFailedError(describe(error)) from None

    return observed_handler


def _fault(fault: ErrorDetails) -> str:
    # The name of a field that we don't know was given, too.
    known = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return f"{'.'.join(map(str, known)) or 'payload'}: {fault['msg']}"
