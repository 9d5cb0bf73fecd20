import socket
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from local.__main__ import main
from local.locks import FolderLock
from tests.support.system import run_command


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


@pytest.mark.parametrize("port", ["99999", "-1", "http", "8000.5", "٣"])
def test_a_port_that_is_none(
    port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", port)
    said = refused(["run", "--state", str(tmp_path)], capsys)
    assert said == f"error: PORT is {port!r}, and not a number up to 65535\n"


@pytest.mark.parametrize("name", ["SAMPLE", "FRESH"])
def test_a_switch_that_is_neither_on_nor_off(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "maybe")
    said = refused(["run", "--state", str(tmp_path)], capsys)
    assert said == f"error: {name} is 'maybe', and not 0 or 1\n"


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://x@y/z", "postgresql://x:Zqsecret@127.0.0.1:port/z"]
)
def test_an_address_that_is_none(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    said = refused(["run", "--port", "0", "--state", str(tmp_path)], capsys)
    assert said == (
        "error: DATABASE_URL is not of the form postgresql://user:password@host:port/name\n"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"database": "zqnone"}, 'database "zqnone" does not exist (SQLSTATE 3D000)'),
        ({"password": "Zqwrong"}, "password authentication failed for user"),
        ({"port": 1}, "Connection refused"),
    ],
)
def test_a_database_that_refuses_is_quoted_in_words(
    change: dict[str, Any], reason: str, server_url: str, tmp_path: Path
) -> None:
    url = make_url(server_url).set(**change)
    address = url.render_as_string(hide_password=False)
    done = run_command("local", "run", "--port=0", f"--state={tmp_path}", DATABASE_URL=address)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"error: the database {url.host}:{url.port}/{url.database} of DATABASE_URL can't be used: "
    )
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert not [each for each in ("{", "Errno", str(url.password)) if each in done.stderr]


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
