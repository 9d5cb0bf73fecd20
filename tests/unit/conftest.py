"""Unit tests talk to nobody: a test that connects fails. Those of `cli` and `local` may."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

LOOPBACK_USERS = [Path(__file__).parent / name for name in ("cli", "local")]

# The first example of a test pays for what is loaded lazily.
EXAMPLES = int(os.environ.get("UNIT_EXAMPLES", "100"))
"""How many each property is tried with, where a test does not say; `make test-fast` has fewer."""
settings.register_profile("unit", deadline=None, max_examples=EXAMPLES)
settings.load_profile("unit")


def _refuse(_: socket.socket, address: object) -> NoReturn:
    pytest.fail(f"A unit test connects to {address}.")


@pytest.fixture(autouse=True)
def _no_connections(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not any(map(request.path.is_relative_to, LOOPBACK_USERS)):
        monkeypatch.setattr(socket.socket, "connect", _refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", _refuse)
