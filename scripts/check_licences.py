"""Check that every installed package has a licence that we accept.

Run with the environment of development, which has the packages of the layers in the same versions.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import PackageMetadata

ROOT = Path(__file__).resolve().parent.parent
LAYERS = [ROOT / "layers" / "common", ROOT / "migrations"]
PERMISSIVE = {
    # Allow copying, changing and selling with the notice, which the layers contain.
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "PSF-2.0",
}
DEVELOPMENT = {
    "CNRI-Python": "Python's own old licence, permissive; part of regex, which moto brings",
    "LGPL-3.0-only": "psycopg, for the floor of the benchmarks; unchanged, and not passed on",
    "MPL-2.0": "requires the source of changed files; hypothesis, certifi, pathspec are unchanged",
}
"""Also accepted where a package is not in a layer: it runs here and is not passed on."""
CONSOLE = {
    "BlueOak-1.0.0": "permissive",
    "CC-BY-4.0": "data of browsers' features; unchanged",
    "MPL-2.0": "requires the source of changed files; the tools that have it are unchanged",
    "Python-2.0": "Python's own licence, permissive",
    "Unlicense": "public domain",
}
"""Also accepted of the npm packages that build and test, and are not passed on with it."""
UNNAMED = {"node_modules/reserved": "MIT"}
"""Packages whose lock file names no licence, and the one in their own file."""
DATA = {"GeoNames": "CC BY 4.0", "CLDR": "Unicode License", "SCOWL": "SCOWL licence"}
"""Sources of data that the layers hold, and the licence that NOTICE has to name."""
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""SPDX's name of each licence that packages call by another name."""


def licence_of(metadata: PackageMetadata) -> str:
    """A package's licence as an SPDX expression, or in its own words where it has none."""
    for expression in metadata.get_all("License-Expression") or ():
        return str(expression)
    (named,) = (metadata.get_all("License") or [""])[:1]
    named = str(named).strip().partition("\n")[0]
    classified = [
        classifier.rpartition(" :: ")[2]
        for classifier in metadata.get_all("Classifier") or ()
        if classifier.startswith("License :: OSI Approved ::")
    ]
    name = SPDX.get(named, named)
    if name in PERMISSIVE | DEVELOPMENT.keys():
        return name
    return " OR ".join(SPDX.get(name, name) for name in classified) or named or "none"


def is_allowed(expression: str, allowed: Iterable[str]) -> bool:
    """Whether one alternative of an SPDX expression of OR and AND is allowed."""
    return any(
        set(alternative.strip("() ").split(" AND ")) <= {*allowed}
        for alternative in expression.split(" OR ")
    )


def normalized(name: str) -> str:
    """A package's name in the form in which indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def in_layers() -> set[str]:
    """The packages that run on Lambda."""
    texts = [(folder / "requirements.txt").read_text(encoding="utf-8") for folder in LAYERS]
    return {normalized(name) for text in texts for name in re.findall(r"(?m)^([\w.-]+)==", text)}


def of_npm(lock: str) -> tuple[int, list[str]]:
    """How many packages a lock file of npm names, and the faults of their licences."""
    packages = {path: each for path, each in json.loads(lock)["packages"].items() if path}
    faults = []
    for path, package in sorted(packages.items()):
        is_shipped = not (package.get("dev") or package.get("devOptional"))
        allowed = PERMISSIVE if is_shipped else PERMISSIVE | CONSOLE.keys()
        if not is_allowed(licence := package.get("license", UNNAMED.get(path, "none")), allowed):
            faults.append(f"{path} is under {licence}, which is not in {Path(__file__).name}")
    return len(packages), faults


def unnamed_sources(notice: str) -> list[str]:
    """The sources that data files in the layers name, and the notice does not."""
    files = [path for folder in LAYERS for path in folder.glob("**/data/*") if path.is_file()]
    texts = [path.read_text(encoding="utf-8")[:1000] for path in files]
    return [
        f"{source} is under {licence}, and NOTICE does not say so"
        for source, licence in DATA.items()
        if any(source in text for text in texts) and not (source in notice and licence in notice)
    ]


def main() -> int:
    """Print what is not allowed and how many packages were checked; 1 if one is not allowed."""
    found = {normalized(package.name): licence_of(package.metadata) for package in distributions()}
    shipped = in_layers()
    faults = [f"{name} is in a layer but not installed" for name in sorted(shipped - found.keys())]
    for name, licence in sorted(found.items()):
        allowed = PERMISSIVE if name in shipped else PERMISSIVE | DEVELOPMENT.keys()
        if not is_allowed(licence, allowed):
            faults.append(f"{name} is under {licence}, which is not in {Path(__file__).name}")
    faults += unnamed_sources((ROOT / "NOTICE").read_text(encoding="utf-8"))
    counts = {}
    for folder in ("console", "clients"):
        lock = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
        counts[folder], more = of_npm(lock)
        faults += more
    print(*faults, f"{len(found)} packages, {len(shipped)} of them in layers", sep="\n")
    print(*(f"{count} npm packages of {folder}/" for folder, count in counts.items()), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
