"""The API over HTTP: the local gateway checks tokens, and calls the handlers in this process."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from local.environments import Result
from local.gateway import Gateway
from local.issuer import AUDIENCE, ISSUER
from local.server import Server
from local.template import Template
from tests.support.api import Answer, Api
from tests.support.functions import invoke
from tests.support.paths import ROOT
from tests.support.tokens import signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.issuer import Issuer
    from local.resources import Function
    from tests.support.people import Person

PATIENCE = 30
TEMPLATE = Template(ROOT / "template.yaml", {"TokenIssuer": ISSUER, "TokenAudience": AUDIENCE})


class Served(Api):
    """A client of the API that speaks HTTP, with tokens that the gateway checks."""

    def __init__(self, port: int, issuer: Issuer) -> None:
        self.issuer = issuer
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        by: Person | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        claims: Mapping[str, object] | None = None,
        token: str | None = None,
    ) -> Answer:
        """Send a request as the other client does, or with a token as it is given."""
        known = claims or (by.claims if by else None)
        if token is None and known is not None:
            token = signed(self.issuer, known)
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
        sent = {"content-type": "application/json", **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        data = body.encode() if isinstance(body, str) else body
        self._connection.request(method, path, data, sent)
        response = self._connection.getresponse()
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, lowered, response.read().decode())


def _invoke(function: Function, event: Any) -> Result:
    return Result(invoke(function.operation, event))


@contextmanager
def serving(issuer: Issuer) -> Iterator[Served]:
    """The API on a port of this machine."""
    server = Server(0, Gateway(TEMPLATE.routes, issuer, _invoke))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    client = Served(server.server_port, issuer)
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        thread.join()
        server.server_close()
