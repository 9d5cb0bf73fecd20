"""Lambda's image: AWS's own where it can be pulled, else one like it, made of Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from local.errors import LocalError
from scripts.sam_local.commands import output_of, require, succeeds
from scripts.sam_local.engine import HERE, Engine

PULL_SECONDS = 300.0
RELEASE = "trixie"
"""The Debian that has Lambda's version of Python."""
MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
UNUSED = ("usr/share/doc", "usr/share/locale", "usr/share/man", "var/cache/apt", "var/lib/apt")
SETTINGS = (
    "WORKDIR /var/task",
    "ENV LAMBDA_TASK_ROOT=/var/task",
    "ENV LAMBDA_RUNTIME_DIR=/var/runtime",
    "ENV PATH=/usr/local/bin:/usr/bin:/bin",
)


def provide(engine: Engine, architecture: str, packages: Path) -> str:
    """Have the image in the engine, under the name by which sam looks for it; the name.

    Args:
        engine: where containers run.
        architecture: Lambda's name of this machine's.
        packages: a folder with the Python packages that Lambda's image brings.
    """
    name = f"public.ecr.aws/lambda/python:3.13-{architecture}"
    if succeeds(*engine.command, "image", "inspect", name):
        return name
    print(f"Pulling {name} ...", flush=True)
    if not succeeds(*engine.command, "pull", "--quiet", name, seconds=PULL_SECONDS):
        print("It can't be pulled. Making one like it of Debian's packages ...", flush=True)
        _make(engine, name, packages)
    return name


def _make(engine: Engine, name: str, packages: Path) -> None:
    if os.geteuid() != 0:
        raise LocalError(f"{name} can't be pulled, and only root can make one like it")
    require("debootstrap", purpose="a local image")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        options = ("--variant=minbase", "--include=python3,ca-certificates")
        output_of("debootstrap", *options, RELEASE, str(root), MIRROR)
        for unused in UNUSED:
            shutil.rmtree(root / unused)
        for empty in ("var/task", "opt"):
            (root / empty).mkdir(exist_ok=True)
        ignored = shutil.ignore_patterns("pip*", "uv*", "__pycache__")
        shutil.copytree(packages, root / "var" / "runtime", ignore=ignored)
        shutil.copy2(HERE / "bootstrap", root / "var" / "runtime" / "bootstrap")
        changes = [word for setting in SETTINGS for word in ("--change", setting)]
        with subprocess.Popen(  # noqa: S603 - our own command
            ["tar", "-C", str(root), "-c", "."],  # noqa: S607 - from PATH, as all here
            stdout=subprocess.PIPE,
        ) as packed:
            done = subprocess.run(  # noqa: S603 - as above
                [*engine.command, "import", *changes, "-", name],
                stdin=packed.stdout,
                check=False,
                capture_output=True,
                text=True,
            )
    if done.returncode:
        raise LocalError(f"the image can't be made:\n{done.stderr.strip()}")
