"""Routes that exist on one machine only: the documentation, mails, schedules, queues."""

import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from local.aws import LocalAws
from local.environments import Result
from local.examples import with_ids
from local.resources import Function, Queue
from local.schedules import Schedules
from local.server import Request, Response, json_response, message

SCHEDULES = "/_local/schedules/"
FUNCTIONS = "/_local/functions/"
CALLABLE = ("reindex_profiles", "purge_history")
"""The functions without a route that an operator calls by hand."""
# The browser holds the page to it: nothing is loaded from another host or sent to one, and no
# other page shows this one.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PROTECTION = [("content-security-policy", POLICY), ("x-content-type-options", "nosniff")]
PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>API documentation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.min.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.min.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
HOME = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>jobmatch</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>jobmatch</h1>
<p>It is up. The terminal of <code>make run</code> shows what to try, and how to get a token.</p>
<ul>
<li><a href="/docs">/docs</a>: a form for every route</li>
<li><a href="/openapi.json">/openapi.json</a>: the same for programs</li>
<li><a href="/_local/mails">/_local/mails</a>: the mails that were sent</li>
<li><a href="/_local/queues">/_local/queues</a>: messages waiting, delayed, in flight, dead</li>
<li><a href="/health">/health</a></li>
</ul>
</body>
</html>
"""
START = b"""SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, filter: true,
  persistAuthorization: true, validatorUrl: null
});
"""
JAVASCRIPT = "text/javascript; charset=utf-8"


class ExtraRoutes:
    """Answers requests to the local routes.

    Args:
        root: the project's folder.
        aws: where mails and messages are.
        schedules: what can be fired.
        queues: the template's.
        functions: the template's.
        invoke: calls a function.
        ids: what the ids in the document's examples stand for at this moment.
    """

    def __init__(
        self,
        root: Path,
        aws: LocalAws,
        schedules: Schedules,
        queues: Sequence[Queue],
        functions: Iterable[Function],
        invoke: Callable[[Function, Any], Result],
        ids: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._ids = ids
        self._functions = {each.operation: each for each in functions if each.operation in CALLABLE}
        self._invoke = invoke
        self._aws = aws
        self._schedules = schedules
        self._queues = [queue for queue in queues if queue.dead_letters]
        self._pages: dict[str, Callable[[], Response]] = {
            # Where the console is built, it has the first of these paths.
            **dict.fromkeys(
                ("/", "/_local"), lambda: Response(200, HOME, [("content-type", "text/html")])
            ),
            "/openapi.json": lambda: self._document(root / "docs" / "openapi.json"),
            "/docs": lambda: Response(200, PAGE, [("content-type", "text/html")]),
            "/docs/start.js": lambda: Response(200, START, [("content-type", JAVASCRIPT)]),
            "/docs/swagger-ui-bundle.min.js": lambda: _swagger("ui-bundle.min.js", JAVASCRIPT),
            "/docs/swagger-ui.min.css": lambda: _swagger("ui.min.css", "text/css; charset=utf-8"),
            "/_local/mails": lambda: json_response({"items": aws.mails()}),
            "/_local/queues": lambda: json_response({"items": [*map(self._depth, self._queues)]}),
        }

    def __call__(self, request: Request) -> Response | None:
        """The response, or None when the request is for no local route."""
        if request.method == "POST" and request.path.startswith(SCHEDULES):
            return self._fire(request.path.removeprefix(SCHEDULES))
        if request.method == "POST" and request.path.startswith(FUNCTIONS):
            return self._call(request.path.removeprefix(FUNCTIONS), request.body)
        page = self._pages.get(request.path) if request.method == "GET" else None
        if page is None:
            return None
        response = page()
        response.headers += PROTECTION
        return response

    def words(self) -> set[str]:
        """The parts of the local paths."""
        names = (name for schedule in self._schedules.all_names() for name in schedule)
        return {*names, *(part for path in (*self._pages, SCHEDULES) for part in path.split("/"))}

    def _document(self, path: Path) -> Response:
        response = _file(path, "application/json")
        response.body = with_ids(response.body, self._ids())
        return response

    def _fire(self, name: str) -> Response:
        result = self._schedules.fire(name)
        if result is None:
            known = ", ".join(self._schedules.names())
            return message(404, f"There is no schedule {name!r}; there are: {known}")
        return json_response(
            {"name": name, "result": result.payload}, 500 if result.failed else 200
        )

    def _depth(self, queue: Queue) -> dict[str, str | int]:
        depth = self._aws.depth(queue.name)
        dead = sum(self._aws.depth(queue.dead_letters)) if queue.dead_letters else 0
        return {
            "name": queue.name,
            "waiting": depth.waiting,
            "delayed": depth.delayed,
            "inFlight": depth.in_flight,
            "dead": dead,
            "url": self._aws.url(queue.name),
            "deadLettersUrl": self._aws.url(queue.dead_letters or ""),
        }

    def _call(self, operation: str, payload: bytes) -> Response:
        function = self._functions.get(operation)
        if function is None:
            return message(404, f"Call one of: {', '.join(self._functions)}")
        result = self._invoke(function, json.loads(payload or b"{}"))
        return json_response(result.payload, 500 if result.failed else 200)


def _file(path: Path, kind: str) -> Response:
    if not path.is_file():
        return message(404, "Not Found")
    return Response(200, path.read_bytes(), [("content-type", kind)])


def _swagger(name: str, kind: str) -> Response:
    """A file of the Swagger UI that Powertools carries, found without importing Powertools."""
    spec = importlib.util.find_spec("aws_lambda_powertools")
    folders = (spec and spec.submodule_search_locations) or [""]
    folder = Path(folders[0], "event_handler", "openapi", "swagger_ui")
    return _file(folder / f"swagger-{name}", kind)
