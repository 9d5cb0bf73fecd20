"""What the check after a deployment finds, against an API that is up and one that is not open."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from local.cors import Cors
from local.server import Request, Response, Server, message

SCRIPT = Path(__file__).parents[2] / "scripts" / "smoke_test.sh"
PAGE = "https://page.example"
STATUSES = {"/health": 200, "/vocabulary": 401}


def checked(allowed: str, *origin: str, policy: str = "") -> subprocess.CompletedProcess[str]:
    """The check, run on an API that the pages of one origin may call.

    Args:
        allowed: that origin.
        origin: whose right to call is checked.
        policy: the content security policy of a console, which is checked too.
    """
    cors = Cors({"allowOrigins": [allowed], "allowMethods": ["POST"]})

    def respond(request: Request) -> Response:
        if request.path == "/console/":
            headers = [("Content-Security-Policy", policy)]
            return Response(200, b'<html><div id="app"></div>', headers)
        if request.path == "/console/config.json":
            return Response(200, b'{"apiUrl": "https://api.example", "signIn": "cognito"}')
        response = cors.preflight(request) or message(STATUSES.get(request.path, 404), "")
        cors.add(request, response)
        return response

    with Server(0, respond) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = subprocess.run(  # noqa: S603 - ours
            [SCRIPT, url, *origin, *([f"{url}/console/"] if policy else [])],
            capture_output=True,
            text=True,
            check=False,
        )
        server.shutdown()
    return done


@pytest.mark.parametrize("origin", [(), (PAGE,)])
def test_an_api_that_is_up_passes(origin: tuple[str, ...]) -> None:
    done = checked(PAGE, *origin)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_api_that_a_page_may_not_call_fails_and_says_so() -> None:
    done = checked("https://other.example", PAGE)
    assert done.returncode == 1
    assert f"pages of {PAGE} may not call" in done.stderr


def test_a_console_that_may_call_its_api_passes() -> None:
    done = checked(PAGE, PAGE, policy="connect-src 'self' https://api.example https://in.example;")
    assert (done.returncode, done.stderr) == (0, "")
    assert "may call https://api.example" in done.stdout


@pytest.mark.parametrize("origins", ["", "https://other.example "])
def test_a_console_whose_policy_forbids_its_api_fails_and_says_so(origins: str) -> None:
    done = checked(PAGE, PAGE, policy=f"connect-src 'self' {origins}https://in.example;")
    assert done.returncode == 1
    assert "may not call 'https://api.example'" in done.stderr
