"""The check of commit subjects names what is wrong, and passes where it can't know."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from scripts.check_commits import CHECK, LONGEST, fault, main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs git as somebody without settings of their own."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)

    def run(folder: Path, *arguments: str) -> None:
        somebody = ["-c", "user.name=Ada", "-c", "user.email=ada@site.example"]
        command = ["git", *somebody, "-C", str(folder), *arguments]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., None]) -> Path:
    """One in which the check came with the second commit."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init")
    git(folder, "commit", "--allow-empty", "-m", "Anything that was said before the rule")
    (folder / CHECK).parent.mkdir()
    (folder / CHECK).touch()
    git(folder, "add", ".")
    git(folder, "commit", "-m", "scripts: check the subjects of commits")
    return folder


@pytest.mark.parametrize(
    "subject",
    [
        "layer: rename a package",
        "tests/unit: x",
        "cli, local: z",
        "pre-commit: y",
        "a: " + "é" * 69,
    ],
)
def test_a_subject_with_an_area_is_right(subject: str) -> None:
    assert fault(subject) is None


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Rename a package", "area"),
        ("Layer: rename", "area"),
        ("layer:rename", "area"),
        ("layer: ", "area"),
        ("", "area"),
        ("layer: " + "x" * 66, f"73 characters, at most {LONGEST}"),
    ],
)
def test_another_subject_is_wrong(subject: str, said: str) -> None:
    assert said in (fault(subject) or "")


def test_only_what_came_after_the_check_is_checked(
    repository: Path, git: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "commit", "--allow-empty", "-m", "docs: say less\n\nBecause it was long.")
    assert main([], repository) == 0
    git(repository, "commit", "--allow-empty", "-m", "Said otherwise")
    capsys.readouterr()
    assert main([], repository) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.endswith("not of the form `area: what`: Said otherwise")
    assert last.startswith("2 subjects")


def test_without_history_it_passes_and_says_so(
    repository: Path, git: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "commit", "--allow-empty", "-m", "Said otherwise")
    shallow = repository.with_name("shallow")
    git(repository, "clone", "--depth", "1", repository.as_uri(), str(shallow))
    exported = repository / "exported"  # within another's repository, and without one
    exported.mkdir()
    for folder in (shallow, exported, repository.parent):
        assert main([], folder) == 0
        assert "not checked" in capsys.readouterr().out


def test_without_git_it_passes_and_says_so(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main([], repository) == 0
    assert "not checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("message", "code"),
    [("docs: say less\n\nWhy.\n", 0), ("Say less\n", 1), ("", 1), ("Merge branch 'docs'\n", 0)],
)
def test_a_message_is_checked_before_it_is_committed(
    tmp_path: Path, message: str, code: int
) -> None:
    file = tmp_path / "COMMIT_EDITMSG"
    file.write_text(message, encoding="utf-8")
    assert main([str(file)]) == code
