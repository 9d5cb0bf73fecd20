"""What we take from others is named exactly, and somebody looks after it."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LAYERS = [ROOT / folder / "requirements.txt" for folder in ("layers/common", "migrations")]
REQUIREMENTS = [*sorted((ROOT / "requirements").glob("*.txt")), *LAYERS]
of_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
of_requirements = pytest.mark.parametrize(
    "path", REQUIREMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def pinned(path: Path) -> dict[str, str]:
    """Versions by name."""
    return dict(
        re.findall(r"(?m)^([\w.-]+(?:\[[\w, -]+\])?)==([^\s;]+)", path.read_text(encoding="utf-8"))
    )


@of_workflow
def test_actions_are_named_by_commit_and_by_version(path: Path) -> None:
    lines = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert lines
    for line in lines:
        if line.startswith("./.github/workflows/"):
            continue  # of the same commit
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


DELIVER = {"contents": "read", "id-token": "write"}
"""A token that AWS takes for its role; it changes nothing on GitHub."""


@of_workflow
def test_workflows_may_only_read_and_those_that_deliver_say_to_aws_who_they_are(path: Path) -> None:
    workflow: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        if (path.name, name) == ("release.yml", "publish"):
            assert job["permissions"] == {"actions": "read", "contents": "write"}
            assert all(step["run"].startswith("gh ") for step in job["steps"]), "no code of others"
        elif path.name in ("deploy.yml", "deliver.yml"):
            assert job["permissions"] == DELIVER
        else:
            assert "permissions" not in job
        for step in job.get("steps", ()):
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
            assert "${{ github." not in step.get("run", ""), "what others write is no script"


def test_vulnerabilities_and_secrets_are_looked_for() -> None:
    audit = (ROOT / ".github" / "workflows" / "audit.yml").read_text(encoding="utf-8")
    assert "run: make audit" in audit
    assert re.search(r"gitleaks/v8@v8\.\d+\.\d+ git ", audit)
    assert "schedule:" in audit


@of_requirements
def test_packages_are_pinned_with_hashes_and_no_index(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    logical = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    assert logical
    for line in logical:
        assert re.match(
            r"[\w.-]+(\[[\w, -]+\])?==[^\s;]+( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+$", line
        )
    assert "://" not in text


def test_what_is_required_with_an_extra_is_pinned_with_it() -> None:
    """The pip that Python 3.11 brings takes it as not pinned otherwise."""
    tested = pinned(ROOT / "requirements" / "dev.txt")
    plain = {re.sub(r"\[.*", "", name) for name in tested}
    wanted = {
        f"{canonicalize_name(needed.name)}[{','.join(sorted(needed.extras))}]"
        for name in plain
        for needed in map(Requirement, _requires(name))
        if needed.extras and (needed.marker is None or needed.marker.evaluate({"extra": ""}))
    }
    assert wanted, "pytest-cov requires coverage[toml]"
    assert wanted <= tested.keys()


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # of another platform
        return []


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.parent.name)
def test_layers_run_what_the_tests_run(path: Path) -> None:
    tested = pinned(ROOT / "requirements" / "dev.txt")
    assert pinned(path).items() <= tested.items()


def test_every_pinned_file_is_watched() -> None:
    settings = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    folders = {
        folder.strip("/")
        for update in settings["updates"]
        if update["package-ecosystem"] == "pip"
        for folder in update["directories"]
    }
    parents = {str(path.parent.relative_to(ROOT)).removeprefix(".") for path in REQUIREMENTS}
    assert parents == folders
    npm = [each for each in settings["updates"] if each["package-ecosystem"] == "npm"]
    locks = {path.parent.name for path in ROOT.glob("*/package-lock.json")}
    assert {folder.strip("/") for each in npm for folder in each["directories"]} == locks
    assert "github-actions" in {update["package-ecosystem"] for update in settings["updates"]}
