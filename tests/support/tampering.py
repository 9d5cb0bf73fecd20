"""What somebody does to the decision log who owns the database, and whether it is found."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, text

from cli.anchors import read_anchors
from jobmatch.audit.chains import FIRST, Broken, Verified, verify
from jobmatch.audit.queries import log_decision
from jobmatch.models import Decision, DecisionKind, ExpiredDecision
from jobmatch.postgres import transaction
from local.events import schedule_event
from tests.support.functions import invoke
from tests.support.rows import as_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.cloud import Notary
    from tests.support.people import People

JOB, OTHER = UUID(int=1), UUID(int=2)
LENGTH = 5
"""Entries of a chain."""
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=2_000)
MODES = ["saved", "anchors"]
"""What a chain is compared with: heads that were saved, or signed ones."""


def add(job: UUID) -> None:
    with transaction() as connection:
        log_decision(connection, job, DecisionKind.INVALIDATED, {}, {"matches": 3})


def begin_chains() -> None:
    """Two chains, each with as many entries."""
    for _ in range(LENGTH):
        for job in (JOB, OTHER):
            add(job)


def logged(api: Api, people: People) -> Iterator[dict[str, Any]]:
    cursor = ""
    while cursor is not None:
        page = api.get(f"/admin/decisions?limit=3{cursor}", by=people.admin).json
        yield from page["items"]
        cursor = page["nextCursor"] and f"&cursor={page['nextCursor']}"


def signed(notary: Notary) -> None:
    """Anchor the present heads, as the schedule does."""
    invoke("collect_heads", schedule_event("collect_heads"))
    for record in notary.queue.records():
        answer = invoke("sign_heads", {"Records": [record]})
        assert answer == {"batchItemFailures": []}


# What somebody does to the chain of JOB who may do everything in the database.


def entries(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(Decision.__table__).where(Decision.job_id == JOB).order_by(Decision.number)
    )
    return [dict(row) for row in rows.mappings()]


def write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Make these the chain, as they are."""
    connection.execute(text("DELETE FROM decisions WHERE job_id = :job"), {"job": JOB})
    for row in rows:
        connection.execute(Decision.__table__.insert().values(row))  # type: ignore[attr-defined]


def chained(
    rows: list[dict[str, Any]],
    previous: bytes = FIRST,
    first: int = 1,
    start: datetime = NOW,
    before: datetime | None = None,
) -> list[dict[str, Any]]:
    """The rows with other numbers, times and facts, and hashes that are right."""
    done = []
    for number, row in enumerate(rows, first):
        at = start + timedelta(seconds=number)
        said = json.loads(row["entry"]) | {
            "jobId": str(row["job_id"]),
            "number": number,
            "recordedAt": at.isoformat(),
            "previousRecordedAt": before and before.isoformat(),
            "facts": {"matches": 4},
        }
        written = json.dumps(said)
        hash_ = hashlib.sha256(previous + written.encode()).digest()
        new = {"number": number, "recorded_at": at, "entry": written, "previous": previous}
        done.append(row | new | {"hash": hash_})
        previous, before = hash_, at
    return done


def record(connection: Connection, number: int, hash_: bytes, at: datetime = LONG_AGO) -> None:
    """Claim that retention has deleted the beginning up to an entry."""
    values = {"job_id": JOB, "number": number, "hash": hash_, "recorded_at": at}
    connection.execute(ExpiredDecision.__table__.insert().values(values))  # type: ignore[attr-defined]


def words(connection: Connection) -> None:
    rows = entries(connection)
    rows[2]["entry"] = rows[2]["entry"].replace("3", "4")
    write(connection, rows)


def words_and_hash(connection: Connection) -> None:
    rows = entries(connection)
    write(connection, [*rows[:2], *chained(rows[2:3], rows[1]["hash"], 3), *rows[3:]])


