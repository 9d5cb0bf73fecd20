"""Cross-origin requests, answered as API Gateway answers them."""

import re
from collections.abc import Mapping
from typing import Any

from local.errors import LocalError
from local.server import Request, Response

_ORIGINS = re.compile(r"https?://[^\s,/]+(,https?://[^\s,/]+)*")
"""What the template's parameter takes: with commas between, each without a path."""


def origins(port: int, others: str | None) -> str:
    """The console's origin on this port, which may always call, and those of other pages.

    Raises:
        LocalError: the others are not as the template's parameter takes them.
    """
    console = f"http://127.0.0.1:{port}"
    if not others:
        return console
    if not _ORIGINS.fullmatch(others):
        problem = "CORS_ORIGINS must be origins with commas between, such as http://localhost:3000"
        raise LocalError(problem)
    return f"{console},{others}"


class Cors:
    """What the API lets pages of other origins do.

    Args:
        configuration: `x-amazon-apigateway-cors` of the template.
    """

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        self._origins = {str(each).strip() for each in configuration.get("allowOrigins", ())}
        self._preflight = [
            ("access-control-allow-methods", ",".join(configuration.get("allowMethods", ()))),
            ("access-control-allow-headers", ",".join(configuration.get("allowHeaders", ()))),
            ("access-control-max-age", str(configuration.get("maxAge", 0))),
        ]
        self._exposed = ",".join(configuration.get("exposeHeaders", ()))

    def preflight(self, request: Request) -> Response | None:
        """The answer to a browser's question before a request, or `None` for any other request."""
        is_asked = "access-control-request-method" in request.headers
        if request.method != "OPTIONS" or "origin" not in request.headers or not is_asked:
            return None
        return Response(204, b"", [*self._preflight] if self._allows(request) else [])

    def add(self, request: Request, response: Response) -> None:
        """Let the page that sent the request read the answer, if its origin is allowed."""
        if not self._allows(request):
            return
        response.headers += [
            ("access-control-allow-origin", request.headers["origin"]),
            ("access-control-expose-headers", self._exposed),
            ("vary", "origin"),
        ]

    def _allows(self, request: Request) -> bool:
        return request.headers.get("origin") in self._origins
