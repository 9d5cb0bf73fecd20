"""The sample data, loaded through the HTTP API as anyone else would."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local.accounts import ADMIN, ensure_user
from local.client import Api
from local.errors import SampleError
from local.issuer import Issuer

DATA = Path(__file__).resolve().parent / "sample_data"
CHUNK = 500
PATIENCE = 120.0


def load(api: Api, issuer: Issuer, fire: Callable[[], object]) -> None:
    """Load employers, profiles and jobs, and wait until every job is matched.

    Repeating a load that was broken off adds nothing twice: profiles are replaced, and jobs have
    an idempotency key each.

    Args:
        api: where to.
        issuer: of the tokens.
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


def _unmatched(api: Api, admin: str) -> int:
    jobs = api.call("GET", "/admin/jobs?status=open&limit=100", admin)["items"]
    return sum(job["matchingStatus"] != "completed" for job in jobs)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
