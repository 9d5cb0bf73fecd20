"""Set up `sam local` for what was built and what `make run` has; see docs/building.md."""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

from sqlalchemy import make_url

from local.errors import LocalError
from local.running import Running
from scripts.sam_local import engine, image
from scripts.sam_local.settings import write_settings
from scripts.sam_local.way_in import open_way_in

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".sam-local"
ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
PACKAGES = ROOT / ".venv-emulator" / "lib" / "python3.13" / "site-packages"


def up(state: Path) -> str:
    """Start what is not up, and write what sam needs; the value of DOCKER_HOST.

    Args:
        state: the folder of the runtime whose database the functions use.

    Raises:
        LocalError: something is missing that can't be had.
    """
    running = Running.find(state)
    database = make_url(running.database_url)
    if database.host not in {"127.0.0.1", "localhost"}:
        raise LocalError("make run uses a database elsewhere; unset DATABASE_URL for it")
    found = engine.start(FOLDER)
    name = image.provide(found, ARCHITECTURE, PACKAGES)
    FOLDER.mkdir(exist_ok=True)
    port = database.port or 5432
    way_in = open_way_in(found, name, FOLDER, port, running.aws_port)
    write_settings(FOLDER, ROOT / ".aws-sam" / ARCHITECTURE, ARCHITECTURE, running, way_in)
    return found.docker_host


def main() -> int:
    """Set it up, and say what to type."""
    parser = argparse.ArgumentParser(prog="make sam-local", description=__doc__)
    parser.add_argument("--state", type=Path, default=Path(".local"), help="of make run")
    try:
        docker_host = up(parser.parse_args().state)
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if docker_host:
        print(f"export DOCKER_HOST={docker_host}")
    print(".venv-sam/bin/sam local invoke GetMeFunction --event events/get_me.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
