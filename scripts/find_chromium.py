"""Print the path of a Chromium for the tests in a browser; with --install, get one if need be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN = (
    ("apt-get", "update", "--quiet"),
    ("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "chromium"),
)
MISSING = (
    "The tests in a browser need Chromium, and none could be installed: install the package "
    "chromium, or Google Chrome."
)


def find() -> str | None:
    """The path of a Chromium that starts: one of this machine, else the one of Playwright."""
    found = [*filter(None, map(shutil.which, NAMES)), *MACOS]
    return next(filter(_starts, found), None) or next(filter(_starts, _of_playwright()), None)


def install() -> None:
    """Try to install one: Debian's package where that may be done, else Playwright's."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in DEBIAN:
            _run(*command, DEBIAN_FRONTEND="noninteractive")
    if not find():
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def _of_playwright() -> list[str]:
    """Where Playwright's own Chromium is, if it has been downloaded."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it starts a process

    with sync_playwright() as playwright:
        return [playwright.chromium.executable_path]


def _starts(path: str) -> bool:
    """Ubuntu's package, for one, may be no more than a hint to install another."""
    if not Path(path).is_file():
        return False
    done = subprocess.run([path, "--version"], capture_output=True, check=False)  # noqa: S603 - found above
    return done.returncode == 0


def _run(*command: str, **variables: str) -> None:
    subprocess.run(command, check=False, env=os.environ | variables, stdout=sys.stderr)  # noqa: S603 - named above


def main() -> int:
    """The command line: 1 where there is none."""
    found = find()
    if not found and "--install" in sys.argv[1:]:
        install()
        found = find()
    print(found or MISSING, file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
