"""The HTTP API as the local runtime serves it: a process per function and event."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from local.environments import Environments
from local.gateway import Gateway
from local.issuer import AUDIENCE, ISSUER, Issuer
from local.runtime import DATABASE_ACCESS
from local.server import Server
from local.template import Template
from tests.support.api import Answer
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.people import Person


class Served:
    """A client of the API over HTTP, with a connection for each request."""

    def __init__(self, port: int, issuer: Issuer) -> None:
        self._port = port
        self._issuer = issuer

    def request(
        self,
        method: str,
        path: str,
        *,
        by: Person | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request as a person."""
        sent = {"content-type": "application/json", **(headers or {})}
        if by:
            sent["authorization"] = f"Bearer {self._issuer.issue(by.id, [by.role.value])}"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            lowered = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, lowered, response.read().decode())
        finally:
            connection.close()


@contextmanager
def served(folder: Path, environment: Mapping[str, str]) -> Iterator[Served]:
    """The API at a port of this machine; it has no queues.

    Args:
        folder: gets the log of the functions.
        environment: variables that go before those of template.yaml.
    """
    template = Template(
        ROOT / "template.yaml",
        {"TokenIssuer": ISSUER, "TokenAudience": AUDIENCE},
        environment={**dict.fromkeys(DATABASE_ACCESS, ""), **environment},
    )
    shared = {**environment, "POWERTOOLS_METRICS_DISABLED": "true"}
    environments = Environments(template.functions.values(), shared, folder / "functions.log")
    issuer = Issuer(folder / "issuer.pem")
    with ExitStack() as stack:
        stack.callback(environments.stop)
        environments.start()
        environments.ready()
        server = stack.enter_context(Server(0))
        server.respond = Gateway(template.routes, issuer, environments.invoke)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        stack.callback(server.shutdown)
        yield Served(server.server_port, issuer)
