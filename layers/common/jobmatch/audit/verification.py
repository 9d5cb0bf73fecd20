"""Verifying the decision log where it is stored, part by part, as the command line does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select

from jobmatch.audit.chains import Head, verify
from jobmatch.audit.queries import get_decisions
from jobmatch.audit.schemas import BrokenEntry, ChainHead, LoggedDecision, Verification
from jobmatch.models import Decision

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.web.pages import ByJob, Listing

PORTION = 1_000
"""How many entries a request verifies: of 500 candidates each they are about 15 MB."""
_entries = TypeAdapter(list[LoggedDecision])


def verify_decisions(
    connection: Connection,
    *,
    job_id: UUID | None,
    listing: Listing[ByJob],
    cursor: str | None,
    retention: timedelta | None,
    portion: int = PORTION,
) -> Verification:
    """Verify the next entries of the log, or of one job's chain.

    Args:
        connection: sees the log.
        job_id: whose chain; all of them where `None`.
        listing: of the cursors.
        cursor: of the answer before.
        retention: how long an entry must stay in the log; for ever where `None`.
        portion: how many entries.

    Raises:
        InvalidInputError: the cursor is malformed or belongs to another list.
    """
    after = listing.after(cursor)
    rows = get_decisions(connection, job_id=job_id, limit=portion, after=after)
    before = None if after is None else _head(connection, after)
    # Verified is what the API lists, and with it how it lists it.
    entries = _entries.dump_python(rows, mode="json", by_alias=True)
    chains, shortened, broken, heads = 0, 0, list[BrokenEntry](), list[ChainHead]()
    for chain_of, chain in groupby(entries, itemgetter("jobId")):
        continued = before if before and before[0] == chain_of else None
        verified = verify(chain, after=continued, retention=retention)
        chains += continued is None
        shortened += verified.shortened
        if verified.broken:
            job, number, reason = (
                verified.broken.job_id,
                verified.broken.number,
                verified.broken.reason,
            )
            broken.append(BrokenEntry(UUID(job), number, reason))
        else:
            heads += _chain_heads(verified.heads)
    return Verification(
        chains,
        len(entries),
        shortened,
        broken,
        max(heads, key=lambda head: head.recorded_at, default=None),
        listing.cursor(rows[-1]) if len(rows) == portion else None,
    )


def _head(connection: Connection, place: ByJob) -> tuple[str, Head] | None:
    """The entry at which the part before ended; `None` if its retention is over since."""
    row = connection.execute(
        select(func.encode(Decision.hash, "hex"), Decision.recorded_at).where(
            Decision.job_id == place.job_id, Decision.number == place.number
        )
    ).one_or_none()
    if row is None:
        return None
    hash_, recorded_at = row
    return str(place.job_id), Head(place.number, hash_, recorded_at.isoformat())


def _chain_heads(heads: Mapping[str, Head]) -> Iterable[ChainHead]:
    for job, head in heads.items():
        time: Any = head.recorded_at
        yield ChainHead(UUID(job), head.number, head.hash, datetime.fromisoformat(time))
