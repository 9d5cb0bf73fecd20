"""Each request of `/docs` succeeds as the page prefills it, with the token that it needs."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import pytest

from tests.support.system import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.system import System

pytestmark = pytest.mark.xdist_group("system")

# The others succeed in any order. After these there is something less until the next run, and the
# page names others when it is loaded again.
LAST = {
    "updateJob": "a changed requirement ends the job's matches",
    "invalidateMatchesForJob": "the job has no matches",
    "deleteProfile": "there is one candidate less",
    "deleteAlias": "there is one alias less",
    "deleteWebhook": "there is one webhook less",
}


class Prefilled(NamedTuple):
    """A request as the page sends it when nothing is typed in."""

    operation: str
    method: str
    path: str
    kind: str | None
    body: Any


def prefilled(document: dict[str, Any]) -> Iterator[Prefilled]:
    """Every request of a document: of an operation with two media types both."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
            for each in operation.get("parameters", ()):
                value = each.get("example", each["schema"].get("default"))
                # An empty list is sent as nothing.
                if value is not None and value != []:
                    values[each["in"]][each["name"]] = value
            assert not values["header"], "none is sent here"
            filled = path.format(**values["path"])
            if values["query"]:
                filled += f"?{urlencode(values['query'])}"
            content = operation.get("requestBody", {}).get("content", {None: {"example": None}})
            for kind, media in content.items():
                if "example" in media:  # a PDF has none
                    name, example = operation["operationId"], media["example"]
                    yield Prefilled(name, method.upper(), filled, kind, example)


def send(system: System, request: Prefilled, token: str) -> tuple[int, Any]:
    headers = {"Authorization": token} | ({"Content-Type": request.kind} if request.kind else {})
    is_text = (request.kind or "").startswith("text/")
    body = request.body if is_text else json.dumps(request.body)
    data = None if request.kind is None else body.encode()
    address = f"http://127.0.0.1:{system.port}{request.path}"
    sent = urllib.request.Request(address, data, headers, method=request.method)
    try:
        with urllib.request.urlopen(sent, timeout=PATIENCE) as response:  # noqa: S310 - ours
            text = response.read()
            return response.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def settle(system: System, admin: str) -> None:
    """Wait until every open job is matched."""
    deadline = time.monotonic() + PATIENCE
    while True:
        _, page = system.call("GET", "/admin/jobs?status=open&limit=100", admin)
        if all(job["matchingStatus"] == "completed" for job in page["items"]):
            return
        assert time.monotonic() < deadline
        system.call("POST", "/_local/schedules/dispatch_matching")
        time.sleep(0.2)


def test_each_request_succeeds_as_prefilled(system: System) -> None:
    _, document = system.call("GET", "/openapi.json")
    tokens = dict(
        re.findall(r'^export (ADMIN|EMPLOYER)="Authorization: (.*)"$', system.guide, re.MULTILINE)
    )
    requests = sorted(prefilled(document), key=lambda each: each.operation in LAST)
    failed, created, webhooks = [], [], []
    system.execute("CREATE TABLE kept_webhooks AS SELECT * FROM webhooks")
    for request in requests:
        token = tokens["ADMIN" if request.path.startswith("/admin/") else "EMPLOYER"]
        status, answer = send(system, request, token)
        if not 200 <= status < 300:
            failed.append((request.operation, request.path, status, answer))
        elif request.operation == "createJob":
            created.append(answer["id"])
        elif request.operation == "createWebhook":
            webhooks.append(answer["webhook"]["id"])
    assert not failed, failed
    more = 3 + 1 + 2  # a job has four forms, an advertisement two, and a résumé three
    assert len(requests) == sum(map(len, document["paths"].values())) + more
    assert len(created) == 4

    # Loaded again, the page names what is there now.
    _, again = system.call("GET", "/openapi.json")
    gone = {each.path for each in prefilled(document)} - {each.path for each in prefilled(again)}
    assert any("/profiles/" in path for path in gone)
    assert any("/aliases/" in path for path in gone)

    # The tests that follow count what the sample data has.
    token = tokens["EMPLOYER"].removeprefix("Bearer ")
    system.execute("INSERT INTO webhooks SELECT * FROM kept_webhooks ON CONFLICT DO NOTHING")
    system.execute("DROP TABLE kept_webhooks")
    for webhook in webhooks:
        assert system.call("DELETE", f"/webhooks/{webhook}", token)[0] == 204
    for job in created:
        assert system.call("PATCH", f"/jobs/{job}", token, {"status": "archived"})[0] == 200
    admin = tokens["ADMIN"].removeprefix("Bearer ")
    (put,) = (each for each in requests if each.operation == "putProfile")
    assert system.call("DELETE", put.path, admin)[0] == 204
    settle(system, admin)
