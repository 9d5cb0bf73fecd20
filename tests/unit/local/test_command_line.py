import socket
from pathlib import Path

import pytest

from local.__main__ import main
from local.locks import FolderLock


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says on a failure: one line, and nothing on standard output."""
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_a_port_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(["run", "--port", port, "--state", str(tmp_path)], capsys)
    assert f"port {port} is not free" in said
    assert "PORT=" in said


def test_a_state_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    try:
        said = refused(["run", "--port", "0", "--state", str(tmp_path)], capsys)
    finally:
        lock.release()
    assert f"{tmp_path} is already in use by process" in said


def test_a_token_needs_a_running_system(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "runtime.json").write_text("{}")  # left by one that was killed
    said = refused(["token", "--role", "admin", "--state", str(tmp_path)], capsys)
    assert "not running" in said
