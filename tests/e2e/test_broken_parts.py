"""Parts that break, each found by the commands of the runbook, which prints what is here."""

from __future__ import annotations

import argparse
import http.client
import json
import re
import secrets
import shlex
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest

from cli.place import Place
from local.postgres import EmbeddedPostgres
from local.running import Running
from tests.support.disks import filled, small_disk
from tests.support.outages import stop_and_start
from tests.support.paths import ROOT
from tests.support.rivals import until
from tests.support.system import System, follow, guide_of, run_command, start, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("system")

RUNBOOK = (ROOT / "docs" / "operate.md").read_text("utf-8")
MOST_COMMANDS = 3
MEGABYTES = 160
SMALL = ("max_wal_size = '64MB'", "min_wal_size = '32MB'", "autovacuum = off")
JOB = {"title": "Counsel", "status": "open", "requiredSpecializations": ["Copyright"]}
# Ids of API Gateway, ids of ours, times, ages, and the numbers of our lines.
CHANGING = (
    (r"correlation_id=\S+", "correlation_id=ID"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "TIME"),
    (r"\b\d\d:\d\d:\d\d\b", "TIME"),
    (r"\d+:\d\d:\d\d ago", "AGE ago"),
    (r"\.py:\d+", ".py:N"),
    (r"\s+", " "),
)


def normal(text: str) -> str:
    """A text without what differs from one time to the next."""
    for pattern, name in CHANGING:
        text = re.sub(pattern, name, text)
    return text.strip()


