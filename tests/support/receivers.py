"""A receiver of webhooks on this machine, and the work that brings events to it."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from standardwebhooks import Webhook

from jobmatch.postgres import connect
from jobmatch.webhooks.messages import Delivery
from tests.support.functions import invoke
from tests.support.running import NO_FAILURES, work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import Person


@dataclass(frozen=True)
class Received:
    """A request that a receiver got."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    def verified(self, secret: str) -> dict[str, Any]:
        """The event, as the official verifier accepts it; it raises for any other secret."""
        event: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return event


@dataclass
class Receiver:
    """Answers with `status`, and keeps what it got."""

    url: str = ""
    status: int = 204
    got: list[Received] = field(default_factory=list)

    def take(self) -> list[Received]:
        """What came since this was last asked, in the order of the sequence."""
        got, self.got = self.got, []
        return sorted(got, key=lambda each: int(each.event["sequence"]))

    def kinds(self) -> list[str]:
        """The types of the events that came, in the order of the sequence."""
        return [each.event["type"] for each in self.take()]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens on a port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            receiver.got.append(Received(self.path, dict(self.headers), body))
            self.send_response(receiver.status)
            if 300 <= receiver.status < 400:
                self.send_header("location", f"{receiver.url}elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


def a_webhook(api: Api, by: Person, url: str, *events: str, **fields: Any) -> tuple[str, str]:
    """Make a webhook; its id and its secret."""
    body = {"url": url, "events": list(events), **fields}
    made = api.post("/webhooks", body, by=by)
    assert made.status == 201, made.text
    return made.json["webhook"]["id"], made.json["secret"]


def deliver(cloud: Cloud) -> None:
    """Handle messages until all queues are empty; what was put off stays so."""
    steps = {
        "dispatch_webhooks": cloud.webhooks,
        "send_webhook": cloud.deliveries,
        "note_webhook_result": cloud.results,
    }
    while True:
        work(cloud)
        handled = 0
        for operation, queue in steps.items():
            if records := queue.records():
                assert invoke(operation, {"Records": records}) == NO_FAILURES
                handled += len(records)
        if not handled:
            return


def bring_forward() -> None:
    """Let the time pass until the next attempt, and the lease of whoever has died."""
    with connect() as connection:
        connection.execute(
            text(
                "UPDATE webhook_events SET next_attempt_at = now()"
                " WHERE state IN ('due', 'claimed')"
            )
        )


def events_of(api: Api, webhook: str, by: Person) -> list[dict[str, Any]]:
    """What a webhook was sent, the last event first."""
    answer = api.get(f"/webhooks/{webhook}/events?limit=100", by=by)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def a_delivery(url: str) -> Delivery:
    """A message that is signed just now, for who does not verify it."""
    ids = dict.fromkeys(("webhookId", "eventId"), "00000000-0000-4000-8000-000000000001")
    headers = {"webhook-timestamp": str(int(time.time()))}
    first = {"claim": 1, "attempt": 1}
    message: dict[str, Any] = {**ids, **first, "url": url, "headers": headers, "body": "{}"}
    return Delivery.model_validate(message)
