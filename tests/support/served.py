"""The API over HTTP: the local gateway checks tokens and calls the handlers."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from local.environments import Environments, Result
from local.gateway import Gateway
from local.issuer import AUDIENCE, ISSUER, Issuer
from local.runtime import DATABASE_ACCESS
from local.server import Server
from local.template import Template
from tests.support.api import Answer, Api
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

    def _send(
        self,
        method: str,
        path: str,
        body: str | bytes | None,
        headers: dict[str, str],
        claims: Mapping[str, object] | None,
    ) -> Answer:
        if claims is not None:
            headers["authorization"] = f"Bearer {signed(self.issuer, claims)}"
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)) as connection:
            return ask(connection, method, path, body, headers)


def ask(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: str | bytes | None,
    headers: Mapping[str, str],
) -> Answer:
    """The answer to one request on a connection."""
    data = body.encode() if isinstance(body, str) else body
    connection.request(method, path, data, headers)
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
    with Server(0, Gateway(template.routes, issuer, call)) as server:
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
