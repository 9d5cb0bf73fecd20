"""Whoever owns the database changes the decision log: saved heads, and signed ones, show it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import boto3
import pytest
from sqlalchemy import text

from cli.anchors import read_anchors
from cli.errors import CommandError
from jobmatch.audit import anchors as collecting
from jobmatch.audit.chains import Broken, verify
from jobmatch.audit.queries import set_decision_retention
from jobmatch.models import Decision
from jobmatch.postgres import transaction
from local.events import schedule_event, sqs_event
from tests.support.cloud import Notary
from tests.support.functions import invoke
from tests.support.rows import all_rows, as_owner
from tests.support.tampering import (
    JOB,
    LENGTH,
    LONG_AGO,
    MODES,
    NOW,
    TAMPERINGS,
    add,
    begin_chains,
    chained,
    entries,
    logged,
    signed,
    tampered,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.people import People


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
    begin_chains()


@pytest.mark.usefixtures("chains")
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
@pytest.mark.parametrize("mode", MODES)
def test_a_tampering_is_found(
    api: Api,
    people: People,
    notary: Notary,
    mode: str,
    tamper: Callable[[Connection], None],
) -> None:
    found = tampered(api, people, notary, mode, tamper)
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
