import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.cors import Cors, origins
from local.environments import Result
from local.errors import LocalError
from local.gateway import Gateway, to_response
from local.intrinsics import read_yaml
from local.issuer import Issuer
from local.resources import Authorizer
from local.server import BODY_LIMIT, Request, Response, Server
from local.template import Template
from tests.support.paths import ROOT

CLAIMS = {"sub": "1", "iss": "https://issuer.example", "cognito:groups": ["admin", "employer"]}


class AnyIssuer(Issuer):
    def __init__(self) -> None:
        pass

    def verify(self, token: str, authorizer: Authorizer) -> dict[str, Any]:
        assert (token, authorizer.issuer) == ("good", "https://issuer.example")
        return CLAIMS


class Stub:
    """A gateway whose functions answer `result`; `event` is what they got."""

    def __init__(self, template: Template, issuer: Issuer) -> None:
        self.result: Any = Result({"statusCode": 200, "body": "ok"})
        self.event: dict[str, Any] = {}
        self.function = ""
        self.gateway = Gateway(template.routes, issuer, self.invoke, Cors(template.cors()))

    def invoke(self, function: Any, event: Any) -> Result:
        self.function, self.event = function.operation, event
        result: Result = self.result
        return result

    def __call__(self, method: str, path: str, **request: Any) -> Response:
        return self.gateway(Request(method, path, **request))


@pytest.fixture
def stub(template: Template) -> Stub:
    return Stub(template, AnyIssuer())


GOOD = {"authorization": "Bearer good"}


def test_the_most_specific_route_is_taken(stub: Stub) -> None:
    for path, key, parameters in [
        ("/things/special", "POST /things/special", None),
        ("/things/a b", "POST /things/{thing-id}", {"thing-id": "a b"}),
        ("/rest/x/y", "POST /rest/{proxy+}", {"proxy": "x/y"}),
    ]:
        assert stub("POST", path, headers=GOOD).status == 200
        assert stub.event["routeKey"] == key
        assert stub.event.get("pathParameters") == parameters


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("GET", "/things/1"), ("POST", "/things/1/2"), ("HEAD", "/open")],
)
def test_what_is_no_route_is_not_found_before_any_token(stub: Stub, method: str, path: str) -> None:
    response = stub(method, path)
    assert (response.status, json.loads(response.body)) == (404, {"message": "Not Found"})


PAGE = {"origin": "https://page.example"}


def cors_headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers if name.startswith("access-control-")}


@pytest.mark.parametrize("path", ["/things/1", "/open", "/nothing"])
def test_a_page_of_a_named_origin_may_ask_before_it_calls(stub: Stub, path: str) -> None:
    response = stub("OPTIONS", path, headers={**PAGE, "access-control-request-method": "POST"})
    assert (response.status, response.body) == (204, b"")
    assert cors_headers(response) == {
        "access-control-allow-origin": "https://page.example",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization",
        "access-control-expose-headers": "etag",
        "access-control-max-age": "60",
    }


