"""What PostgreSQL reads for an operation in tables that it takes for long ones.

The rows are real and few; the planner is told that they are many, so that it chooses the plan of
the long tables. What was read comes from the server's own counters of the transaction, and so
holds what foreign keys and triggers read as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

UNTIL_SETTLED = 7
"""A prepared statement is planned for its values five times, then goes by the cheaper plan."""

# The planner takes rows per page from here and counts the pages itself. The indexes grow along,
# for the partial ones.
_TAKE_FOR = text("""
UPDATE pg_class SET reltuples = pg_class.reltuples * :rows / known.reltuples
FROM pg_class AS known
WHERE known.oid = CAST(:name AS regclass) AND known.reltuples > 0
  AND (pg_class.oid = known.oid
       OR pg_class.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = known.oid))
""")

_COUNTERS = text("""
SELECT relname, pg_stat_get_xact_numscans(oid),
       pg_stat_get_xact_tuples_returned(oid)
       + (SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(indexrelid)
                              + pg_stat_get_xact_numscans(indexrelid)), 0)
          FROM pg_index WHERE indrelid = pg_class.oid)
FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace)
""")


@dataclass(frozen=True, slots=True)
class Read:
    """The tables that were read from end to end, and what was read in all.

    `rows` counts rows, index entries, and searches of an index: a search from the root costs as
    much as a row, and a skip scan makes many for one entry.
    """

    scanned: frozenset[str]
    rows: int


def take_for(connection: Connection, sizes: Mapping[str, int]) -> None:
    """Have the planner take each table for one of so many rows; until the transaction ends."""
    for name, rows in sizes.items():
        updated = connection.execute(_TAKE_FOR, {"name": name, "rows": rows}).rowcount
        assert updated, f"{name} has no rows or no statistics"


def read_by(connection: Connection, work: Callable[[Connection], object]) -> Read:
    """What `work` reads, done again and again until its plans have settled; within a transaction.

    What it writes is undone each time.

    Returns:
        The tables that were scanned at any time, and the most rows that it read at a time.
    """
    scanned: set[str] = set()
    most = 0
    for _ in range(UNTIL_SETTLED):
        before = _counters(connection)
        savepoint = connection.begin_nested()
        work(connection)
        savepoint.rollback()
        after = _counters(connection)
        scanned |= {name for name, (scans, _) in after.items() if scans > before[name][0]}
        most = max(most, sum(read - before[name][1] for name, (_, read) in after.items()))
    return Read(frozenset(scanned), most)


def _counters(connection: Connection) -> dict[str, tuple[int, int]]:
    return {name: (scans, int(read)) for name, scans, read in connection.execute(_COUNTERS)}