def transcript(title: str) -> list[tuple[str, list[str]]]:
    """The commands of an example in the runbook, each with the lines that it shows."""
    (block,) = re.findall(rf"^- \*\*{title}\*\*.*?```\n(.*?)```", RUNBOOK, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for line in block.splitlines()]
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    ends = [*starts[1:], len(lines)]
    return [
        (lines[start].removeprefix("$ "), lines[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    ]


class Broken:
    """A system with a database of its own, whose user is not a superuser."""

    def __init__(self, system: System, server: EmbeddedPostgres) -> None:
        self.system = system
        self.server = server
        self.place = Place(argparse.Namespace(url=None, stack=None, state=system.state))
        admin = system.token("--role", "admin")
        person = {"name": "Ada Quill", "status": "active", "specializations": ["Copyright"]}
        people = [{"id": str(uuid4()), **person} for _ in range(300)]
        body = {"profiles": people}
        assert system.call("POST", "/admin/profiles/import", admin, body)[0] == 200

    def job(self, **values: object) -> str:
        token = self.system.token("--role", "employer", "--company", "Marlow Devices")
        status, answer = self.system.call("POST", "/jobs", token, JOB | values)
        assert status == 201
        return str(answer["id"])

    @contextmanager
    def mails(self) -> Iterator[Any]:
        """A client of what sends mails."""
        sqs = self.place.sqs.meta
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        address = {"endpoint_url": sqs.endpoint_url, "region_name": sqs.region_name}
        client = boto3.client("sesv2", **address, **keys)
        try:
            yield client
        finally:
            client.close()

    def close(self) -> None:
        self.place.sqs.close()
        self.place.api.close()  # last, because it tells where the queues are

    def operate(self, command: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """What a command prints, in a wide terminal."""
        monkeypatch.setenv("COLUMNS", "500")
        _, *arguments = shlex.split(command)
        done = run_command("cli", *arguments, "--state", str(self.system.state))
        return done.stdout + done.stderr


@contextmanager
def broken(folder: Path) -> Iterator[Broken]:
    """A system whose database is in `folder / "postgres"`."""
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.start()
    try:
        for setting in SMALL:
            server.query(f"ALTER SYSTEM SET {setting}")
        server.query("SELECT pg_reload_conf()")
        server.query("CREATE ROLE app LOGIN PASSWORD 'made for one test'")
        server.query("CREATE DATABASE app OWNER app")
        url = f"postgresql://app:made%20for%20one%20test@127.0.0.1:{server.port}/app"
        process = start(folder / "state", 0, DATABASE_URL=url)
        try:
            guide = guide_of(process)
            port = Running.find(folder / "state").port
            system = System(port, folder / "state", guide, process.pid, follow(process))
            made = Broken(system, server)
            try:
                yield made
            finally:
                made.close()
        finally:
            assert stop(process) == 0
    finally:
        server.stop()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    with broken(tmp_path_factory.mktemp("broken")) as system:
        yield system


def assert_found(
    title: str, system: Broken, patch: pytest.MonkeyPatch, *, told: str, **ids: str
) -> None:
    """Assert that the runbook's commands print what it says, and that the terminal tells it."""
    shown = transcript(title)
    assert 0 < len(shown) <= MOST_COMMANDS
    for command, lines in shown:
        typed = " ".join(ids.get(word, word) for word in command.split())
        printed = normal(system.operate(typed, patch))
        for line in lines:
            for part in filter(None, line.split("…")):
                assert normal(part) in printed, (command, part, printed)
    until(lambda: told in " ".join(system.system.printed))


def test_a_renamed_table_is_found(whole: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    job = whole.job()
    whole.operate(f"jobmatch match {job}", monkeypatch)
    whole.system.execute("ALTER TABLE profile_features RENAME TO moved")
    try:
        whole.operate(f"jobmatch match {job}", monkeypatch)
        told = 'run_matching  The run failed.  ProgrammingError (42P01, relation "profile_features"'
        assert_found("A table is renamed", whole, monkeypatch, told=told, JOB=job)
    finally:
        whole.system.execute("ALTER TABLE moved RENAME TO profile_features")


def test_a_revoked_permission_is_found(whole: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    whole.system.execute("REVOKE INSERT ON job_matches FROM app")
    try:
        job = whole.job()
        told = "The run failed.  ProgrammingError (42501, permission denied for table job_matches)"
        until(lambda: told in " ".join(whole.system.printed))
        assert_found("A permission is revoked", whole, monkeypatch, told=told, JOB=job)
    finally:
        whole.system.execute("GRANT INSERT ON job_matches TO app")


def test_a_refused_mail_is_found(whole: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    with whole.mails() as ses:
        senders = [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]
        for sender in senders:
            ses.delete_email_identity(EmailIdentity=sender)
        try:
            job = whole.job()
            told = "notify_employer  The mail was refused.  MailRefusedError (MessageRejected, "
            until(lambda: told in " ".join(whole.system.printed))
            assert_found("The mail is refused", whole, monkeypatch, told=told, JOB=job)
        finally:
            for sender in senders:
                ses.create_email_identity(EmailIdentity=sender)


def test_a_queue_that_is_gone_is_found(whole: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    url, _ = whole.place.queue_urls("matching")
    sqs = whole.place.sqs
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    sqs.delete_queue(QueueUrl=url)
    try:
        job = whole.job()
        told = "SendMessageBatch, queue MatchingQueue)"
        assert_found("A queue is gone", whole, monkeypatch, told=told, JOB=job)
    finally:
        kept = {name: attributes[name] for name in ("VisibilityTimeout", "RedrivePolicy")}
        sqs.create_queue(QueueName="MatchingQueue", Attributes=kept)
    # Whoever reads the queue goes on when it is there again.
    assert "completed" in whole.operate(f"jobmatch match {job}", monkeypatch)


def test_a_full_disk_is_found(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("disk")
    (folder / "postgres").mkdir()
    with small_disk(folder / "postgres", MEGABYTES), broken(folder) as system:
        job = system.job()
        until(lambda: "The mail is sent." in " ".join(system.system.printed))
        token = system.system.token("--role", "employer", "--company", "Marlow Devices")
        # A new segment of the log, 16 MB that are there: tables are what will not fit.
        system.server.query("SELECT pg_switch_wal()")
        with filled(system.server.folder):
            request = refused(system.system, token)
            told = "create_job  The database is not available.  ProgrammingError (53100, disk full)"
            assert_found("The disk is full", system, monkeypatch, told=told, ID=request)
        system.server.stop()  # unless the full disk has ended it already
        said = system.operate(f"jobmatch why {job}", monkeypatch)
        assert said == "error: the database can't be used: Connection refused\n"
        stop_and_start(system.server)
        assert "completed" in system.operate(f"jobmatch match {job}", monkeypatch)


def refused(system: System, token: str) -> str:
    """Post long jobs until one gets 503; the id of its request."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", system.port)
    try:
        for _ in range(200):
            body = json.dumps({"title": "Counsel", "description": secrets.token_hex(9_000)})
            connection.request("POST", "/jobs", body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                return answer.headers["apigw-requestid"]
    finally:
        connection.close()
    pytest.fail("The disk was not full.")
