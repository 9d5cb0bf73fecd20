"""The commands of the README and of the tour work as printed, and answer as shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.support.paths import ROOT
from tests.support.system import PATIENCE

if TYPE_CHECKING:
    from tests.support.system import System

pytestmark = pytest.mark.xdist_group("system")

LEFT_OUT = "…"
PRELUDE = """
set -eu
# The environment is there; an older time stamp would have it made anew.
make() { command make -o .venv/ready "$@"; }
# A reader takes longer to go on than a run takes.
settle() {
  while curl -s "$API/_local/queues" | grep -Eq '"(waiting|inFlight)": [1-9]'; do sleep 0.1; done
}
"""
MARK = "---- the next block ----"


class Block(NamedTuple):
    """Commands of a document, and the answer to the last of them where one is shown."""

    commands: str
    answer: Any


def blocks(document: Path) -> list[Block]:
    """The blocks of a shell in a document, in their order."""
    fences = re.findall(
        r"^```(\w*)\n(.*?)^```$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    following = [*fences[1:], ("", "")]
    return [
        Block(text, json.loads(after) if kind == "json" else None)
        for (language, text), (kind, after) in zip(fences, following, strict=True)
        if language == "sh"
    ]


BLOCKS = [*blocks(ROOT / "README.md"), *blocks(ROOT / "docs" / "tour.md")]


@pytest.fixture(scope="module")
def outputs(system: System, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block prints, all in one shell."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in ROOT.iterdir():
        if path.name != ".local":
            (folder / path.name).symlink_to(path)
    (folder / ".local").symlink_to(system.state)
    script = "".join(f"{block.commands}\nsettle\necho\necho '{MARK}'\n" for block in BLOCKS)
    done = subprocess.run(  # noqa: S603 - what our own documents print
        ["/bin/sh", "-c", PRELUDE + script],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORT": str(system.port),
        },
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(MARK)[:-1]


def differences(shown: Any, actual: Any, at: str = "") -> list[str]:
    """Where an answer is not of the form that is shown; a problem must be the very same."""
    match shown:
        case {"type": str(), "status": int()}:
            return [] if shown == actual else [at or "/"]
        case dict():
            if not isinstance(actual, dict):
                return [at]
            named = shown.keys() - {LEFT_OUT}
            odd = named - actual.keys() if LEFT_OUT in shown else named ^ actual.keys()
            within = [
                differences(shown[name], actual[name], f"{at}/{name}") for name in named - odd
            ]
            return [
                *(f"{at}/{name}" for name in odd),
                *(each for found in within for each in found),
            ]
        case list():
            if not isinstance(actual, list) or len(actual) < len(shown):
                return [at]
            pairs = [pair for pair in zip(shown, actual, strict=False) if pair[0] != LEFT_OUT]
            too_many = [] if LEFT_OUT in shown or len(actual) == len(shown) else [at]
            return too_many + [each for pair in pairs for each in differences(*pair, at)]
    return [] if type(shown) is type(actual) else [at]


def test_both_documents_have_commands_and_answers() -> None:
    assert len(blocks(ROOT / "README.md")) == 4
    assert len([block for block in BLOCKS if block.answer]) >= 9


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_answers_as_shown(number: int, outputs: list[str]) -> None:
    commands, answer = BLOCKS[number]
    output = outputs[number]
    if answer is None:
        assert "urn:jobmatch:problem" not in output
        assert output.strip() or "export" in commands
    else:
        assert differences(answer, json.loads(output)) == []


def test_the_decision_log_is_verified_as_shown(outputs: list[str]) -> None:
    (output,) = (text for text in outputs if "entries in" in text)
    assert re.search(r"^\d+ entries in \d+ chains: none is broken\.$", output, re.MULTILINE)
    assert "Patent counsel, medical devices" in output


def test_a_form_that_is_not_as_shown_is_noticed() -> None:
    shown = {"a": 1, "b": [{"c": "x"}], LEFT_OUT: LEFT_OUT}
    assert differences(shown, {"a": 2, "b": [{"c": "y"}], "d": None}) == []
    assert sorted(differences(shown, {"a": "2", "b": [{"c": "y"}] * 2})) == ["/a", "/b"]
    assert differences({"a": 1}, {"a": 1, "d": 2}) == ["/d"]
    assert differences({"a": [1]}, {"a": [1, 2]}) == ["/a"]
    assert differences({"a": [1, LEFT_OUT]}, {"a": [1, 2]}) == []
    assert differences({"a": {"b": 1}}, {"a": None}) == ["/a"]
    problem = {"type": "urn:x", "status": 412}
    assert differences(problem, {**problem, "status": 422}) == ["/"]
