"""Chains that are here already when their jobs arrive: the log outlives the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from jobmatch.errors import ConflictError
from jobmatch.models import Decision, ExpiredDecision
from jobmatch.permissions.locks import ids

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy import Connection


class KeptChains:
    """What is here of the chains that arrive: each entry has to arrive with the same hash."""

    def __init__(self) -> None:
        self._hashes: dict[UUID, dict[int, str]] = {}
        self._expired: dict[UUID, int] = {}

    def read(self, connection: Connection, job_ids: Collection[UUID]) -> None:
        """Read what is here of the chains of some jobs."""
        for table in (ExpiredDecision, Decision):
            kept = select(table.job_id, table.number, table.hash)
            for row in connection.execute(kept.where(table.job_id.in_(ids([*job_ids])))):
                self._hashes.setdefault(row.job_id, {})[row.number] = row.hash.hex()
                if table is ExpiredDecision:
                    self._expired[row.job_id] = row.number

    def has(self, job_id: UUID, number: int, hash_: str, *, expired: bool) -> bool:
        """Whether what arrives of a chain is here already, or has expired here.

        Raises:
            ConflictError: another entry is here.
        """
        hashes = self._hashes.get(job_id, {})
        if (kept := hashes.pop(number, None)) is not None:
            if kept != hash_:
                raise _other(job_id)
            return True
        last = self._expired.get(job_id, 0)
        return last > 0 if expired else number <= last

    def require_all(self) -> None:
        """Refuse the file if something that is here has not arrived.

        Raises:
            ConflictError: it has not.
        """
        for job_id, hashes in self._hashes.items():
            if hashes:
                raise _other(job_id)


def _other(job_id: UUID) -> ConflictError:
    return ConflictError(
        f"The decision log here has entries of job {job_id} that are not in the file,"
        " or are others there; nothing was imported."
    )
