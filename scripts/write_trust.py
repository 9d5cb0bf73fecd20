"""Write the findings of tests/trust into docs/trust.md."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.trust import Finding, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "trust.md"
_NUMBER = re.compile(r"(?<![\w.])[+-]?\d+(?:,\d{3})*(?:\.\d+)?")
_NO_KIND = {"#", "A", "a", "Every", "The", "the"}
_MOST_LISTED = 4
BEGIN = "<!-- What follows is written by `make trust`. -->"


def tables(findings: list[Finding]) -> Iterator[str]:
    """The generated part of the document, line by line."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"Taken on {datetime.now(UTC):%Y-%m-%d} ({machine})."
    for section in Section:
        rows = [finding for finding in findings if finding.section == section]
        if rows:
            yield f"\n## {section}\n"
            yield "what was tried | how often | what happened"
            yield "---|---|---"
            yield from _rows(rows)


def _rows(findings: list[Finding]) -> Iterator[str]:
    """A row for each finding; one row for those of a kind that ended alike but for numbers."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        key = (_kind(finding.tried), _NUMBER.sub("#", finding.happened))
        alike.setdefault(key, []).append(finding)
    for rows in alike.values():
        tried = _joined([row.tried for row in rows])
        often = _listed([f"{row.times:,}" for row in rows])
        yield f"{tried} | {often} | {_merged([row.happened for row in rows])}"


def _kind(tried: str) -> str:
    """The words by which experiments of a kind begin."""
    words = _NUMBER.sub("#", tried).split()
    return " ".join(words[:3]) if words[0] in _NO_KIND else words[0]


def _joined(texts: list[str]) -> str:
    """Texts in one: what they begin and end with once, and what differs as a list."""
    parts: list[list[str]] = []
    for text in dict.fromkeys(texts):
        if parts and _are_alike(parts[-1][0], text):
            parts[-1].append(text)
        else:
            parts.append([text])
    texts = [_joined(part) for part in parts] if len(parts) > 1 else parts[0]
    if len(texts) == 1:
        return texts[0]
    words = [text.split() for text in texts]
    before = _shared(words)
    after = min(_shared([line[::-1] for line in words]), *(len(line) - before for line in words))
    middle = [" ".join(line[before : len(line) - after]) for line in words]
    # What ends the part that differs belongs to what follows.
    end = middle[0][-1:] if {text[-1:] for text in middle} in ({","}, {":"}) else ""
    middle = [text.removesuffix(end) for text in middle]
    separator = "; " if any("," in text for text in middle) else ", "
    varied = f"{separator.join(middle[:-1])} or {middle[-1]}{end}"
    return " ".join([*words[0][:before], varied, *words[0][len(words[0]) - after :]])


def _are_alike(first: str, second: str) -> bool:
    """Whether two texts differ in their last words only."""
    return _shared([first.split(), second.split()]) * 5 > len(first.split()) * 4


def _shared(lines: list[list[str]]) -> int:
    """How many words all lines begin with."""
    columns = zip(*lines, strict=False)
    return sum(1 for _ in takewhile(lambda column: len({*column}) == 1, columns))


def _merged(texts: list[str]) -> str:
    """Texts in one that differ in nothing but numbers."""
    numbers = [_NUMBER.findall(text) for text in texts]
    values = iter([_listed(list(column)) for column in zip(*numbers, strict=True)])
    return _NUMBER.sub(lambda _: next(values), texts[0])


def _listed(numbers: list[str]) -> str:
    """Numbers in their order; of many the range."""
    if len(set(numbers)) == 1:
        return numbers[0]
    if len(numbers) > _MOST_LISTED:
        low, *_, high = sorted(numbers, key=lambda number: float(number.replace(",", "")))
        return f"{low} to {high}"
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


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
