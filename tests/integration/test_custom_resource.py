"""CloudFormation gets its one answer, whatever happens."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.errors import ConflictError
from jobmatch.operations import custom_resource
from local.events import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "ada@firm.example"


class Bucket(HTTPServer):
    """Where CloudFormation waits for answers; the first `refusals` are refused.

    Args:
        is_garbled: whether what refuses speaks no HTTP.
    """

    def __init__(self, refusals: int = 0, *, is_garbled: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.refusals = refusals
        self.is_garbled = is_garbled
        self.attempts = 0
        self.got: list[tuple[str, str | None, dict[str, Any]]] = []

    def event(self, request: str = "Create", **fields: str) -> dict[str, Any]:
        return {
            "RequestType": request,
            "ResponseURL": f"http://127.0.0.1:{self.server_port}/answer?signature=x",
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/jobmatch/1",
            "RequestId": "00000000-0000-4000-8000-00000000000a",
            "LogicalResourceId": "Migrations",
            "ResourceProperties": {"ServiceToken": "arn", "Hash": "1"},
            **fields,
        }

    def answer(self) -> dict[str, Any]:
        """The one answer that was taken."""
        ((path, content_type, body),) = self.got
        assert (path, content_type) == ("/answer?signature=x", "")
        return body


class _Receiver(BaseHTTPRequestHandler):
    server: Bucket

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.attempts += 1
        is_refused = self.server.attempts <= self.server.refusals
        if not is_refused:
            self.server.got.append((self.path, self.headers["Content-Type"], body))
        if is_refused and self.server.is_garbled:
            self.wfile.write(b"?\r\n\r\n")
            return
        self.send_response(503 if is_refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(refusals: int = 0, *, is_garbled: bool = False) -> Iterator[Bucket]:
    with Bucket(refusals, is_garbled=is_garbled) as bucket:
        thread = threading.Thread(target=bucket.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield bucket
        bucket.shutdown()
        thread.join()


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with serving() as bucket:
        yield bucket


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_success_carries_the_attributes(bucket: Bucket, request_type: str) -> None:
    event = bucket.event(request_type)
    custom_resource.answer(event, LambdaContext("migrate"), lambda: {"Revision": "0008"})
    assert bucket.answer() == {
        "Status": "SUCCESS",
        "Reason": "See /aws/lambda/migrate, stream local.",
        "PhysicalResourceId": "Migrations",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": "Migrations",
        "Data": {"Revision": "0008"},
    }


def test_an_answer_that_met_no_http_is_sent_again() -> None:
    with serving(refusals=1, is_garbled=True) as bucket:
        custom_resource.answer(bucket.event(), LambdaContext(), dict)
        assert bucket.answer()["Status"] == "SUCCESS"


def test_an_update_keeps_the_id(bucket: Bucket) -> None:
    event = bucket.event("Update", PhysicalResourceId="as-it-was")
    custom_resource.answer(event, LambdaContext(), dict)
    assert bucket.answer()["PhysicalResourceId"] == "as-it-was"


def test_a_failure_is_answered_and_logged_without_its_words(bucket: Bucket, log: Any) -> None:
    def work() -> dict[str, str]:
        raise RuntimeError(SECRET)

    custom_resource.answer(bucket.event(), LambdaContext(), work)
    answer = bucket.answer()
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "RuntimeError. See /aws/lambda/function, stream local."
    assert SECRET not in json.dumps(answer)
    said = log.getvalue()
    assert "RuntimeError" in said
    assert SECRET not in said


def test_a_long_cause_fits_into_what_cloudformation_takes(bucket: Bucket) -> None:
    def work() -> dict[str, str]:
        raise ConflictError("Rows break checks: " + "jobs_title_check, " * 1000)

    custom_resource.answer(bucket.event(), LambdaContext(), work)
    answer = bucket.answer()
    assert answer["Reason"].startswith("Rows break checks: jobs_title_check, jobs_title_check")
    assert answer["Reason"].endswith(" See /aws/lambda/function, stream local.")
    assert len(json.dumps(answer)) < 4096


def test_a_deletion_does_nothing(bucket: Bucket) -> None:
    event = bucket.event("Delete", PhysicalResourceId="Migrations")
    custom_resource.answer(event, LambdaContext(), lambda: pytest.fail("It must not work."))
    assert bucket.answer()["Status"] == "SUCCESS"


def test_work_that_takes_too_long_is_answered_before_the_time_out(bucket: Bucket) -> None:
    started = time.monotonic()
    context = LambdaContext(deadline=started + custom_resource.RESERVE_SECONDS + 0.2)

    def work() -> dict[str, str]:
        # A success: only an answer that came in the meantime says otherwise.
        while not bucket.got and time.monotonic() < started + 10:
            time.sleep(0.01)
        return {"Revision": "0008"}

    custom_resource.answer(bucket.event(), context, work)
    assert bucket.answer()["Status"] == "FAILED"
    assert bucket.answer()["Reason"].startswith("It was not done before ")


def test_an_answer_that_is_refused_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with serving(refusals=2) as bucket:
        custom_resource.answer(bucket.event(), LambdaContext(), dict)
        assert bucket.answer()["Status"] == "SUCCESS"


def test_an_answer_that_can_not_be_delivered_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that Lambda tries the whole event again.
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with serving(refusals=99) as bucket:
        with pytest.raises(OSError, match="503"):
            custom_resource.answer(bucket.event(), LambdaContext(), dict)
        assert bucket.attempts == custom_resource.ATTEMPTS
