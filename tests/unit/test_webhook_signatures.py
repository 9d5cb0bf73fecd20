"""What webhooks are sent is signed as Standard Webhooks has it; console/tests verify it as well."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook

from jobmatch.webhooks.signatures import new_secret, signed_headers
from tests.support.paths import ROOT

SIGNED: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "webhook.json").read_text("utf-8"))


def test_a_message_has_a_signature_by_each_secret() -> None:
    headers = SIGNED["headers"]
    event_id, timestamp = UUID(headers["webhook-id"]), int(headers["webhook-timestamp"])
    assert signed_headers(event_id, timestamp, SIGNED["body"], SIGNED["secrets"]) == headers
    at = datetime.fromtimestamp(timestamp, UTC)
    assert headers["webhook-signature"].split() == [
        Webhook(secret).sign(str(event_id), at, SIGNED["body"]) for secret in SIGNED["secrets"]
    ]


def test_a_secret_is_another_each_time() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