@pytest.mark.parametrize(
    "origin", ["https://stranger.example", "null", "https://page.example.evil"]
)
def test_a_page_of_another_origin_may_not(stub: Stub, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    assert cors_headers(stub("OPTIONS", "/things/1", headers=asked)) == {}
    assert cors_headers(stub("POST", "/things/1", headers={**GOOD, "origin": origin})) == {}


@pytest.mark.parametrize(("token", "status"), [(GOOD, 200), ({}, 401)])
def test_a_page_may_read_answers_and_errors(stub: Stub, token: dict[str, str], status: int) -> None:
    response = stub("POST", "/things/1", headers={**token, **PAGE})
    assert response.status == status
    assert cors_headers(response) == {
        "access-control-allow-origin": "https://page.example",
        "access-control-expose-headers": "etag",
    }
    assert ("vary", "origin") in response.headers


def test_the_local_console_may_call_and_pages_that_are_named_may_too() -> None:
    # What AWS would refuse as a parameter is refused here too.
    pattern = read_yaml(ROOT / "template.yaml")["Parameters"]["CorsOrigins"]["AllowedPattern"]
    for others in (None, "", "http://localhost:3000", "https://a.example,http://b.example:81"):
        named = origins(8000, others)
        assert re.fullmatch(pattern, named)
        template = Template(
            ROOT / "template.yaml", {"TokenIssuer": "https://us", "CorsOrigins": named}
        )
        cors = Cors(template.cors())
        for origin in ("http://127.0.0.1:8000", *(others or "").split(",")):
            asked = {"origin": origin, "access-control-request-method": "POST"}
            answer = cors.preflight(Request("OPTIONS", "/jobs", headers=asked))
            assert answer
            cors.add(Request("OPTIONS", "/jobs", headers=asked), answer)
            allowed = cors_headers(answer).get("access-control-allow-origin")
            assert allowed == (origin or None)
    for others in ("*", "http://localhost:3000/", "localhost:3000", "http://a, http://b"):
        assert not re.fullmatch(pattern, others)
        with pytest.raises(LocalError, match="CORS_ORIGINS"):
            origins(8000, others)


def test_an_options_request_that_no_page_sent_is_a_request_like_others(stub: Stub) -> None:
    assert stub("OPTIONS", "/things/1").status == 404
    assert stub("OPTIONS", "/rest/x").status == 200


def test_claims_come_as_text(stub: Stub) -> None:
    stub("POST", "/things/1", headers=GOOD)
    jwt = stub.event["requestContext"]["authorizer"]["jwt"]
    assert jwt["claims"]["cognito:groups"] == "[admin employer]"
    stub("POST", "/things/1", headers={"authorization": "good"})
    assert "authorizer" in stub.event["requestContext"]
    stub("GET", "/open")
    assert "authorizer" not in stub.event["requestContext"]


def test_no_token_or_a_bad_one(template: Template, tmp_path: Path) -> None:
    stub = Stub(template, Issuer(tmp_path / "key.pem"))
    for headers, challenge in [
        ({}, "Bearer"),
        ({"authorization": "Bearer "}, "Bearer"),
        ({"authorization": "Bearer x.y.z"}, 'Bearer scope="" error="invalid_token"'),
    ]:
        response = stub("POST", "/things/1", headers=headers)
        assert (response.status, json.loads(response.body)) == (401, {"message": "Unauthorized"})
        assert dict(response.headers)["www-authenticate"].startswith(challenge)
    assert stub.function == ""


@pytest.mark.parametrize(
    ("result", "status", "text"),
    [
        (Result({"errorMessage": "x"}, failed=True), 500, "Internal Server Error"),
        (Result({}, failed=True, timed_out=True), 503, "Service Unavailable"),
        (None, 500, "Internal Server Error"),
    ],
)
def test_failures(stub: Stub, result: Result | None, status: int, text: str) -> None:
    stub.result = result
    response = stub("GET", "/open")
    assert (response.status, json.loads(response.body)) == (status, {"message": text})


def test_a_path_is_logged_on_one_line(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    stub.result = None
    assert stub("POST", "/things/a\nforged", headers=GOOD).status == 500
    assert caplog.messages == [repr("POST /things/a\nforged")]


def test_an_event_that_lambda_does_not_take(stub: Stub) -> None:
    assert stub("POST", "/things/1", headers=GOOD, body=b"x" * 6_000_000).status == 413


@pytest.mark.parametrize(
    ("payload", "status", "body", "headers"),
    [
        ({"statusCode": 204}, 204, b"", []),
        ({"statusCode": "201", "body": None, "headers": None}, 201, b"", []),
        (
            {"statusCode": 200, "body": "é", "headers": {"Content-Type": "a/b", "X": 1}},
            200,
            "é".encode(),
            [("Content-Type", "a/b"), ("X", "1")],
        ),
        (
            {"statusCode": 200, "body": "/w==", "isBase64Encoded": True, "cookies": ["a=1", "b"]},
            200,
            b"\xff",
            [
                ("set-cookie", "a=1"),
                ("set-cookie", "b"),
                ("content-type", "text/plain; charset=utf-8"),
            ],
        ),
        ({"any": 1}, 200, b'{"any": 1}', [("content-type", "application/json")]),
        ("text", 200, b"text", [("content-type", "application/json")]),
    ],
)
def test_a_result_is_mapped(
    payload: Any, status: int, body: bytes, headers: list[tuple[str, str]]
) -> None:
    assert to_response(payload) == Response(status, body, headers)


@pytest.mark.parametrize(
    "wrong",
    [
        {"statusCode": "x"},
        {"body": {"a": 1}},
        {"headers": ["a"]},
        {"headers": {"a": []}},
        {"body": "?", "isBase64Encoded": True},
        {"cookies": 1},
    ],
)
def test_a_malformed_result(wrong: dict[str, Any]) -> None:
    assert to_response({"statusCode": 200, **wrong}).status == 500


@pytest.fixture
def connection(stub: Stub) -> Iterator[http.client.HTTPConnection]:
    with Server(0, stub.gateway) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        yield connection
        connection.close()
        server.shutdown()


def test_one_connection_serves_many_requests(
    connection: http.client.HTTPConnection, stub: Stub
) -> None:
    def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        connection.request(method, path, body, headers, encode_chunked=body is not None)
        response = connection.getresponse()
        return response.status, response.read()

    assert ask("GET", "/open?a=%20b") == (200, b"ok")
    assert (stub.event["rawQueryString"], stub.event["rawPath"]) == ("a=%20b", "/open")
    held = connection.sock
    assert ask("PATCH", "/rest/%C3%A9%20", "text", **{"Content-Type": "text/plain"})[0] == 200
    assert (stub.event["body"], stub.event["rawPath"]) == ("text", "/rest/é ")
    chunked = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    assert ask("PUT", "/rest/x", iter([b"[1,", b"2]"]), **chunked)[0] == 200
    assert stub.event["body"] == "[1,2]"
    assert ask("HEAD", "/rest/x") == (200, b"")
    stub.result = Result({"statusCode": 204})
    assert ask("DELETE", "/rest/x") == (204, b"")
    assert ask("POST", "/rest/x", b"x" * (BODY_LIMIT + 1))[0] == 413
    assert ask("QUERY", "/nothing")[0] == 404
    assert connection.sock is held


@pytest.mark.parametrize(
    "length",
    [b"Content-Length: ten", b"Content-Length: -5", b"Transfer-Encoding: chunked\r\n\r\n-5"],
)
def test_a_length_that_is_no_number(connection: http.client.HTTPConnection, length: bytes) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=5) as raw:
        raw.sendall(b"POST /open HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")


def test_the_response_names_the_request_as_its_event_does(stub: Stub) -> None:
    first, second = (
        dict(stub("POST", "/things/special", headers=GOOD).headers)["apigw-requestid"]
        for _ in range(2)
    )
    assert second == stub.event["requestContext"]["requestId"]
    assert first != second
    assert "apigw-requestid" in dict(stub("GET", "/nowhere").headers)
