"""Verify the decision log from its entries alone, without trusting the system that wrote it."""

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

Heads = dict[str, tuple[int, str]]
"""Number and hash of each chain's last entry, by the id of its job."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that was changed or is missing, and what is wrong."""

    job_id: str
    number: int
    reason: str


@dataclass(slots=True)
class Verified:
    """What was read, up to the first broken entry.

    Save `heads` outside the system: with them a later verification notices that the end of a chain
    was cut off, or that a whole chain was written again.
    """

    entries: int = 0
    shortened: int = 0
    """Chains whose first entries were deleted at the end of their retention."""
    heads: Heads = field(default_factory=dict)
    broken: Broken | None = None


def verify(entries: Iterable[Mapping[str, Any]], saved: Heads | None = None) -> Verified:
    """Verify every chain of the log.

    Args:
        entries: as `GET /admin/decisions` lists them: chain by chain, ordered by number.
        saved: the heads of an earlier verification, which must still be in the log.
    """
    verified = Verified()
    missing = dict(saved or {})
    for entry in entries:
        job_id, number = entry["jobId"], entry["number"]
        head = verified.heads.get(job_id)
        if head is None and number > 1:
            verified.shortened += 1
            if job_id in missing and missing[job_id][0] < number:
                del missing[job_id]  # deleted at the end of its retention, too
        reason = _fault(entry, head)
        if job_id in missing and missing[job_id][0] == number:
            _, hash_ = missing.pop(job_id)
            if reason is None and hash_ != entry["hash"]:
                reason = "differs from the entry whose hash was saved"
        if reason is not None:
            verified.broken = Broken(job_id, number, reason)
            return verified
        verified.heads[job_id] = number, entry["hash"]
        verified.entries += 1
    for job_id, (number, _) in sorted(missing.items()):
        verified.broken = Broken(job_id, number, "is missing, but its hash was saved")
        break
    return verified


def _fault(entry: Mapping[str, Any], head: tuple[int, str] | None) -> str | None:
    number, before = head or (entry["number"] - 1, entry["previous"])
    if entry["number"] != number + 1:
        return f"follows number {number}: the entries between them are missing"
    if entry["number"] == 1 and entry["previous"] != FIRST.hex():
        return "is the first of its chain, but names an entry before it"
    if entry["previous"] != before:
        return "does not follow the entry before it"
    text: str = entry["entry"]
    if hashlib.sha256(bytes.fromhex(before) + text.encode()).hexdigest() != entry["hash"]:
        return "does not match its hash"
    try:
        hashed = _identity(json.loads(text))
    except (KeyError, TypeError, ValueError):
        hashed = None
    if hashed != _identity(entry):
        return "has another job, number, kind or time than its hashed text"
    return None


def _identity(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    time = datetime.fromisoformat(entry["recordedAt"])
    return entry["jobId"], entry["number"], entry["kind"], time
