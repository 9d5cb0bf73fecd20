"""What the check of the sign-in page finds, where the pool knows the console and where not."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path

import pytest

from local.server import Request, Response, Server

SCRIPT = Path(__file__).parents[2] / "scripts" / "sign_in_test.sh"


def checked(answer: Response) -> subprocess.CompletedProcess[str]:
    """The check, where the sign-in page answers so."""
    asked: list[str] = []

    def respond(request: Request) -> Response:
        if request.path == "/console/config.json":
            config = {"domain": url, "clientId": "client"}
            text = json.dumps({"apiUrl": "https://a.example", "cognito": config})
            return Response(200, text.encode())
        asked.append(request.path)
        return answer

    with Server(0, respond) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        done = run(f"{url}/console/")
        server.shutdown()
    assert set(asked) == {"/oauth2/authorize"}
    return done


def run(page: str) -> subprocess.CompletedProcess[str]:
    """The check of a page, which does not wait."""
    return subprocess.run(  # noqa: S603 - ours
        [SCRIPT, page],
        env={**os.environ, "ATTEMPTS": "2", "PAUSE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "answer",
    [Response(200, b"<form>"), Response(302, b"", [("Location", "https://in.example/login?a=b")])],
    ids=["page", "redirection"],
)
def test_a_pool_that_knows_the_console_passes(answer: Response) -> None:
    done = checked(answer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "answer",
    [
        Response(400, b""),
        Response(302, b"", [("Location", "https://in.example/error?error=redirect_mismatch")]),
    ],
    ids=["refused", "error"],
)
def test_a_pool_that_does_not_know_it_fails_and_says_so(answer: Response) -> None:
    done = checked(answer)
    assert done.returncode == 1
    assert "client_id=client&redirect_uri=" in done.stderr


@pytest.mark.parametrize("page", ["", "None"])
def test_without_a_console_nothing_is_checked(page: str) -> None:
    assert run(page).returncode == 0
