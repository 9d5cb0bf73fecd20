"""A copy of the project as an operator has it: with its own samconfig.toml and a build."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.emulator import ARCHITECTURE
from tests.support.paths import ROOT
from tests.support.samples import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.aws.emulator import Emulator

LEFT_OUT = (
    ".git",
    ".venv*",
    "node_modules",
    "dist",
    ".aws-sam",
    ".local",
    ".sam-local",
    "__pycache__",
    ".*_cache",
)
FAILING_MIGRATION = f"""
from alembic import op

revision = "9999"
down_revision = "{HEAD}"
phase = "expand"


def upgrade():
    op.drop_table("nothing")
"""
CAUSE = 'ProgrammingError (42P01, table "nothing" does not exist), in 9999_fails.py. See /'
"""How the stack's events begin to tell of `failing_migration`."""
SECTION = """
[{name}.deploy.parameters]
stack_name = "jobmatch-{name}"
s3_prefix = "jobmatch-{name}"
capabilities = "CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"
confirm_changeset = false
fail_on_empty_changeset = false
resolve_s3 = true
parameter_overrides = [
]
"""


class Checkout:
    """The project in a folder of its own.

    Args:
        folder: does not exist yet.
        emulator: the account that it is deployed to.
    """

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        self._emulator = emulator
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for path in ROOT.glob(".venv*"):
            (folder / path.name).symlink_to(path)
        self.build = folder / ".aws-sam" / "build"
        shutil.copytree(ROOT / ".aws-sam" / ARCHITECTURE, self.build, symlinks=True)

    def configure(self, name: str, parameters: Mapping[str, str]) -> None:
        """Set parameters of a deployment, which is added if samconfig.toml does not have it."""
        path = self.folder / "samconfig.toml"
        text = path.read_text(encoding="utf-8")
        if f"[{name}.deploy.parameters]" not in text:
            text += SECTION.format(name=name)
        before, heading, section = text.partition(f"[{name}.deploy.parameters]")
        for key, value in parameters.items():
            section = re.sub(rf"(?m)^ *'{key}=.*\n", "", section)
            entry = f"""parameter_overrides = [\n  '{key}="{value}"',"""
            section = section.replace("parameter_overrides = [", entry, 1)
        path.write_text(before + heading + section, encoding="utf-8")

    def deploy(
        self, name: str, *, fails: bool = False, variables: Mapping[str, str] | None = None
    ) -> str:
        """Run the project's own deployment; what it printed."""
        done = self._emulator.run(
            *(".venv/bin/python", "scripts/deploy.py", name, self.build),
            *(ROOT / "console" / "dist", "--sam", ".venv-sam/bin/sam"),
            cwd=self.folder,
            fails=fails,
            variables=variables,
        )
        return done.stdout + done.stderr

    @contextmanager
    def failing_migration(self) -> Iterator[None]:
        """A build whose newest migration fails, during this block."""
        path = "MigrationsLayer/migrations/versions/9999_fails.py"
        self.change(path, FAILING_MIGRATION)
        yield
        (self.build / path).unlink()

    def change(self, path: str, text: str) -> None:
        """Write a file of the build; its byte-code, which is used unchecked, goes."""
        file = self.build / path
        file.write_text(text, encoding="utf-8")
        for code in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            code.unlink()
