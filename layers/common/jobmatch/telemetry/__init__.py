"""One logger for all functions; it writes JSON lines with the correlation id.

ERROR needs an operator, WARNING mends itself, INFO tells what happened.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from pydantic import ValidationError

from jobmatch.config import Settings, settings
from jobmatch.errors import FunctionFailedError, JobmatchError, describe

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from pydantic_core import ErrorDetails

    Handler = Callable[[dict[str, Any], LambdaContext], Any]


# Made at import, when a process has no settings yet. Times have the format of Lambda's own lines.
_given = Settings(os.environ)
logger = Logger(service=_given.service_name, utc=True, use_rfc3339=True)
if _given.release:
    logger.append_keys(release=_given.release)


def log_failure(message: str, error: Exception, *, expected: bool = False, **fields: Any) -> None:
    """Log an error with its stack, but without its message.

    Database errors quote rows, and validation errors quote input: both are personal data.

    Args:
        message: what failed.
        error: why.
        expected: whether the system mends it, mostly by another attempt: a warning, not an error.
        fields: ids and counts, never names or addresses.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    log = logger.warning if expected else logger.error
    # The location that the line gives is the caller's.
    log(message, error=describe(error), where=where, stacklevel=3, **fields)


def observed(handler: Handler) -> Handler:
    """Wrap the handler of a function without a route.

    The request id is the correlation id of the log lines, until a message brings another. Lambda
    logs and returns the message of what a handler raises, so foreign errors are replaced by one
    without personal data. Our own errors have none.
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
            # The field and what it requires, but not its value.
            wrong = map(_fault, error.errors(include_url=False, include_input=False))
            raise FunctionFailedError(f"Refused. {'; '.join(wrong)}") from None
        except Exception as error:  # noqa: BLE001 - raised again, in words of our own
            log_failure("The function failed.", error)
            raise FunctionFailedError(describe(error)) from None

    return observed_handler


def _fault(fault: ErrorDetails) -> str:
    # The name of an unknown field is input too.
    known = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return f"{'.'.join(map(str, known)) or 'payload'}: {fault['msg']}"


class Metric(StrEnum):
    """The names that CloudWatch shows."""

    JOBS_CREATED = "JobsCreated"
    JOBS_QUEUED = "JobsQueued"
    OLDEST_DUE_JOB_AGE = "OldestDueJobAge"
    MATCHING_RUNS = "MatchingRuns"
    MATCHING_RUNS_FAILED = "MatchingRunsFailed"
    CANDIDATES_SCORED = "CandidatesScored"
    MATCHES_SHORTLISTED = "MatchesKept"
    MAILS_SENT = "MailsSent"
    PREVIEWS = "Previews"
    PREVIEWS_WITHHELD = "PreviewsWithheld"
    PREVIEWS_REFUSED = "PreviewsRefused"
    MODEL_TOKENS = "ModelTokens"
    MODEL_FAILURES = "ModelFailures"


_UNITS = {Metric.OLDEST_DUE_JOB_AGE: MetricUnit.Seconds}


def emit(values: Mapping[Metric, float]) -> None:
    """Write a line in CloudWatch's embedded metric format.

    It is written at once, so that what is committed is counted even if a later step fails. The
    service is the only dimension; ids belong into the log.
    """
    line = EphemeralMetrics(namespace=settings().metrics_namespace, service=settings().service_name)
    for metric, value in values.items():
        line.add_metric(metric.value, _UNITS.get(metric, MetricUnit.Count), value)
    line.flush_metrics()
