"""The sample data, loaded by requests to the gateway as any client would send them."""

import json
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.accounts import ADMIN, ensure_user
from local.errors import SampleError
from local.issuer import Issuer
from local.server import Request, Respond

DATA = Path(__file__).resolve().parent / "sample_data"
CHUNK = 500
PATIENCE = 120.0
ATTEMPTS = 5
_TEMPORARY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Requests:
    """Requests to the API, handed to the gateway in this process.

    Args:
        respond: the gateway.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def call(
        self, method: str, path: str, token: str, body: Any = None, key: str | None = None
    ) -> Any:
        """The JSON of a response; a request that the system is too busy for is sent again.

        Args:
            key: the idempotency key.

        Raises:
            SampleError: the response is an error.
        """
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        if key:
            headers["idempotency-key"] = key
        data = b"" if body is None else json.dumps(body).encode()
        route, _, query = path.partition("?")
        for attempt in range(1, ATTEMPTS + 1):
            response = self._respond(Request(method, route, query, headers, data))
            if response.status not in _TEMPORARY or attempt == ATTEMPTS:
                break
            time.sleep(attempt)
        if response.status >= HTTPStatus.BAD_REQUEST:
            text = response.body.decode()
            raise SampleError(f"{method} {path} answered {response.status}: {text}")
        return json.loads(response.body)


def load(api: Requests, issuer: Issuer, fire: Callable[[], object]) -> None:
    """Load employers, profiles and jobs, and wait until every job is matched.

    It can be repeated after it was interrupted: profiles are replaced, and each job has an
    idempotency key.

    Args:
        api: the API to load into.
        issuer: issues the tokens.
        fire: fires the schedules.
    """
    admin = issuer.issue(ensure_user(ADMIN, "admin"), ["admin"])
    tokens = {}
    for employer in _lines("employers.jsonl"):
        email, company = employer["email"], employer["companyName"]
        user = ensure_user(email, "employer", company, employer["corporateDomains"])
        tokens[email] = issuer.issue(user, ["employer"])
    profiles = [*_lines("profiles.jsonl")]
    for start in range(0, len(profiles), CHUNK):
        chunk = {"profiles": profiles[start : start + CHUNK]}
        api.call("POST", "/admin/profiles/import", admin, chunk)
    for number, line in enumerate(_lines("jobs.jsonl"), 1):
        token = tokens[line["employerEmail"]]
        api.call("POST", "/jobs", token, line["job"], key=f"sample-job-{number}")
    fire()
    deadline = time.monotonic() + PATIENCE
    while waiting := _unmatched(api, admin):
        if time.monotonic() > deadline:
            raise SampleError(f"{waiting} jobs are still not matched after {PATIENCE:.0f} seconds")
        time.sleep(0.1)


def first_employer() -> dict[str, Any]:
    """The employer whose token the guide shows."""
    return next(_lines("employers.jsonl"))


def _unmatched(api: Requests, admin: str) -> int:
    jobs = api.call("GET", "/admin/jobs?status=open&limit=100", admin)["items"]
    return sum(job["matchingStatus"] != "completed" for job in jobs)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
