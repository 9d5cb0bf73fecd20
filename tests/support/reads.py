"""How many rows PostgreSQL reads for an operation, with the plans of long tables.

The tables have few rows, but the planner is told that they have many, so that it chooses the plan
for long tables. The rows that were read come from the server's counters of the transaction, which
include what foreign keys and triggers read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

UNTIL_SETTLED = 7
"""A prepared statement is planned for its values five times; then the cheaper plan is used."""

# The planner takes the rows per page from here and counts the pages itself. The numbers of indexes
# grow too, for the sake of partial ones.
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
    """The tables that were scanned, and how much was read in all.

    `rows` counts rows, index entries, and searches of an index: a search from the root costs as
    much as a row, and a skip scan makes many of them for one entry.
    """

    scanned: frozenset[str]
    rows: int


def take_for(connection: Connection, sizes: Mapping[str, int]) -> None:
    """Let the planner assume so many rows of each table, until the transaction ends."""
    for name, rows in sizes.items():
        updated = connection.execute(_TAKE_FOR, {"name": name, "rows": rows}).rowcount
        assert updated, f"{name} lacks rows or statistics"


def read_by(connection: Connection, work: Callable[[Connection], object]) -> Read:
    """How much `work` reads in a transaction, repeated until its plans no longer change.

    What it writes is rolled back each time.

    Returns:
        The tables that were scanned in any repetition, and the most rows of one.
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
