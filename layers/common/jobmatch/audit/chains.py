"""Verify the decision log from its entries alone, without trusting the system that wrote it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST = bytes(32)
"""Stands for the hash before the first entry."""
RETENTION = timedelta(days=1461)
"""The default of DecisionRetentionDays."""


class Head(NamedTuple):
    """The last entry of a chain at some time. Former files of heads have no time."""

    number: int
    hash: str
    recorded_at: str | None = None


Heads = dict[str, Head]
"""The head of each chain, by the id of its job."""


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


def verify(
    entries: Iterable[Mapping[str, Any]],
    saved: Mapping[str, Head] | None = None,
    *,
    anchored: Iterable[tuple[str, Head]] = (),
    after: tuple[str, Head] | None = None,
    retention: timedelta | None = RETENTION,
    now: datetime | None = None,
) -> Verified:
    """Verify every chain of the log.

    Args:
        entries: as `GET /admin/decisions` lists them: chain by chain, ordered by number.
        saved: the heads of an earlier verification, which must still be in the log.
        anchored: heads that were signed, with the ids of their jobs; likewise.
        after: the entry before the first one, with the id of its job, if that has been verified.
        retention: how long an entry must stay in the log; for ever where `None`.
        now: the time of the verification; the present by default.
    """
    earliest = None if retention is None else (now or datetime.now(UTC)) - retention
    known: dict[str, set[Head]] = defaultdict(set)
    for job_id, head in (*(saved or {}).items(), *anchored):
        known[job_id].add(Head(*head))
    verified = Verified(heads=dict([after] if after else []))
    for entry in entries:
        job_id, number = entry["jobId"], entry["number"]
        before = verified.heads.get(job_id)
        broken = None
        if before is None and number > 1:
            verified.shortened += 1
            broken = _lost(job_id, entry, known[job_id], earliest)
        reason = _fault(entry, before, earliest)
        if reason is None and any(
            head.hash != entry["hash"] for head in known[job_id] if head.number == number
        ):
            reason = "differs from the entry whose hash was saved"
        if broken is None and reason is not None:
            broken = Broken(job_id, number, reason)
        if broken is not None:
            verified.broken = broken
            return verified
        verified.heads[job_id] = Head(number, entry["hash"], entry["recordedAt"])
        verified.entries += 1
    verified.broken = _missing(known, verified.heads, earliest)
    return verified


def _lost(
    job_id: str, first: Mapping[str, Any], known: set[Head], earliest: datetime | None
) -> Broken | None:
    """A known head before the first entry that is left, unless its retention is over."""
    for head in sorted(known, key=_number):
        follows = head.number == first["number"] - 1
        if head.number < first["number"] and not _is_over(head.recorded_at, earliest):
            return Broken(job_id, head.number, "is missing before its retention is over")
        if follows and head.hash != first["previous"]:
            return Broken(job_id, first["number"], "does not follow the entry whose hash was saved")
    return None


def _missing(
    known: Mapping[str, set[Head]], found: Heads, earliest: datetime | None
) -> Broken | None:
    """A known head after the last entry of its chain.

    Where nothing is left of the chain, its retention may be over.
    """
    for job_id, heads in sorted(known.items()):
        for head in sorted(heads, key=_number):
            is_left = job_id in found
            if is_left and head.number > found[job_id].number:
                return Broken(job_id, head.number, "is missing, but its hash was saved")
            if not is_left and not _is_over(head.recorded_at, earliest):
                return Broken(job_id, head.number, "is missing, but its hash was saved")
    return None


def _fault(entry: Mapping[str, Any], head: Head | None, earliest: datetime | None) -> str | None:
    """What is wrong with an entry that follows `head`, or begins what is left of its chain."""
    reason = _order_fault(entry, head)
    if reason is None and _hash(entry) != entry["hash"]:
        reason = "does not match its hash"
    if reason is not None:
        return reason
    try:
        hashed = json.loads(entry["entry"])
        is_of_text = _identity(hashed) == _identity(entry)
    except (KeyError, TypeError, ValueError):
        is_of_text = False
    if not is_of_text:
        return "has another job, number, kind or time than its hashed text"
    time_before = hashed.get("previousRecordedAt")
    if head is None:
        return _beginning_fault(entry, time_before, earliest)
    if time_before and not _same_time(time_before, head.recorded_at):
        return "tells another time of the entry before it"
    return None


def _order_fault(entry: Mapping[str, Any], head: Head | None) -> str | None:
    if head and entry["number"] != head.number + 1:
        return f"follows number {head.number}: the entries between them are missing"
    if entry["number"] == 1 and entry["previous"] != FIRST.hex():
        return "is the first of its chain, but names an entry before it"
    if head and entry["previous"] != head.hash:
        return "does not follow the entry before it"
    return None


def _hash(entry: Mapping[str, Any]) -> str:
    previous = bytes.fromhex(entry["previous"])
    return hashlib.sha256(previous + entry["entry"].encode()).hexdigest()


def _beginning_fault(
    entry: Mapping[str, Any], time_before: str | None, earliest: datetime | None
) -> str | None:
    """What is wrong with the first entry that is left, if its chain has lost its beginning.

    Args:
        time_before: when the entry before it was recorded, as its hashed text says; entries of
            former releases do not, and there the record of the deletion has to do.
    """
    if entry["number"] == 1:
        return None
    expired = entry.get("expired")
    if not expired:
        return "begins what is left of its chain, but no deletion of the beginning is recorded"
    if expired["hash"] != entry["previous"]:
        return "does not follow the entry whose deletion is recorded"
    if not _is_over(time_before or expired["recordedAt"], earliest):
        return "begins what is left of its chain, but the retention before it is not over"
    return None


def _number(head: Head) -> int:
    return head.number


def _is_over(recorded_at: str | None, earliest: datetime | None) -> bool:
    if recorded_at is None or earliest is None:
        return False
    return datetime.fromisoformat(recorded_at) < earliest


def _same_time(one: str, other: str | None) -> bool:
    return other is not None and datetime.fromisoformat(one) == datetime.fromisoformat(other)


def _identity(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    time = datetime.fromisoformat(entry["recordedAt"])
    return entry["jobId"], entry["number"], entry["kind"], time
