"""The file of the measurements, with the machine and the versions they were taken on.

The measurements on PostgreSQL and those under Lambda's emulator are two parts. Each part replaces
its own entries and leaves the other's.
"""

from __future__ import annotations

import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.report import Throughput

QUICK = os.environ.get("QUICK", "0") not in ("", "0")
ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SCRATCH = ROOT / ".bench"
"""Where a quick run writes: its small sizes are not measurements."""
RESULTS = SCRATCH / "results.json" if QUICK else Path(__file__).with_name("results.json")
OUTPUT = SCRATCH if QUICK else DOCS
"""Where the document and the plots go."""
COLD_START = "cold start"
EMULATOR = "emulator"
LIBRARIES = ("sqlalchemy", "pg8000", "pydantic", "aws-lambda-powertools", "psycopg")


def load() -> dict[str, Any]:
    """The content of the file; empty before the first run."""
    if not RESULTS.exists():
        return {}
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def save(
    measured: Iterable[Case | Throughput], *, emulated: bool, part: bool = False, **values: object
) -> None:
    """Write results.json.

    Args:
        emulated: whether this is the emulator's part; else it is PostgreSQL's.
        part: whether only some groups were measured: then entries of other names stay.
        values: other keys of the file, which are replaced.
    """
    results = load() | {"machine": machine()} | values
    results["versions"] = results.get("versions", {}) | {"python": platform.python_version()}
    results["versions"] |= {name: version(name) for name in LIBRARIES}
    entries = [(isinstance(row, Case), row.document()) for row in measured]
    for key, wanted in (("cases", True), ("throughput", False)):
        own = [entry for is_case, entry in entries if is_case is wanted]
        stored = results.get(key, [])
        if part:
            results[key] = _replaced(stored, own)
            continue
        others = [entry for entry in stored if is_emulated(entry) is not emulated]
        results[key] = [*others, *own] if emulated else [*own, *others]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _replaced(stored: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stored entries in their order, or new ones of the same names; and then the others."""
    by_name = {name_of(entry): entry for entry in new}
    known = {name_of(entry) for entry in stored}
    replaced = [by_name.get(name_of(entry), entry) for entry in stored]
    return [*replaced, *(entry for at, entry in by_name.items() if at not in known)]


def name_of(entry: Mapping[str, Any]) -> tuple[object, ...]:
    """What tells a case or a throughput from others.

    How many candidates pass, or jobs are concerned, changes with the rules: no other case.
    """
    case = re.sub(r"[\d,]+ pass", "", entry.get("case", ""))
    reference = re.sub(r"[\d,]+ jobs again", "", entry.get("referenceName", ""))
    return case, reference, *map(entry.get, ("what", "where", "connections"))


def is_emulated(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of the file was measured under the emulator."""
    return str(entry.get("case", "")).startswith(COLD_START) or entry.get("where") == EMULATOR


def machine() -> dict[str, Any]:
    """The machine on which the measurements are taken."""
    return {
        "processor": _first(Path("/proc/cpuinfo"), r"model name\s*: (.+)") or platform.machine(),
        "cores": os.cpu_count(),
        "memoryGigabytes": round(
            os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30), 1
        ),
        "system": _first(Path("/etc/os-release"), r'PRETTY_NAME="(.+)"')
        or f"{platform.system()} {platform.release()}",
    }


def _first(path: Path, pattern: str) -> str:
    if not path.exists():
        return ""
    found = re.search(pattern, path.read_text(encoding="utf-8"))
    return found[1] if found else ""
