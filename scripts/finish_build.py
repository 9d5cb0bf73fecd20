"""Finish what `sam build` has built: `finish_build.py FOLDER ARCHITECTURE`, with Lambda's Python.

It removes what is not read at run time, adds byte-code, and gives every file the same time and
mode. So one commit gives the same bytes wherever and whenever it is built. `manifest.json` beside
the artefacts lists their hashes and sizes.
"""

from __future__ import annotations

import compileall
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

FOLDERS = {"__pycache__", "bin", "tests", "testing"}
"""Commands, and test suites of libraries."""
SUFFIXES = {".c", ".pyi", ".pyx", ".pxd", ".typed"}
"""Files for compilers and type checkers."""
METADATA = {"METADATA", "entry_points.txt"}
"""Read by importlib.metadata: pg8000 asks for its own version, pydantic for all entry points."""
TIME = 946_684_800  # 2000-01-01; a ZIP knows no time before 1980


def trim(folder: Path) -> None:
    """Remove what is not read at run time; licences stay."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and path.name in FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and (path.suffix in SUFFIXES or _is_bookkeeping(path)):
            path.unlink()


def _is_bookkeeping(path: Path) -> bool:
    in_metadata = path.parent.suffix == ".dist-info"
    return in_metadata and path.name not in METADATA and "LICENSE" not in path.name


def compile_all(folder: Path, mount: str) -> None:
    """Compile every module beside its source, which stays for the lines in tracebacks.

    The byte-code has unchecked hashes: files on Lambda never change, so a start need not compare
    anything. Its paths are those on Lambda.
    """
    # One process, in the order of the names: what marshal writes depends on earlier modules.
    if not compileall.compile_dir(
        folder,
        force=True,
        quiet=1,
        stripdir=str(folder),
        prependdir=mount,
        workers=1,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    ):
        raise SystemExit(f"{folder} has modules that do not compile.")


def settle(folder: Path) -> None:
    """Give all files and folders the same times and modes."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (TIME, TIME))


def describe(folder: Path) -> dict[str, str | int]:
    """Hash of all names and contents, number of files, and their bytes."""
    digest = hashlib.sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    size = sum(path.stat().st_size for path in files)
    return {"sha256": digest.hexdigest(), "files": len(files), "bytes": size}


def main(build: Path, architecture: str) -> None:
    """Finish every artefact in a build folder of sam, and print and write the manifest."""
    artefacts = {}
    for folder in sorted(build.iterdir()):
        is_layer = (folder / "python").is_dir()
        if not is_layer and not (folder / "app.py").is_file():
            continue  # a nested template
        trim(folder)
        compile_all(folder, "/opt" if is_layer else "/var/task")
        settle(folder)
        artefacts[folder.name] = describe(folder)
    for name, entry in artefacts.items():
        print(f"{name:<40} {entry['files']:>6} files {entry['bytes']:>11,} bytes {entry['sha256']}")
    manifest = {"architecture": architecture, "artefacts": artefacts}
    (build / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
