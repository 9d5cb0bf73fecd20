"""Check the subjects of commits: `area: what` or `area, area: what`, at most 72 characters.

python scripts/check_commits.py          # all since this check exists
python scripts/check_commits.py FILE     # the message in that file, as a commit-msg hook
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECK = "scripts/check_commits.py"
"""The commit that added this file is the first that must follow the rule."""
SUBJECT = re.compile(r"[a-z][\w./-]*(, [a-z][\w./-]*)*: \S.*")
LONGEST = 72


def fault(subject: str) -> str | None:
    """What is wrong with a subject; None when it is as it should be."""
    if len(subject) > LONGEST:
        return f"{len(subject)} characters, at most {LONGEST} are allowed"
    return None if SUBJECT.fullmatch(subject) else "not of the form `area: what`"


def subjects(root: Path) -> list[str] | None:
    """Hash and subject of each commit since the check exists; None when history is missing."""
    if _git(root, "rev-parse", "--show-prefix", "--is-shallow-repository") != "\nfalse":
        return None
    added = _git(root, "log", "--diff-filter=A", "--format=%H", "--", CHECK)
    if not added:
        return None
    first = added.splitlines()[-1]
    return _git(root, "log", "--no-merges", "--format=%h %s", f"{first}..", "--").splitlines()


def _git(root: Path, *arguments: str) -> str:
    """What git prints, without the line end; nothing when it fails or is not there."""
    git = shutil.which("git")
    if not git:
        return ""
    command = [git, "-C", str(root), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")  # noqa: S603 - ours
    return done.stdout.removesuffix("\n") if done.returncode == 0 else ""


def main(arguments: list[str], root: Path = ROOT) -> int:
    """0, or 1 with what is wrong on standard output."""
    if arguments:
        subject, *_ = Path(arguments[0]).read_text(encoding="utf-8").splitlines() or [""]
        listed: list[str] | None = [] if subject.startswith("Merge ") else [f"This {subject}"]
    else:
        listed = subjects(root)
    if listed is None:
        print("The subjects of commits are not checked: this copy lacks their history.")
        return 0
    faults = [
        f"{name}: {said}: {subject}"
        for name, _, subject in (line.partition(" ") for line in listed)
        if (said := fault(subject))
    ]
    print(*faults, f"{len(listed)} subjects of commits are checked.", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
