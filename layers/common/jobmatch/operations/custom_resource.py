"""Answering CloudFormation, which waits for an hour if a custom resource does not answer.

The protocol: CloudFormation invokes the function with a presigned URL and waits for a PUT of a JSON
document about the outcome.
"""

from __future__ import annotations

import json
import time
import traceback
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from threading import Lock, Timer
from typing import Any, Protocol

from jobmatch.errors import describe
from jobmatch.telemetry import log_failure

ATTEMPTS = 3
PUT_SECONDS = 3
"""The time-out of one attempt to answer."""
RESERVE_SECONDS = 15
"""The latest moment of the answer: this long before the function times out."""

_MOST_OF_A_CAUSE = 1000
"""Letters of it: CloudFormation takes an answer of 4,096 bytes."""
_TOO_SLOW = "It was not done before the function's time was over."


class Context(Protocol):
    """The part of Lambda's context that we read."""

    @property
    def log_group_name(self) -> str:
        """The log group of the function."""

    @property
    def log_stream_name(self) -> str:
        """The log stream of this environment."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function times out."""


def is_request(event: Mapping[str, Any]) -> bool:
    """Whether the event is from CloudFormation and not from an operator."""
    return "ResponseURL" in event


def answer(
    event: Mapping[str, Any], context: Context, work: Callable[[], Mapping[str, str]]
) -> None:
    """Do the work of a custom resource and answer CloudFormation.

    There is always an answer: also if the work fails, and if it is not done shortly before the
    function times out. It names the cause, since a rollback may delete the log. A deletion succeeds
    without any work.

    Args:
        work: called for a creation and every update; returns the resource's attributes. It must be
            safe to repeat: CloudFormation retries, and Lambda does if the answer fails.

    Raises:
        OSError, http.client.HTTPException: the answer could not be delivered.
    """
    reply = _Reply(event, context)
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    watch = Timer(max(seconds, 0), reply.fail, [_TOO_SLOW])
    watch.daemon = True
    watch.start()
    try:
        data = work() if event["RequestType"] != "Delete" else {}
    except Exception as error:  # noqa: BLE001 - after any failure, CloudFormation waits
        log_failure("The custom resource failed.", error)
        reply.fail(_cause(error))
    else:
        reply.succeed(data)
    finally:
        watch.cancel()


def _cause(error: Exception) -> str:
    """An error without personal data, and the migration that it came through."""
    paths = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    migrations = [path.name for path in paths if path.parent.name == "versions"]
    cause = describe(error)[:_MOST_OF_A_CAUSE].removesuffix(".")
    return f"{cause}, in {migrations[-1]}." if migrations else f"{cause}."


class _Reply:
    """The one answer to a request; a second one is not sent."""

    def __init__(self, event: Mapping[str, Any], context: Context) -> None:
        self._url = event["ResponseURL"]
        self._body = {
            # Always the same: for a new id, CloudFormation would delete "the old resource".
            "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
            **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        }
        self._log = f"See {context.log_group_name}, stream {context.log_stream_name}."
        self._lock = Lock()
        self._sent = False

    def fail(self, cause: str) -> None:
        self._send({"Status": "FAILED", "Reason": f"{cause} {self._log}"})

    def succeed(self, data: Mapping[str, str]) -> None:
        self._send({"Status": "SUCCESS", "Reason": self._log, "Data": dict(data)})

    def _send(self, outcome: Mapping[str, Any]) -> None:
        with self._lock:
            if self._sent:
                return
            _put(self._url, {**self._body, **outcome})
            self._sent = True


def _put(url: str, body: Mapping[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - the URL comes from CloudFormation
        url,
        data=json.dumps(body).encode(),
        method="PUT",
        # The URL is signed for an empty content type; urllib would set another one.
        headers={"Content-Type": ""},
    )
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=PUT_SECONDS):  # noqa: S310 - as above
                return
        except (OSError, HTTPException) as error:
            log_failure("CloudFormation did not take the answer.", error, attempt=attempt)
            if attempt == ATTEMPTS:
                raise
            time.sleep(attempt / 2)
