"""Write the findings of tests/trust into docs/trust.md."""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.trust import Finding, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "trust.md"
BEGIN = "<!-- What follows is written by `make trust`. -->"


def tables(findings: list[Finding]) -> Iterator[str]:
    """The generated part of the document, line by line."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"Taken on {datetime.now(UTC):%Y-%m-%d} ({machine})."
    for section in Section:
        rows = [finding for finding in findings if finding.section == section]
        if rows:
            yield f"\n## {section}\n"
            yield "| what was tried | how often | what happened |"
            yield "|---|---|---|"
            yield from (f"| {row.tried} | {row.times:,} | {row.happened} |" for row in rows)


def main() -> int:
    """Replace the generated part by the findings in the files that the arguments name."""
    files = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
    lines = "".join(files).splitlines()
    findings = [Finding(**json.loads(line)) for line in lines]
    head = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)[0]
    DOCUMENT.write_text(f"{head}{BEGIN}\n\n" + "\n".join(tables(findings)) + "\n", encoding="utf-8")
    print(f"{len(findings)} rows in {DOCUMENT.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
