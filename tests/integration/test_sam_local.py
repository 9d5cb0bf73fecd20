"""make sam-local: which engine and image it takes, what it says where it can't, and its relay."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from local.errors import LocalError
from scripts.sam_local import commands, engine, image
from scripts.sam_local.commands import is_up, require, start
from scripts.sam_local.engine import Engine
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Program = Callable[[str, str], None]

NAME = "public.ecr.aws/lambda/python:3.13-x86_64"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a shell script on PATH, which has nothing else but `env`; it notes how it is called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "env").symlink_to("/usr/bin/env")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(commands, "OF_ROOT", "")

    def write(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "$0 $*" >>{tmp_path}/calls\n{script}\n')
        path.chmod(0o755)

    return write


def calls(tmp_path: Path) -> list[str]:
    """How the programs were called, without their folder."""
    return (tmp_path / "calls").read_text().replace(f"{tmp_path}/bin/", "").splitlines()


def as_user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number)


def test_docker_is_used_where_it_runs(program: Program, tmp_path: Path) -> None:
    program("docker", "exit 0")
    program("podman", "exit 1")
    assert engine.start(tmp_path / "folder").command == ("docker",)
    assert not (tmp_path / "folder").exists()


@pytest.mark.parametrize(
    ("user", "programs", "said"),
    [
        (1000, ["apt-get"], "sudo apt-get install --no-install-recommends podman runc"),
        (1000, ["apt-get", "podman"], "sudo apt-get install --no-install-recommends runc"),
        (0, [], "needs podman runc: install them, or Docker"),
    ],
)
def test_without_an_engine_it_says_what_to_install(
    user: int,
    programs: list[str],
    said: str,
    program: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_user(monkeypatch, user)
    program("docker", "exit 1")  # its command line alone is no engine
    for name in programs:
        program(name, "exit 0")
    with pytest.raises(LocalError, match=said):
        engine.start(tmp_path / "folder")


def test_root_gets_what_is_missing(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user(monkeypatch, 0)
    program("apt-get", "exit 0")
    program("runc", "exit 0")
    require("podman", "runc", purpose="it")
    assert calls(tmp_path) == [
        "apt-get update",
        "apt-get install --yes --no-install-recommends podman",
    ]


@pytest.mark.parametrize(
    ("script", "called"),
    [
        ("exit 0", [f"docker image inspect {NAME}"]),
        (
            '[ "$1" = pull ]',
            [f"docker image inspect {NAME}", f"docker pull --quiet {NAME}"],
        ),
    ],
    ids=["there", "to be pulled"],
)
def test_the_image_of_aws_is_used_where_it_can_be_had(
    script: str, called: list[str], program: Program, tmp_path: Path
) -> None:
    program("docker", script)
    assert image.provide(Engine(("docker",)), "x86_64", tmp_path) == NAME
    assert calls(tmp_path) == called


def test_where_it_cant_be_had_only_root_makes_one(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user(monkeypatch, 1000)
    program("docker", "exit 1")
    with pytest.raises(LocalError, match="can't be pulled, and only root can make one"):
        image.provide(Engine(("docker",)), "x86_64", tmp_path)


def test_the_relay_passes_on_both_ways_until_each_side_has_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                question = b"".join(iter(lambda: connection.recv(9), b""))
                connection.sendall(question[::-1])

        threading.Thread(target=answer, daemon=True).start()
        relay = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "scripts.sam_local.relay"),
                *("127.0.0.1", str(server.getsockname()[1])),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert relay.stdout is not None
        try:
            (port,) = json.loads(relay.stdout.readline())
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(b"what is up" * 9_000)
                client.shutdown(socket.SHUT_WR)
                said = b"".join(iter(lambda: client.recv(65_536), b""))
            assert said == (b"what is up" * 9_000)[::-1]
        finally:
            relay.terminate()
            relay.wait()
            relay.stdout.close()


def test_a_program_stays_and_one_that_ends_is_told_of(tmp_path: Path) -> None:
    start("sleeper", ["sleep", "100"], tmp_path, lambda: True)
    pid = int((tmp_path / "sleeper.pid").read_text())
    assert is_up(pid)
    os.kill(pid, signal.SIGTERM)
    with pytest.raises(LocalError, match="sleeper does not start:\nno such luck"):
        start("sleeper", ["sh", "-c", "echo no such luck"], tmp_path, lambda: False)
