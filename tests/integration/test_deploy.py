"""`make deploy` after the build: what it asks of SAM, and that it looks whether the API is up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from scripts.deploy import release_of, stamped
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUARDED = {"/health": 200, "/vocabulary": 401}


@pytest.fixture
def answers() -> dict[str, int]:
    """What the deployed API answers, by path; 404 to any other."""
    return dict(GUARDED)


@pytest.fixture
def url(answers: dict[str, int]) -> Iterator[str]:
    """The address of such an API."""

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answers.get(self.path, HTTPStatus.NOT_FOUND))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def deployed(
    folder: Path, url: str, environment: str, *options: str
) -> subprocess.CompletedProcess[str]:
    """Deploy a build for x86_64 with a SAM that writes down what it is told."""
    (folder / "template.yaml").write_text(
        "Globals: {}\nEnvironment:\n  Variables:\n    CONFIGURATION: none\n"
    )
    (folder / "manifest.json").write_text(json.dumps({"architecture": "x86_64"}))
    outputs = json.dumps([{"OutputKey": "ApiUrl", "OutputValue": url}])
    sam = folder / "sam"
    sam.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        "if os.environ.get('AWS_REGION') != os.environ.get('AWS_DEFAULT_REGION'):\n"
        "    sys.exit('Unable to resolve a region.')\n"
        f"open({str(folder / 'told')!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
        f"print({outputs!r})\n"
    )
    sam.chmod(0o755)
    return subprocess.run(  # noqa: S603 - our own script
        [
            *(sys.executable, "scripts/deploy.py", environment, str(folder), str(folder)),
            *("--sam", str(sam), *options),
        ],
        cwd=ROOT,
        env={**os.environ, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_deployment_is_the_environments_own_and_for_the_processor_it_was_built_for(
    tmp_path: Path, url: str
) -> None:
    done = deployed(tmp_path, url, "dev")
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert [each[0] for each in told] == ["list", "deploy", "list"]
    assert told[1][told[1].index("--config-env") + 1] == "dev"
    overrides = told[1][told[1].index("--parameter-overrides") + 1 :]
    assert {'Stage="dev"', 'Database="trial"', 'Architecture="x86_64"'} <= set(overrides)
    # The alarm that stops a deployment looks for the release that the functions write down.
    (release,) = (each for each in overrides if each.startswith("Release="))
    written = (tmp_path / "deploy.yaml").read_text()
    assert f"CONFIGURATION: {release[8:].replace(chr(34), chr(39))}" in written
    # Unquoted, SAM would read no further than the first space.
    assert 'MatchingSchedule="rate(6 hours)"' in overrides
    assert all(re.fullmatch(r'\w+="[^"]*"', each) for each in overrides)
    assert told[2][-1] == "jobmatch-dev"
    assert "is up." in done.stdout


@pytest.mark.parametrize(
    ("path", "status"),
    [("/vocabulary", 200), ("/no-such-route", 200)],
    ids=["open to anybody", "a route too many"],
)
def test_an_api_that_is_not_as_it_should_be_fails_the_deployment(
    tmp_path: Path, url: str, answers: dict[str, int], path: str, status: int
) -> None:
    answers[path] = status
    done = deployed(tmp_path, url, "dev")
    assert done.returncode != 0
    assert f"GET {path}: {status} instead of" in done.stderr


@pytest.mark.parametrize("options", [(), ("--yes",)])
def test_a_deployment_asks_unless_somebody_has_approved_it(
    tmp_path: Path, url: str, options: tuple[str, ...]
) -> None:
    assert deployed(tmp_path, url, "dev", *options).returncode == 0
    _, told, _ = map(json.loads, (tmp_path / "told").read_text().splitlines())
    assert ("--no-confirm-changeset" in told) == bool(options)


def test_an_environment_that_nobody_described_is_not_deployed(tmp_path: Path, url: str) -> None:
    done = deployed(tmp_path, url, "staging")
    assert done.returncode != 0
    assert "samconfig.toml has no [staging.deploy.parameters]." in done.stderr
    assert not (tmp_path / "told").exists()


def test_other_code_or_another_value_of_a_parameter_is_another_release() -> None:
    first = release_of(['Other="1"'], "code")
    assert first == release_of(['Other="1"'], "code")
    assert len({first, release_of(['Other="2"'], "code"), release_of(['Other="1"'], "new")}) == 3


def test_another_release_publishes_every_function_anew() -> None:
    template = "Variables:\n  CONFIGURATION: none\n  OTHER: !Ref Other\n"
    first = stamped(template, "0a")
    assert first != stamped(template, "0b")
    assert "OTHER: !Ref Other" in first
    with pytest.raises(SystemExit, match="CONFIGURATION"):
        stamped("Variables: {}\n", "0a")


def test_the_template_has_a_place_for_the_stamp() -> None:
    assert stamped((ROOT / "template.yaml").read_text(encoding="utf-8"), "0a")
