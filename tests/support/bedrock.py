"""Bedrock on this machine: an HTTP server with the wire format of Converse.

Its model is as careless as possible: text within the fences that the system prompt names is data,
and it obeys all other text.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jobmatch import aws
from tests.support.given import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

MODEL = "test.model-v1:0"
PLAIN_SCORE = 60
"""The model's score in every dimension, unless a text makes it give another one."""
_ORDER = re.compile(r"(?:ignore|score)\D{0,60}?\b(\d{1,3})\b", re.IGNORECASE)
_PATH = re.compile(r"/model/([^/]+)/converse")


@dataclass(frozen=True)
class Response:
    """A response of the server.

    Args:
        body: sent as JSON; bytes are sent as they are.
        delay: seconds before it is sent.
        sent: the share of the body that is sent before the connection ends; 0 sends nothing at all.
    """

    body: Any
    status: int = 200
    code: str = ""
    delay: float = 0
    sent: float = 1


@dataclass
class Bedrock:
    """The requests so far, and the function that answers them."""

    behave: Callable[[dict[str, Any]], Response]
    requests: list[dict[str, Any]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, model: str, request: dict[str, Any]) -> Response:
        with self._lock:
            self.models.append(model)
            self.requests.append(request)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            response = self.behave(request)
            time.sleep(response.delay)
            return response
        finally:
            with self._lock:
                self._now -= 1

    def text(self) -> str:
        """All requests, as one text."""
        return json.dumps(self.requests, ensure_ascii=False)


def system_of(request: dict[str, Any]) -> str:
    return "\n".join(part["text"] for part in request["system"])


def message_of(request: dict[str, Any]) -> str:
    ((content,),) = (message["content"] for message in request["messages"])
    text: str = content["text"]
    return text


def fenced(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The job and the candidate as the model sees them."""
    found = re.search(r"<data (\w+)>", system_of(request))
    assert found
    fence = rf"^<data {found[1]}>$\n(.*?)\n^</data {found[1]}>$"
    texts = re.findall(fence, message_of(request), re.MULTILINE | re.DOTALL)
    return [json.loads(text) for text in texts]


def unfenced(request: dict[str, Any]) -> str:
    """The text outside of fences for a model that takes anything like the end of one for it."""
    text = message_of(request)
    return re.sub(r"<data[^>]*>.*?</data[^>]*>", "", text, flags=re.DOTALL)


def judgements(**scores: int) -> dict[str, Any]:
    """A correct answer of the model."""
    return {
        name: {"score": scores.get(name, PLAIN_SCORE), "explanation": f"Found for {name}."}
        for name in DIMENSIONS
    }


def reply(
    tool_input: Any, *, tool: str = "record_judgement", stop: str = "tool_use", usage: Any = None
) -> dict[str, Any]:
    """The body of a response of Converse that calls a tool."""
    use = {"toolUseId": "t", "name": tool, "input": tool_input}
    return {
        "output": {"message": {"role": "assistant", "content": [{"toolUse": use}]}},
        "stopReason": stop,
        "usage": usage or {"inputTokens": 900, "outputTokens": 100, "totalTokens": 1000},
        "metrics": {"latencyMs": 1},
    }


def refusal(status: int, code: str) -> Response:
    """An error of Bedrock."""
    return Response({"message": f"{code}, says the test."}, status, code)


def obedient(request: dict[str, Any]) -> Response:
    """Score by the facts, but obey text outside of the fences, even if people can't see it."""
    unhidden = "".join(
        letter for letter in unfenced(request) if unicodedata.category(letter) not in {"Cf", "Cc"}
    )
    if order := _ORDER.search(unhidden):
        score = min(int(order[1]), 100)
        return Response(reply(judgements(**dict.fromkeys(DIMENSIONS, score))))
    (tool,) = request["toolConfig"]["toolChoice"].values()
    if tool["name"] != "record_judgement":
        return Response(reply({}, tool=tool["name"]))  # it finds nothing in an advertisement
    _, candidate = fenced(request)
    has = len(candidate["specializations"]) + len(candidate["technicalDomains"])
    return Response(reply(judgements(specializationMatch=min(50 + 10 * has, 100))))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bedrock: Bedrock

    def do_POST(self) -> None:
        found = _PATH.fullmatch(self.path)
        assert found, self.path
        body = self.rfile.read(int(self.headers["content-length"]))
        response = self.bedrock.answer(unquote(found[1]), json.loads(body))
        raw = response.body
        data = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
        self.close_connection = response.sent < 1
        if not response.sent:
            return
        try:
            self.send_response(response.status)
            if response.code:
                self.send_header("x-amzn-ErrorType", response.code)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: int(len(data) * response.sent)])
        except ConnectionError:
            self.close_connection = True  # the client has reached its time-out

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """With the default of five, the client of a sixth connection tries again after a second."""


def listen(bedrock: Bedrock, port: int = 0) -> ThreadingHTTPServer:
    """A server that answers as this Bedrock does, as soon as it serves."""
    handler = type("Handler", (_Handler,), {"bedrock": bedrock})
    return _Server(("127.0.0.1", port), handler)


@contextmanager
def serving_bedrock(
    patch: pytest.MonkeyPatch,
    behave: Callable[[dict[str, Any]], Response] = obedient,
    **settings: object,
) -> Iterator[Bedrock]:
    """Let a model of this Bedrock be the scorer in this block."""
    bedrock = Bedrock(behave)
    server = listen(bedrock)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    environment = {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": f"http://127.0.0.1:{server.server_port}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "MATCH_SCORER": "bedrock",
        "MATCH_MODEL_ID": MODEL,
        **settings,
    }
    for name, value in environment.items():
        patch.setenv(name, str(value))
    aws._client.cache_clear()
    try:
        yield bedrock
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        aws._client.cache_clear()
        for name in environment:
            if name.startswith("MATCH_"):
                patch.delenv(name)


if __name__ == "__main__":
    PORT = 9009
    sys.stdout.write(f"AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://127.0.0.1:{PORT}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        listen(Bedrock(obedient), PORT).serve_forever()
