"""The body of a request as bytes, for a route that reads documents itself."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from jobmatch.web import requests, routes
from local.events import LambdaContext, http_event

PLAIN, PDF = "text/plain", "application/pdf"

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post("/documents", middlewares=routes.allow(routes.EMPLOYER, raw=frozenset({PLAIN, PDF})))
def post() -> dict[str, str]:
    body, media_type = routes.raw_body(app)
    return {"body": body.hex(), "type": media_type}


def send(body: str | bytes | None, content_type: str | None) -> tuple[int, Any]:
    headers = {"content-type": content_type} if content_type else {}
    claims = {"sub": str(uuid4()), "cognito:groups": ["employer"]}
    event = http_event("POST", "/documents", headers=headers, body=body, claims=claims)
    context: Any = LambdaContext(function_name="documents")
    answer = app.resolve(event, context)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize(
    ("body", "content_type", "media_type"),
    [
        ("\ufeffÜnï\r\n", "text/plain; charset=utf-8", PLAIN),
        (b"\xff\xfea\0", "Text/Plain", PLAIN),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\0", PDF, PDF),
        (None, PDF, PDF),
    ],
)
def test_a_body_arrives_as_it_was_sent(
    body: str | bytes | None, content_type: str, media_type: str
) -> None:
    sent = body.encode() if isinstance(body, str) else body or b""
    assert send(body, content_type) == (200, {"body": sent.hex(), "type": media_type})


@pytest.mark.parametrize("content_type", ["application/json", "image/png", None, ""])
def test_no_other_type_is_taken(content_type: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Before an error goes out, the database is asked who the caller is.
    monkeypatch.setattr(requests, "_require_role", lambda *_: None)
    status, problem = send(b"%PDF \xff", content_type)
    assert status == 415
    assert problem["detail"] == f"Send {PDF} or {PLAIN}, with that as the Content-Type."
