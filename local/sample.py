"""The sample data, loaded by requests to the gateway as any client would send them."""

import json
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.accounts import ADMIN, ensure_user
from local.errors import SampleError
from local.examples import EMPLOYER_ID, JOB_ID
from local.first_job import name_alias, post_first_job
from local.issuer import Issuer
from local.server import Request, Respond, Response

DATA = Path(__file__).resolve().parent / "sample_data"
CHUNK = 500
PATIENCE = 120.0
FIRE_AGAIN = 5.0
"""Seconds after which the schedules are fired again, while jobs wait."""
ATTEMPTS = 5
ALIAS = {"list": "bars", "value": "Listed at Munich", "term": "European Patent Office"}
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
        """The JSON of a response.

        Args:
            key: the idempotency key.

        Raises:
            SampleError: the response is an error.
        """
        response = self._send(method, path, token, body, key)
        if response.status >= HTTPStatus.BAD_REQUEST:
            text = response.body.decode()
            raise SampleError(f"{method} {path} answered {response.status}: {text}")
        return json.loads(response.body)

    def exists(self, path: str, token: str) -> bool:
        """Whether there is something to read at a path."""
        return self._send("GET", path, token).status == HTTPStatus.OK

    def _send(
        self, method: str, path: str, token: str, body: Any = None, key: str | None = None
    ) -> Response:
        """The response; a request that the system is too busy for is sent again."""
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        if key:
            headers["idempotency-key"] = key
        data = b"" if body is None else json.dumps(body).encode()
        route, _, query = path.partition("?")
        for attempt in range(1, ATTEMPTS):
            response = self._respond(Request(method, route, query, headers, data))
            if response.status not in _TEMPORARY:
                return response
            time.sleep(attempt)
        return self._respond(Request(method, route, query, headers, data))


def load(api: Requests, issuer: Issuer) -> bool:
    """Load employers, profiles, jobs and an alias.

    What is there already stays as it is. So it goes on where it was interrupted.

    Returns:
        Whether nothing was there.
    """
    admin = issuer.issue(ensure_user(ADMIN, "admin"), ["admin"])
    is_first = True
    tokens, employers = {}, {}
    loaded: set[tuple[str, str]] = set()
    for employer in _lines("employers.jsonl"):
        email, company = employer["email"], employer["companyName"]
        user = ensure_user(email, "employer", company, employer["corporateDomains"])
        tokens[email], employers[email] = issuer.issue(user, ["employer"]), str(user)
        jobs = api.call("GET", f"/employers/{user}/jobs?limit=100", admin)["items"]
        loaded |= {(email, job["title"]) for job in jobs}
    profiles = [*_lines("profiles.jsonl")]
    for start in range(0, len(profiles), CHUNK):
        chunk = profiles[start : start + CHUNK]
        # All of them are imported, or none.
        if api.exists(f"/admin/profiles/{chunk[-1]['id']}", admin):
            is_first = False
        else:
            api.call("POST", "/admin/profiles/import", admin, {"profiles": chunk})
    if not api.call("GET", "/admin/vocabulary/aliases", admin)["items"]:
        name_alias(api.call("POST", "/admin/vocabulary/aliases", admin, ALIAS)["id"])
    for number, line in enumerate(_lines("jobs.jsonl"), 1):
        email, job = line["employerEmail"], line["job"]
        if (email, job["title"]) in loaded:
            continue
        # In a database of the user's this employer may be another user.
        theirs = number == 1 and employers[email] == EMPLOYER_ID
        if theirs and not api.exists(f"/jobs/{JOB_ID}", admin):
            post_first_job(job)
        else:
            api.call("POST", "/jobs", tokens[email], job, key=f"sample-job-{number}")
    return is_first


def wait_for_matching(api: Requests, admin: str, fire: Callable[[], object]) -> None:
    """Wait until every open job is matched.

    Args:
        api: the API.
        admin: an admin's token.
        fire: fires the schedules.
    """
    deadline, fired = time.monotonic() + PATIENCE, 0.0
    while waiting := unmatched(api, admin):
        now = time.monotonic()
        if now > deadline:
            raise SampleError(f"{waiting} jobs are still not matched after {PATIENCE:.0f} seconds")
        if now - fired > FIRE_AGAIN:
            fire()
            fired = now
        time.sleep(0.1)


def first_employer() -> dict[str, Any]:
    """The employer whose token the guide shows."""
    return next(_lines("employers.jsonl"))


def unmatched(api: Requests, admin: str) -> int:
    """How many open jobs are not matched."""
    jobs = api.call("GET", "/admin/jobs?status=open&limit=100", admin)["items"]
    return sum(job["matchingStatus"] != "completed" for job in jobs)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
