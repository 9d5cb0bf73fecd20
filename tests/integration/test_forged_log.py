"""Whoever owns the database changes the decision log: saved heads, and signed ones, show it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import boto3
import pytest
from sqlalchemy import select, text

from cli.anchors import read_anchors
from cli.errors import CommandError
from jobmatch.audit import anchors as collecting
from jobmatch.audit.chains import FIRST, Broken, Verified, verify
from jobmatch.audit.queries import log_decision, set_decision_retention
from jobmatch.models import Decision, DecisionKind, ExpiredDecision
from jobmatch.postgres import transaction
from local.events import schedule_event, sqs_event
from tests.support.cloud import Notary
from tests.support.functions import invoke
from tests.support.rows import all_rows, as_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.people import People

JOB, OTHER = UUID(int=1), UUID(int=2)
LENGTH = 5
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=2_000)


@pytest.fixture
def notary(api: Api, monkeypatch: pytest.MonkeyPatch) -> Notary:
    """Who signs heads; the names of its things are in the environment."""
    made = Notary.create()
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def chains(notary: Notary) -> None:
    """Two chains, each with as many entries."""
    for _ in range(LENGTH):
        for job in (JOB, OTHER):
            add(job)


def add(job: UUID) -> None:
    with transaction() as connection:
        log_decision(connection, job, DecisionKind.INVALIDATED, {}, {"matches": 3})


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


@pytest.mark.usefixtures("chains")
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
@pytest.mark.parametrize("mode", ["saved", "anchors"])
def test_a_tampering_is_found(
    api: Api,
    people: People,
    notary: Notary,
    mode: str,
    tamper: Callable[[Connection], None],
) -> None:
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
    found = check().broken
    assert isinstance(found, Broken)
    assert UUID(found.job_id) == JOB


@pytest.mark.usefixtures("chains")
def test_what_expires_is_recorded_and_the_chain_goes_on(
    api: Api, people: People, notary: Notary
) -> None:
    """Also where all of it has expired."""
    signed(notary)
    before = verify(logged(api, people)).heads
    old = [UUID(int=3), UUID(int=4)]
    with as_owner() as connection:
        for job, length, left in zip(old, (LENGTH, 2), (LENGTH - 2, 0), strict=True):
            rows = [row | {"job_id": job} for row in entries(connection)]
            expired = chained(rows[: length - left], start=LONG_AGO)
            last = expired[-1]
            young = chained(rows[:left], last["hash"], last["number"] + 1, NOW, last["recorded_at"])
            for row in (*expired, *young):
                connection.execute(Decision.__table__.insert().values(row))  # type: ignore[attr-defined]
    whole = verify(logged(api, people))
    assert whole.broken is None
    purged = invoke("purge_history", schedule_event("purge_history"))
    assert purged["decisions"] == 4
    for job in (*old, JOB):
        add(job)
    assert [row[1] for row in all_rows()["expired_decisions"]] == [2, 2]
    found = verify(logged(api, people), before | whole.heads)
    assert (found.broken, found.shortened) == (None, 2)
    assert found.heads[str(old[1])].number == 3
    # For who takes the retention to be longer, a beginning is missing.
    assert verify(logged(api, people), retention=timedelta(days=3_000)).broken is not None


@pytest.mark.usefixtures("chains")
def test_only_the_beginning_expires_and_only_when_the_schema_says_so(database: str) -> None:
    def delete(where: str) -> None:
        with transaction() as connection:
            connection.execute(text(f"DELETE FROM decisions WHERE {where}"))  # noqa: S608 - ours

    for where in ("true", "number = 1", "number = 5"):
        with pytest.raises(Exception, match="stays until its retention is over"):
            delete(where)
    with as_owner() as connection:
        connection.execute(text("UPDATE decisions SET recorded_at = now() - interval '9 days'"))
    try:
        with transaction() as connection:
            set_decision_retention(connection, timedelta(days=8))
        with pytest.raises(Exception, match="only from the beginning"):
            delete("number = 2")
        with transaction() as connection:
            set_decision_retention(connection, None)
        with pytest.raises(Exception, match="stays until its retention is over"):
            delete("number = 1")
        with transaction() as connection:
            set_decision_retention(connection, timedelta(days=8))
        delete("number <= 2")
    finally:
        with transaction() as connection:
            set_decision_retention(connection, timedelta(days=1461))
    assert [row[1] for row in all_rows()["expired_decisions"]] == [2, 2]


def test_all_heads_are_signed_in_portions(
    api: Api, people: People, notary: Notary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "PORTION", 2)
    for _ in range(5):
        add(uuid4())
    signed(notary)
    anchors = read_anchors(f"s3://{notary.bucket}")
    found = verify(logged(api, people), anchored=anchors.heads)
    assert found.broken is None
    heads = {(job, head[:2]) for job, head in anchors.heads}
    assert (anchors.count, heads) == (3, {(job, head[:2]) for job, head in found.heads.items()})


@pytest.mark.usefixtures("chains")
def test_an_anchor_is_found_after_its_deletion_and_nobody_deletes_its_version(
    notary: Notary,
) -> None:
    signed(notary)
    s3 = boto3.client("s3")
    s3.delete_object(Bucket=notary.bucket, Key="heads.json")
    assert read_anchors(f"s3://{notary.bucket}").count == 1
    (version,) = s3.list_object_versions(Bucket=notary.bucket)["Versions"]
    with pytest.raises(Exception, match="AccessDenied"):
        s3.delete_object(Bucket=notary.bucket, Key="heads.json", VersionId=version["VersionId"])


def test_the_public_key_can_be_given(notary: Notary, tmp_path: Path) -> None:
    add(JOB)
    signed(notary)
    kms = boto3.client("kms")
    (tmp_path / "right").write_bytes(kms.get_public_key(KeyId=notary.key)["PublicKey"])
    other = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    (tmp_path / "wrong").write_bytes(kms.get_public_key(KeyId=other)["PublicKey"])
    place = f"s3://{notary.bucket}"
    assert read_anchors(place, tmp_path / "right") == read_anchors(place)
    with pytest.raises(CommandError, match="another key"):
        read_anchors(place, tmp_path / "wrong")


def test_a_message_that_is_none_is_not_signed(notary: Notary) -> None:
    event = sqs_event([json.dumps({"heads": {"a": [1]}})])
    failed = invoke("sign_heads", event)["batchItemFailures"]
    assert [each["itemIdentifier"] for each in failed] == [event["Records"][0]["messageId"]]
    with pytest.raises(CommandError, match="no anchor"):
        read_anchors(f"s3://{notary.bucket}")
