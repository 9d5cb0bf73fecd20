"""Unit tests talk to nobody: a test that connects fails. The local runtime's own tests may."""

from __future__ import annotations

import socket
from io import StringIO
from logging import StreamHandler
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import settings

from jobmatch.observability import logger

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK_USERS = Path(__file__).parent / "local"

# The first example of a test pays for what is loaded lazily.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")


def _refuse(_: socket.socket, address: object) -> NoReturn:
    pytest.fail(f"A unit test connects to {address}.")


@pytest.fixture(autouse=True)
def _no_connections(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.path.is_relative_to(LOOPBACK_USERS):
        monkeypatch.setattr(socket.socket, "connect", _refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", _refuse)


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What is logged during the test, as the JSON lines that AWS would collect."""
    handler = logger.registered_handler
    assert isinstance(handler, StreamHandler)
    lines = StringIO()
    before = handler.setStream(lines)
    yield lines
    handler.setStream(before)
