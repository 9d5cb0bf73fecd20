"""The guard of the unit tests guards."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_unit_test_that_connects_fails(method: str) -> None:
    with closing(socket.socket()) as client, pytest.raises(pytest.fail.Exception, match="connects"):
        getattr(client, method)(("127.0.0.1", 9))
