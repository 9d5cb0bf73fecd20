"""AWS services that are away, throttle or fail, for clients in this process."""

from __future__ import annotations

import contextlib
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from jobmatch import aws
from local.postgres import free_port
from tests.support.addresses import Relay, answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def _nobody() -> Iterator[str]:
    yield f"http://127.0.0.1:{free_port()}"


@contextmanager
def _unreachable() -> Iterator[str]:
    """A port that completes no connection, because its backlog is full."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                caller.connect(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def _relayed(*, rude: int) -> Iterator[str]:
    with Relay(None, rude=rude) as relay:
        yield f"http://127.0.0.1:{relay.port}"


@contextmanager
def _saying(status: int, body: Any) -> Iterator[str]:
    with answering((status, body)) as (url, _):
        yield url


Fault: TypeAlias = "Callable[[], contextlib.AbstractContextManager[str]]"
"""Yields the address of a service that misbehaves."""

NOT_REACHED: dict[str, Fault] = {"refuses connections": _nobody, "can't be reached": _unreachable}
REFUSES: dict[str, Fault] = {
    "throttles (400)": lambda: _saying(400, {"__type": "ThrottlingException"}),
    "throttles (429)": lambda: _saying(429, {"__type": "TooManyRequestsException"}),
    "denies access (403)": lambda: _saying(403, {"__type": "AccessDeniedException"}),
}
OPEN: dict[str, Fault] = {
    "answers 500": lambda: _saying(500, {"__type": "InternalFailure"}),
    "answers 503": lambda: _saying(503, {"__type": "ServiceUnavailable"}),
    "hangs up": lambda: _relayed(rude=100),
}
"""Faults after which it is unknown whether the request had an effect."""
SILENT: dict[str, Fault] = {"never answers": lambda: _relayed(rude=0)}
"""The same, but after the client's time-out."""


@contextmanager
def away(service: str, fault: Fault) -> Iterator[None]:
    """Let clients of a service ("SQS", "SESV2") that are created in this block meet a fault."""
    with fault() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"AWS_ENDPOINT_URL_{service}", url)
        aws._client.cache_clear()
        try:
            yield
        finally:
            aws._client.cache_clear()
