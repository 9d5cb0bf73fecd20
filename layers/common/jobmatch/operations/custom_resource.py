"""Answering CloudFormation, which waits for an hour where a custom resource does not answer.

The protocol: CloudFormation invokes the function with a presigned address, and waits until a
JSON document about the outcome was PUT there.
"""

from __future__ import annotations

import json
import time
import urllib.request
from http.client import HTTPException
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Protocol

from jobmatch.telemetry import log_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


ATTEMPTS = 3
PUT_SECONDS = 3
"""How long one attempt to answer may take."""
RESERVE_SECONDS = 15
"""The answer is sent at the latest this long before the function times out."""


class Context(Protocol):
    """What we read of Lambda's context."""

    @property
    def log_group_name(self) -> str:
        """Where the log is."""

    @property
    def log_stream_name(self) -> str:
        """Where in the log."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function times out."""


def is_request(event: Mapping[str, Any]) -> bool:
    """Whether it is CloudFormation that asks, and not somebody by hand."""
    return "ResponseURL" in event


def answer(
    event: Mapping[str, Any], context: Context, work: Callable[[], Mapping[str, str]]
) -> None:
    """Do the work of a custom resource and tell CloudFormation how it went.

    It is told in every case: also when the work fails, and when it is still going on shortly
    before the function times out. A deletion succeeds without any work.

    Args:
        work: for a creation and for every update; gives the resource's attributes. It must be
            safe to repeat: CloudFormation asks again, and Lambda does when the answer failed.

    Raises:
        OSError, http.client.HTTPException: the answer could not be delivered.
    """
    reply = _Reply(event, context)
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    watch = Timer(max(seconds, 0), reply.send, ["FAILED"])
    watch.daemon = True
    watch.start()
    try:
        data = work() if event["RequestType"] != "Delete" else {}
    except Exception as error:  # noqa: BLE001 - whatever it is, CloudFormation waits
        log_failure("The custom resource failed.", error)
        reply.send("FAILED")
    else:
        reply.send("SUCCESS", data)
    finally:
        watch.cancel()


class _Reply:
    """The one answer to a request; a second one is not sent."""

    def __init__(self, event: Mapping[str, Any], context: Context) -> None:
        self._url = event["ResponseURL"]
        self._body = {
            # Always the same: another id would make CloudFormation delete "the old resource".
            "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
            **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        }
        self._reason = f"See {context.log_group_name}, stream {context.log_stream_name}."
        self._lock = Lock()
        self._sent = False

    def send(self, status: str, data: Mapping[str, str] | None = None) -> None:
        with self._lock:
            if self._sent:
                return
            _put(
                self._url,
                {**self._body, "Status": status, "Reason": self._reason, "Data": dict(data or {})},
            )
            self._sent = True


def _put(url: str, body: Mapping[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - the address comes from CloudFormation
        url,
        data=json.dumps(body).encode(),
        method="PUT",
        # The address is signed for an empty content type; urllib would send one of its own.
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
