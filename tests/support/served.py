"""The API over HTTP: the local gateway checks tokens and calls the handlers."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from local.cors import Cors
from local.environments import Environments, Result
from local.gateway import Gateway
from local.issuer import AUDIENCE, ISSUER, Issuer
from local.runtime import DATABASE_ACCESS
from local.server import Server
from local.template import Template
from tests.support.api import Answer, Api, Request
from tests.support.functions import invoke
from tests.support.paths import ROOT
from tests.support.tokens import signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from local.resources import Function

PATIENCE = 60
PARAMETERS = {"TokenIssuer": ISSUER, "TokenAudience": AUDIENCE}
TEMPLATE = Template(ROOT / "template.yaml", PARAMETERS)


class Served(Api):
    """A client that speaks HTTP, with tokens that the gateway checks; any thread may use it."""

    def __init__(self, port: int, issuer: Issuer) -> None:
        self.issuer = issuer
        self._port = port

    def _send(self, request: Request, claims: Mapping[str, object] | None) -> Answer:
        token = {} if claims is None else bearer(signed(self.issuer, claims))
        request = replace(request, headers={**request.headers, **token})
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)) as connection:
            return ask(connection, request)


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"authorization": f"Bearer {token}"}


def ask(connection: HTTPConnection, request: Request) -> Answer:
    """The answer to one request on a connection."""
    body = request.body.encode() if isinstance(request.body, str) else request.body
    connection.request(request.method, request.path, body, request.headers)
    with connection.getresponse() as response:
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, lowered, response.read().decode())


def _invoke(function: Function, event: Any) -> Result:
    return Result(invoke(function.operation, event))


@contextmanager
def serving(
    issuer: Issuer,
    template: Template = TEMPLATE,
    call: Callable[[Function, Any], Result] = _invoke,
) -> Iterator[Served]:
    """The API on a port of this machine; its functions are called in this process.

    Args:
        issuer: signs the tokens.
        template: has the routes.
        call: calls a function; by default its handler, in this process.
    """
    with Server(0, Gateway(template.routes, issuer, call, Cors(template.cors()))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Served(server.server_port, issuer)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving_processes(folder: Path, environment: Mapping[str, str]) -> Iterator[Served]:
    """The API as the local runtime serves it: a process for each function and event; no queues.

    Args:
        folder: gets the log of the functions.
        environment: variables that replace those of template.yaml.
    """
    template = Template(
        ROOT / "template.yaml",
        PARAMETERS,
        environment={**dict.fromkeys(DATABASE_ACCESS, ""), **environment},
    )
    shared = {**environment, "POWERTOOLS_METRICS_DISABLED": "true"}
    environments = Environments(template.functions.values(), shared, folder / "functions.log")
    try:
        environments.start()
        environments.ready()
        issuer = Issuer(folder / "issuer.pem")
        with serving(issuer, template, environments.invoke) as client:
            yield client
    finally:
        environments.stop()
