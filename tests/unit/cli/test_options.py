"""Every option of every command says what is wrong with a value, and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from cli.__main__ import main
from cli.options import Kind, parser
from tests.support.paths import ROOT

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

BAD = (
    "",
    " ",
    "-1",
    "0",
    "1.5",
    "nan",
    "1e999",
    "9" * 400,
    "x" * 400,
    "yesterday",
    "2026-02-30",
    "ftp://example.org",
    "http://",
    "http://example.org:99999",
    "no-such-folder/no-such-file",
    str(ROOT / "README.md"),
    "[bold]\u202e",
)
"""Values of which each option refuses some."""
GOOD = {
    "job": "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708",
    "profile": "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708",
    "employer": "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708",
    "alias": "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708",
    "file": str(ROOT / "README.md"),
    "list": "bars",
    "value": "NY",
    "term": "New York",
}


class Case(NamedTuple):
    command: str
    action: argparse.Action

    def call(self, value: str) -> list[str]:
        """The arguments of a call that is right but for this value."""
        required = (each for each in COMMANDS[self.command]._actions if each.required)
        arguments = [
            self.command,
            *(
                f"{each.option_strings[0]}={GOOD[each.dest]}"
                for each in required
                if each.option_strings and each is not self.action
            ),
        ]
        first = len(arguments)
        for each in positionals(self.command):
            if each is self.action and each.dest == "letter":
                arguments.append("drop")
            if each is self.action or each.nargs != "?":
                arguments.append(value if each is self.action else GOOD[each.dest])
        if self.action.option_strings:
            # With "=", because a value may look like another option.
            arguments.append(f"{self.action.option_strings[0]}={value}")
        elif value.startswith("-"):
            arguments.insert(first, "--")
        return arguments

    @property
    def name(self) -> str:
        return (self.action.option_strings or [self.action.dest])[0]

    @property
    def allowed(self) -> list[str]:
        if self.action.choices is not None:
            return [str(each) for each in self.action.choices]
        assert isinstance(self.action.type, Kind), f"{self.command} {self.name} takes anything"
        return [self.action.type.allowed]


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (each for each in parser()._actions if isinstance(each.choices, dict))
    return dict(found.choices or {})


COMMANDS = commands()


def positionals(command: str) -> list[argparse.Action]:
    return [each for each in COMMANDS[command]._actions if not each.option_strings]


def cases() -> Iterator[Case]:
    for name, command in COMMANDS.items():
        yield from (Case(name, each) for each in command._actions if each.nargs != 0)


@pytest.mark.parametrize("case", [*cases()], ids=lambda case: f"{case.command} {case.name}")
def test_a_bad_value_is_refused_in_one_line_that_names_the_option_and_what_is_allowed(
    case: Case, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JOBMATCH_URL", "JOBMATCH_STACK", "JOBMATCH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    refused = 0
    for value in BAD:
        try:
            COMMANDS[case.command].parse_args(case.call(value)[1:])
        except SystemExit:
            capsys.readouterr()
        else:
            continue
        refused += 1
        with pytest.raises(SystemExit) as ended:
            main(case.call(value))
        said = capsys.readouterr()
        assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert said.err.startswith("error: ")
        assert case.name in said.err
        assert all(each in said.err for each in case.allowed)
        assert f"(see jobmatch {case.command} --help)" in said.err
    assert refused, f"{case.command} {case.name} takes anything"


@pytest.mark.parametrize("limit", ["0", "-3", "1.5", "all"])
def test_a_ranking_of_no_candidates_is_refused(
    limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ranking", GOOD["job"], f"--limit={limit}"])
    assert ended.value.code == 2
    wanted = f"error: --limit: '{limit}' is not a whole number from 1 to 10000"
    assert wanted in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["rank"], "choose from"),
        (["ranking"], "required: job"),
        (["ranking", GOOD["job"], "--limits", "3"], "--limits"),
        (["due", "--stat", "x"], "--stat"),
        (["audit", "--from", "2026-05-02", "--to", "2026-05-01"], "--from 2026-05-02 is after"),
    ],
)
def test_what_is_missing_unknown_or_contradictory_is_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    err = capsys.readouterr().err
    assert (ended.value.code, err.count("\n")) == (2, 1)
    assert said in err


@pytest.mark.parametrize(
    ("name", "option"), [("JOBMATCH_URL", "--url"), ("JOBMATCH_STACK", "--stack")]
)
def test_a_bad_variable_is_refused_like_its_option(
    name: str,
    option: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(name, "ftp://x y")
    with pytest.raises(SystemExit) as ended:
        main(["due"])
    assert ended.value.code == 2
    assert option in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["dead", "drop"], ["dead", "retry", GOOD["job"], "--all"]])
def test_which_dead_letters_are_meant_must_be_said(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "needs the id of one dead letter, or --all" in capsys.readouterr().err


def test_a_system_that_does_not_run_is_another_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["due"], ["why", GOOD["job"]], ["dead"], ["reindex"], ["purge"]):
        assert main([*command, "--state", str(tmp_path)]) == 3
        assert "not running" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["dead", "logs", "reindex", "purge"])
def test_what_an_address_does_not_tell_asks_for_the_stack(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOBMATCH_STACK", raising=False)
    assert main([command, "--url", "http://127.0.0.1:9"]) == 2
    assert "--stack" in capsys.readouterr().err


def test_the_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "0 done; 1 refused" in said
    assert all(f"  {name} " in said or f" {name} " in said for name in COMMANDS)
