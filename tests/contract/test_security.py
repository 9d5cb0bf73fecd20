"""The threat model names tests that exist."""

from __future__ import annotations

import re

from tests.support.paths import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
THREATS = [line for line in TEXT.partition("## What stops them")[2].splitlines() if " | " in line]


def test_every_threat_has_a_test_that_exists() -> None:
    heading, *rows = THREATS
    assert heading.endswith("shown by |")
    assert len(rows) >= 15
    for row in rows:
        threat, _, shown_by = row.strip("| ").split(" | ")
        named = re.findall(r"`(\w+)/(\w+)`", shown_by)
        assert named, threat
        for folder, name in named:
            assert [*(ROOT / "tests" / folder).rglob(f"test_{name}.py")], name
