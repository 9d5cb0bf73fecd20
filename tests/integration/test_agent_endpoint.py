"""MCP over HTTP: where the token goes, which versions are spoken, and what an agent reads."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.agents.endpoint import HttpReply, answer_post
from jobmatch.agents.protocol import answer
from jobmatch.agents.toolbox import use
from jobmatch.errors import ForbiddenError, UnauthenticatedError, UnsupportedMediaTypeError
from local.server import Request, Response, Server, json_response, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import StringIO

    from jobmatch.agents.api_client import ApiAnswer, ApiRequest

META = "io.modelcontextprotocol/"
ENVELOPE = {f"{META}protocolVersion": "2026-07-28", f"{META}clientCapabilities": {}}
JOB = "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708"
ME = {"id": JOB, "role": "employer", "companyName": "Marlow Devices"}


class NobodyAsked:
    """An API that must not be asked."""

    def send(self, request: ApiRequest) -> ApiAnswer:
        pytest.fail(f"asked for {request.path}")


@contextmanager
def routes(
    monkeypatch: pytest.MonkeyPatch, respond: Callable[[Request], Response]
) -> Iterator[list[Request]]:
    """An API on this machine, which API_URL names; gives the requests that came."""
    came: list[Request] = []

    def note(request: Request) -> Response:
        came.append(request)
        return respond(request)

    with Server(0, note) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("API_URL", f"http://127.0.0.1:{server.server_port}")
        try:
            yield came
        finally:
            server.shutdown()
            thread.join()


def posted(body: object, headers: dict[str, str] | None = None, seconds: float = 10) -> HttpReply:
    sent = {"content-type": "application/json", "authorization": "Bearer a.b.c", **(headers or {})}
    event = {"headers": sent, "requestContext": {"domainName": "api.invalid"}}
    return answer_post((json.dumps(body).encode(), sent["content-type"]), event, seconds)


def request(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return request("tools/call", name=name, arguments=arguments)


def problem(reply: HttpReply) -> Any:
    result = json.loads(reply.body)["result"]
    assert result["isError"]
    return json.loads(result["content"][0]["text"])


def test_a_route_gets_the_callers_token_and_nothing_else_of_the_request(
    monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    """Neither cookies nor where another proxy says that it came from, nor a host."""
    with routes(monkeypatch, lambda _: json_response(ME)) as came:
        reply = posted(
            call("get_me"),
            {
                "host": "evil.example",
                "cookie": "session=1",
                "x-forwarded-host": "evil.example",
                "forwarded": "host=evil.example",
                "x-evil": "1",
            },
        )
    (asked,) = came
    assert (asked.method, asked.path, asked.body) == ("GET", "/me", b"")
    assert asked.headers["authorization"] == "Bearer a.b.c"
    own = {"host", "accept-encoding", "accept", "authorization"}
    assert asked.headers.keys() == own
    assert "evil" not in "".join(asked.headers.values())
    shown = json.loads(reply.body)["result"]["structuredContent"]
    assert shown == {**ME, "companyName": {"data": "Marlow Devices"}}
    (line,) = [json.loads(each) for each in log.getvalue().splitlines()]
    assert (line["tool"], line["statuses"]) == ("get_me", [200])
    assert "Marlow" not in log.getvalue()
    assert "a.b.c" not in log.getvalue()


def test_on_aws_the_address_is_the_domain_that_the_gateway_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[str] = []
    monkeypatch.setenv("API_URL", "")
    monkeypatch.setattr(
        "jobmatch.agents.endpoint.HttpApi", lambda address, *_: given.append(address)
    )
    posted(request("ping"), {"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert given == ["https://api.invalid"]


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Request) -> Response:
        return Response(307, b"", [("location", "http://127.0.0.1:9/me")])

    with routes(monkeypatch, away) as came:
        assert problem(posted(call("get_me")))["status"] == 307
    assert len(came) == 1


def test_a_token_that_ran_out_meanwhile_is_a_401(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        routes(monkeypatch, lambda _: message(401, "Unauthorized")),
        pytest.raises(UnauthenticatedError),
    ):
        posted(call("get_me"))


def test_the_gateways_own_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with routes(monkeypatch, lambda _: message(429, "Too Many Requests")):
        told = problem(posted(call("get_me")))
    assert told == {"status": 429, "title": "Too Many Requests", "detail": "Too Many Requests"}


def test_who_gets_no_answer_is_told_that_it_may_have_been_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = threading.Event()

    def silent(_: Request) -> Response:
        asked.wait(10)
        return json_response({})

    with routes(monkeypatch, silent) as came:
        started = time.monotonic()
        posting = problem(posted(call("create_job", title="Counsel"), seconds=1.3))
        reading = problem(posted(call("get_me"), seconds=1.3))
        assert time.monotonic() - started < 8, "it ended by its own time-out"
        asked.set()
    assert len(came) == 2
    assert "It is unknown whether" in posting["detail"]
    assert reading["detail"] == "The API did not answer."


def test_a_page_of_a_proxy_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with routes(monkeypatch, lambda _: Response(200, b"<html>", [("content-type", "text/html")])):
        assert problem(posted(call("get_me")))["detail"] == "The API did not answer."


def test_a_status_that_has_no_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with routes(monkeypatch, lambda _: Response(530, b"<html>", [])):
        assert problem(posted(call("get_me"))) == {"status": 530, "title": "Refused"}


@pytest.mark.parametrize("told", [{"a": "ignore all"}, ["ignore all"], 7])
def test_what_has_another_form_than_expected_is_data(
    monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    with routes(monkeypatch, lambda _: json_response({**ME, "companyName": told})):
        result = json.loads(posted(call("get_me")).body)["result"]
    assert result["structuredContent"]["companyName"] == {"data": told}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_pages_of_other_origins_are_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example,https://b.example")
    with pytest.raises(ForbiddenError):
        posted(request("ping"), {"origin": origin})
    for known in ("https://a.example", "https://b.example"):
        assert posted(request("ping"), {"origin": known}).status == 200


def test_only_json_is_read() -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        posted(request("ping"), {"content-type": "text/plain"})


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("2031-01-01", "2025-11-25"),
        (7, "2025-11-25"),
    ],
)
def test_a_handshake_agrees_on_a_version(wanted: object, spoken: str) -> None:
    reply = json.loads(posted(request("initialize", protocolVersion=wanted)).body)
    assert reply["result"]["protocolVersion"] == spoken
    assert reply["result"]["capabilities"] == {"tools": {}}


HEADERS = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list"}


@pytest.mark.parametrize(
    ("meta", "headers", "status", "code"),
    [
        (ENVELOPE, HEADERS, 200, None),
        (ENVELOPE, HEADERS | {"mcp-method": "ping"}, 400, -32020),
        (ENVELOPE, {"mcp-protocol-version": "2026-07-28"}, 400, -32020),
        (ENVELOPE, {}, 400, -32020),
        ({}, HEADERS, 400, -32020),
        ({f"{META}protocolVersion": "2026-07-28"}, HEADERS, 400, -32602),
        (ENVELOPE, HEADERS | {"mcp-protocol-version": "2025-03-26"}, 400, -32022),
        ({}, {"mcp-protocol-version": "2031-01-01"}, 400, -32022),
        ({}, {"mcp-protocol-version": "2025-11-25"}, 200, None),
    ],
    ids=range(9),
)
def test_the_version_of_a_request_is_checked(
    meta: dict[str, Any], headers: dict[str, str], status: int, code: int | None
) -> None:
    reply = posted(request("tools/list", _meta=meta), headers)
    assert reply.status == status, reply.body
    body = json.loads(reply.body)
    assert body.get("error", {}).get("code") == code
    if code == -32022:
        assert body["error"]["data"]["supported"] == ["2026-07-28", "2025-06-18", "2025-11-25"]


def test_a_method_of_neither_age_is_told_apart() -> None:
    new = request("initialize", _meta=ENVELOPE)
    reply = posted(new, HEADERS | {"mcp-method": "initialize"})
    assert (reply.status, json.loads(reply.body)["error"]["code"]) == (404, -32601)
    old = posted(request("server/discover"))
    assert (old.status, json.loads(old.body)["error"]["code"]) == (200, -32601)
    without = answer(request("tools/list", _meta=ENVELOPE), NobodyAsked())
    assert without.body is not None
    assert without.body["result"]["resultType"] == "complete"


@pytest.mark.parametrize(
    ("tool", "arguments", "pointers"),
    [
        ("get_job", {}, ["/jobId"]),
        ("get_job", {"jobId": None}, ["/jobId"]),
        ("get_job", {"jobId": "../me"}, ["/jobId"]),
        ("get_job", {"jobId": [JOB]}, ["/jobId"]),
        ("get_job", {"jobId": JOB, "x" * 500: 1}, [f"/{'x' * 100}…"]),
        ("list_matches", {"jobId": JOB, "limit": True}, ["/limit"]),
        ("list_matches", {"jobId": JOB, "limit": 0}, ["/limit"]),
        ("list_matches", {"jobId": JOB, "limit": 5.5}, ["/limit"]),
        ("list_matches", {"jobId": JOB, "minScore": "90"}, ["/minScore"]),
        ("draft_job", {"text": {"a": 1}}, ["/text"]),
        ("compare_matches", {"jobId": JOB, "profileIds": [JOB]}, ["/profileIds"]),
        ("compare_matches", {"jobId": JOB, "profileIds": [JOB, "../me"]}, ["/profileIds"]),
        ("compare_matches", {"jobId": JOB, "profileIds": [JOB, 7]}, ["/profileIds"]),
        ("create_job", {"title": "a", "idempotencyKey": 7}, ["/idempotencyKey"]),
    ],
    ids=range(14),
)
def test_wrong_arguments_are_told_and_nothing_is_asked(
    tool: str, arguments: dict[str, Any], pointers: list[str]
) -> None:
    used = use(tool, arguments, NobodyAsked())
    assert used.result["isError"]
    told = json.loads(used.result["content"][0]["text"])
    assert [each["pointer"] for each in told["errors"]] == pointers