def words_and_all_hashes_after(connection: Connection) -> None:
    rows = entries(connection)
    before = rows[1]["recorded_at"]
    write(connection, [*rows[:2], *chained(rows[2:], rows[1]["hash"], 3, before=before)])


def last_words(connection: Connection) -> None:
    rows = entries(connection)
    before = rows[3]["recorded_at"]
    write(connection, [*rows[:4], *chained(rows[4:], rows[3]["hash"], 5, before=before)])


def middle_cut(connection: Connection) -> None:
    rows = entries(connection)
    write(connection, [*rows[:2], *rows[3:]])


def end_cut(connection: Connection) -> None:
    write(connection, entries(connection)[:3])


def beginning_cut(connection: Connection) -> None:
    write(connection, entries(connection)[2:])


def beginning_cut_as_if_expired(connection: Connection) -> None:
    rows = entries(connection)
    record(connection, 2, rows[1]["hash"])
    write(connection, rows[2:])


def all_deleted(connection: Connection) -> None:
    write(connection, [])


def all_deleted_as_if_expired(connection: Connection) -> None:
    rows = entries(connection)
    record(connection, 5, rows[4]["hash"])
    write(connection, [])


def all_written_anew(connection: Connection) -> None:
    write(connection, chained(entries(connection)))


def all_written_anew_and_longer(connection: Connection) -> None:
    write(connection, chained([*entries(connection), *entries(connection)]))


def a_forged_history_at_the_head(connection: Connection) -> None:
    rows = entries(connection)
    write(connection, chained(rows, b"\1" * 32, LENGTH))


def a_forged_history_after_the_head(connection: Connection) -> None:
    rows = entries(connection)
    write(connection, chained(rows, b"\1" * 32, LENGTH + 1))


def a_forged_history_that_continues_the_head(connection: Connection) -> None:
    rows = entries(connection)
    write(connection, chained(rows, rows[-1]["hash"], LENGTH + 1))


def a_forged_history_after_the_head_as_if_expired(connection: Connection) -> None:
    rows = entries(connection)
    record(connection, LENGTH, rows[-1]["hash"])
    write(connection, chained(rows, rows[-1]["hash"], LENGTH + 1, before=LONG_AGO))


def a_forged_history_far_beyond_as_if_expired(connection: Connection) -> None:
    rows = entries(connection)
    record(connection, 99, b"\1" * 32)
    write(connection, chained(rows, b"\1" * 32, 100, LONG_AGO, LONG_AGO))


def another_jobs_chain(connection: Connection) -> None:
    write(connection, [])
    connection.execute(
        text("UPDATE decisions SET job_id = :job WHERE job_id = :other"),
        {"job": JOB, "other": OTHER},
    )


TAMPERINGS = [
    words,
    words_and_hash,
    words_and_all_hashes_after,
    last_words,
    middle_cut,
    end_cut,
    beginning_cut,
    beginning_cut_as_if_expired,
    all_deleted,
    all_deleted_as_if_expired,
    all_written_anew,
    all_written_anew_and_longer,
    a_forged_history_at_the_head,
    a_forged_history_after_the_head,
    a_forged_history_that_continues_the_head,
    a_forged_history_after_the_head_as_if_expired,
    a_forged_history_far_beyond_as_if_expired,
    another_jobs_chain,
]


def tampered(
    api: Api, people: People, notary: Notary, mode: str, tamper: Callable[[Connection], None]
) -> Broken | None:
    """What is found when two sound chains, of which one has grown, are tampered with."""
    before = verify(logged(api, people))
    assert (before.broken, before.entries) == (None, 2 * LENGTH)
    if mode == "anchors":
        signed(notary)

    def check() -> Verified:
        if mode == "saved":
            return verify(logged(api, people), before.heads)
        return verify(logged(api, people), anchored=read_anchors(f"s3://{notary.bucket}").heads)

    add(OTHER)
    assert check().broken is None
    with as_owner() as connection:
        tamper(connection)
    return check().broken
