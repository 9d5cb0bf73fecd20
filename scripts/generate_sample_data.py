"""Write the sample employers, jobs and candidates to local/sample_data, or check what is there.

    python scripts/generate_sample_data.py [--check]

All people are invented, and the same on every run. scripts/sample_data says how: one idea per file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, it would see only the folder that it is in

from scripts.sample_data.choices import data  # noqa: E402
from scripts.sample_data.documents import profile  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.sample_data.choices import Json

OUTPUT = ROOT / "local" / "sample_data"
PROFILES = 2000
JOB_FIELDS = (
    "title",
    "description",
    "status",
    "requiredSpecializations",
    "preferredSpecializations",
    "minimumExperience",
    "preferredLocation",
    "requiredBar",
    "requiredTechnicalDomains",
)


def generate() -> dict[str, str]:
    """The content of each file by its name."""
    employers = data("employers")
    addresses = Counter[str]()
    return {
        "employers.jsonl": _lines(
            {key: employer[key] for key in ("email", "companyName", "corporateDomains")}
            for employer in employers
        ),
        "jobs.jsonl": _lines(
            {
                "employerEmail": employer["email"],
                "job": {field: job.get(field) for field in JOB_FIELDS},
            }
            for employer in employers
            for job in employer["jobs"]
        ),
        "profiles.jsonl": _lines(profile(number, addresses) for number in range(PROFILES)),
    }


def _lines(items: Iterable[Json]) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def main() -> int:
    """Write the files, or compare them with --check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if outdated")
    check = parser.parse_args().check
    files = {OUTPUT / name: content.encode() for name, content in generate().items()}
    if check:
        outdated = [p.name for p, new in files.items() if not p.exists() or p.read_bytes() != new]
        if outdated:
            print(f"Outdated in local/sample_data: {', '.join(outdated)}.")
            print("Run: python scripts/generate_sample_data.py")
        return 1 if outdated else 0
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
