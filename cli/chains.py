"""The decision log, verified by whoever has read it: nothing here asks the one who wrote it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST = bytes(32)
"""Stands for the hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written, and why."""

    job_id: str
    number: int
    reason: str


@dataclass(slots=True)
class Verified:
    """What was read, up to the first broken entry.

    `heads` are number and hash of each chain's last entry: whoever keeps them elsewhere can tell
    later whether the end of a chain was cut off, or all of it written anew.
    """

    entries: int = 0
    shortened: int = 0
    """Chains whose beginning is past the retention."""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    broken: Broken | None = None


def verify(
    entries: Iterable[Mapping[str, Any]], kept: Mapping[str, tuple[int, str]] | None = None
) -> Verified:
    """Follow the chains of the log.

    Args:
        entries: as `GET /admin/decisions` gives them: chain after chain, in the order of numbers.
        kept: heads of an earlier time, which must be in it still.
    """
    found = Verified()
    missing = dict(kept or {})
    for entry in entries:
        job_id, number = entry["jobId"], entry["number"]
        head = found.heads.get(job_id)
        if head is None and number > 1:
            found.shortened += 1
            if job_id in missing and missing[job_id][0] < number:
                del missing[job_id]  # it is past the retention, too
        reason = _fault(entry, head)
        if job_id in missing and missing[job_id][0] == number:
            _, hash_ = missing.pop(job_id)
            if reason is None and hash_ != entry["hash"]:
                reason = "is another than the one whose hash was kept"
        if reason is not None:
            found.broken = Broken(job_id, number, reason)
            return found
        found.heads[job_id] = number, entry["hash"]
        found.entries += 1
    for job_id, (number, _) in sorted(missing.items()):
        found.broken = Broken(job_id, number, "is missing: its hash was kept")
        break
    return found


def _fault(entry: Mapping[str, Any], head: tuple[int, str] | None) -> str | None:
    number, before = head or (entry["number"] - 1, entry["previous"])
    if entry["number"] != number + 1:
        return f"follows number {number}: what was between them is missing"
    if entry["number"] == 1 and entry["previous"] != FIRST.hex():
        return "is the first, and yet follows something"
    if entry["previous"] != before:
        return "does not follow the entry before it"
    text: str = entry["entry"]
    if hashlib.sha256(bytes.fromhex(before) + text.encode()).hexdigest() != entry["hash"]:
        return "is not what its hash was made from"
    try:
        said = _filed(json.loads(text))
    except (KeyError, TypeError, ValueError):
        said = None
    if said != _filed(entry):
        return "is filed as another than it says"
    return None


def _filed(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    time = datetime.fromisoformat(entry["recordedAt"])
    return entry["jobId"], entry["number"], entry["kind"], time
