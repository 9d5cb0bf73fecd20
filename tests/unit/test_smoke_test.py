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


def checked(allowed: str, *origin: str) -> subprocess.CompletedProcess[str]:
    """The check, run on an API that the pages of one origin may call."""
    cors = Cors({"allowOrigins": [allowed], "allowMethods": ["POST"]})

    def respond(request: Request) -> Response:
        response = cors.preflight(request) or message(STATUSES.get(request.path, 404), "")
        cors.add(request, response)
        return response

    with Server(0, respond) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = subprocess.run(  # noqa: S603 - ours
            [SCRIPT, url, *origin], capture_output=True, text=True, check=False
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
