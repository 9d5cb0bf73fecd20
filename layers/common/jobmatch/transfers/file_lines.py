"""Reading an employer's file line by line: each line by itself, and whether they belong together.

A file is as good as nobody's word: whatever it holds, reading it ends in a record or in an error
that names the line. What is kept meanwhile are the ids of the jobs and the ends of their chains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from jobmatch.audit.chains import Head, verify
from jobmatch.models import DecisionKind
from jobmatch.transfers.log_entries import LoggedEntry
from jobmatch.transfers.records import (
    FORMAT,
    KINDS,
    VERSION,
    AnyRecord,
    EndRecord,
    EntryRecord,
    ExpiredRecord,
    Header,
    JobRecord,
)
from jobmatch.wire import message_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

LONGEST_LINE = 4_000_000
"""Bytes. An entry about 50,000 candidates takes half of it."""
_MOST_JOBS = 1_000_000
_RECORDS: TypeAdapter[Any] = TypeAdapter(AnyRecord)


class FaultyFileError(ValueError):
    """A line that may not be imported, and why."""

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"line {number}: {fault}")


class Line(NamedTuple):
    """A line: its number from 1, its bytes, and what it holds."""

    number: int
    size: int
    record: Any


def read_lines(path: Path, *, retention: timedelta | None) -> Iterator[Line]:
    """The records of a file, in their order, after its first line.

    Args:
        path: the file.
        retention: how long an entry of the decision log must stay here; for ever where `None`.

    Raises:
        FaultyFileError: a line is faulty, does not belong to those before it, or is missing.
    """
    order = _Order(retention)
    number, record = 1, None
    with path.open("rb") as file:
        header = _header(file.readline(LONGEST_LINE))
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise FaultyFileError(number, f"is longer than {LONGEST_LINE} bytes")
            if isinstance(record, EndRecord):
                raise FaultyFileError(number, "comes after the end")
            record = _record(line, number)
            fault = order.fault(record, number, complete=header.complete)
            if fault:
                raise FaultyFileError(number, fault)
            yield Line(number, len(line), record)
    if not isinstance(record, EndRecord):
        raise FaultyFileError(number, "is the last one, but not the end: the file was cut off")


def _header(line: bytes) -> Header:
    try:
        said = from_json(line, allow_inf_nan=False)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise FaultyFileError(1, f"is not the first line of a file of the format {FORMAT}")
    version = said.get("version")
    if isinstance(version, int) and version > VERSION:
        newer = f"is of version {version} of the format; this release reads up to {VERSION}"
        raise FaultyFileError(1, newer)
    try:
        return Header.model_validate_json(line)
    except ValidationError as error:
        raise FaultyFileError(1, _faults(error)) from None


def _record(line: bytes, number: int) -> Any:
    if not line.endswith(b"\n"):
        raise FaultyFileError(number, "does not end: the file was cut off")
    try:
        return _RECORDS.validate_json(line)
    except ValidationError as error:
        raise FaultyFileError(number, _faults(error)) from None


def _faults(error: ValidationError) -> str:
    """The first fault, with the place in the line; never the value, which may be about a person."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = "/".join(str(part) for part in fault["loc"] if part not in KINDS)
    return f"{place}: {message_of(fault)}" if place else message_of(fault)


class _Order:
    """What the lines so far ask of the next one."""

    def __init__(self, retention: timedelta | None) -> None:
        self._retention = retention
        self._place: tuple[int, tuple[Any, ...]] = (-1, ())
        self._jobs: set[UUID] = set()
        self._expired: dict[UUID, ExpiredRecord] = {}
        self._chain: tuple[str, Head] | None = None
        self._whole: int | None = None

    def fault(self, record: Any, number: int, *, complete: bool) -> str | None:
        """What is wrong with a record after those before it, if anything is."""
        if fault := self._place_fault(record):
            return fault
        if isinstance(record, JobRecord):
            self._jobs.add(record.id)
            return f"is beyond {_MOST_JOBS} jobs" if len(self._jobs) > _MOST_JOBS else None
        if isinstance(record, EndRecord):
            told = f"tells of {record.lines} lines before it, but there are {number - 1}"
            return told if record.lines != number - 1 else None
        if record.KEY and record.job_id not in self._jobs:
            return "is about a job that is not in this file"
        if isinstance(record, ExpiredRecord | EntryRecord):
            return self._chain_fault(record) if complete else "belongs into a complete file only"
        return None

    def _place_fault(self, record: Any) -> str | None:
        before, self._place = self._place, (KINDS.index(record.kind), record.key())
        if before[0] < 0 < self._place[0]:
            return "comes before the employer"
        if self._place == before:
            return f"is a second {record.kind} with the same {_names(record) or 'kind'}"
        if self._place < before:
            return f"is out of order: {record.kind} comes after {KINDS[before[0]]}"
        return None

    def _chain_fault(self, record: ExpiredRecord | EntryRecord) -> str | None:
        if isinstance(record, ExpiredRecord):
            self._expired[record.job_id] = record
            return None
        try:
            entry = LoggedEntry.read(record.entry)
        except ValueError as error:
            return f"entry: {_faults(error) if isinstance(error, ValidationError) else error}"
        job_id = str(record.job_id)
        before = self._chain if self._chain and self._chain[0] == job_id else None
        expired = self._expired.get(record.job_id)
        if expired and not before and expired.number != record.number - 1:
            return "does not follow the entry whose deletion is recorded"
        if before is None or entry.kind is DecisionKind.INVALIDATED:
            self._whole = None
        # Where the whole ranking has expired, nobody reads its changes.
        is_gone = self._whole is None and expired and (entry.base or 0) <= expired.number
        if entry.base not in (None, self._whole) and not is_gone:
            return "entry: tells changes, but not of the whole ranking before it"
        if entry.kind == "ranked" and entry.base is None:
            self._whole = entry.number
        recorded_at = record.recorded_at.isoformat()
        logged = {
            "jobId": job_id,
            "number": record.number,
            "recordedAt": recorded_at,
            "kind": record.decided,
            "entry": record.entry,
            "previous": record.previous,
            "hash": record.hash,
            "expired": expired
            and {"hash": expired.hash, "recordedAt": expired.recorded_at.isoformat()},
        }
        broken = verify([logged], after=before, retention=self._retention).broken
        if broken:
            return f"entry {broken.number} of job {job_id} {broken.reason}"
        self._chain = (job_id, Head(record.number, record.hash, recorded_at))
        return None


def _names(record: Any) -> str:
    return " and ".join(to_camel(name) for name in record.KEY)
