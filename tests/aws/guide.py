"""The commands of docs/deploy.md, as they are printed."""

from __future__ import annotations

import re

from tests.support.paths import ROOT

GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def commands(section: int) -> list[str]:
    """The blocks of shell commands of a numbered section."""
    (text,) = re.findall(rf"(?ms)^## {section}\. .*?(?=^## |\Z)", GUIDE)
    return [re.sub(r"(?m)^   ", "", block) for block in re.findall(r"(?s)```sh\n(.*?)```", text)]


def script(*blocks: str, stack: str) -> str:
    """Commands as one script, for a stack of that name."""
    return re.sub(r"STACK=\S+", f"STACK={stack}", "\n".join(["set -e", *blocks]))
