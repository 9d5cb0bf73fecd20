"""Who may send a mail: a policy can name the identity and the sender's address."""

from __future__ import annotations

import json
from email.utils import parseaddr
from typing import Any

from ministack import app
from ministack.core import iam_actions, responses

PATH = "/v2/email/outbound-emails"


def authorize_senders() -> None:
    enforce = app._enforce_ses_v2

    def with_sender(
        method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str
    ) -> Any:
        if path != PATH or method != "POST":
            return enforce(method, path, headers, body, query, request_id)
        mail = json.loads(body)
        address = parseaddr(mail["FromEmailAddress"])[1]
        identity = f"identity/{address.rpartition('@')[2]}"
        resource = f"arn:aws:ses:{responses.get_region()}:{responses.get_account_id()}:{identity}"
        # What comes as MIME needs the second one, too.
        for action in ("SendEmail", *(["SendRawEmail"] if "Raw" in mail["Content"] else [])):
            denied = app._enforce_data_plane(
                *("sesv2", f"ses:{action}", headers, query, request_id),
                resource_arn=resource,
                service_context={"ses:FromAddress": address},
                named_resource=resource,
            )
            if denied:
                return denied
        return None

    app._enforce_ses_v2 = with_sender


def knows_no_sender() -> bool:
    body = json.dumps({"FromEmailAddress": "a@example.com"}).encode()
    found = iam_actions.extract_resource_arn("ses", "POST", PATH, {}, body, {}, "us-east-1", "1")
    return bool(found == "*")
