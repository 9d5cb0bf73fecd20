"""Requests during outages, and a check of the tables by the answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from jobmatch.models import IdempotencyKey, Job, Profile
from jobmatch.postgres import connect
from tests.support.rivals import until

if TYPE_CHECKING:
    from threading import Thread

    from tests.support.api import Answer, Api
    from tests.support.people import People, Person

_BUSY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
)
_numbers = count(1)


@dataclass
class _Request:
    """A write, which may have to be sent again."""

    method: str
    path: str
    by: Person
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class Traffic:
    """The requests of one client, one after the other, and what their answers promise.

    A write that was answered 2xx is stored as it was sent. A write that was answered 503 is stored
    wholly or not at all. Nothing else is stored, and there is no other answer.
    """

    def __init__(self, api: Api, people: People) -> None:
        self.answers: Counter[int] = Counter()
        self.landed = 0
        """Writes that are stored although they were answered 503."""
        self._api = api
        self._people = people
        self._titles: dict[str, list[str]] = {}
        """The titles that each promised job may have."""
        self._imported: list[list[str]] = []
        self._owed: list[_Request] = []
        self._kinds = (self.post, self.read, self.change, self.list, self.put, self.read)

    def step(self) -> None:
        """Send the next request."""
        self._kinds[self.answers.total() % len(self._kinds)]()

    def until_over(self, outage: Thread, more: int = 6) -> None:
        """Send requests while the outage lasts, and then a few more, which must all succeed."""
        while outage.is_alive():
            self.step()
        failed = self.answers[503]
        for _ in range(more):
            self.step()
        assert self.answers[503] == failed, "The outage is over, but requests still fail."

    def post(self, **fields: str) -> int:
        """Post a job with an idempotency key."""
        body = {"title": f"Job {next(_numbers)}", **fields}
        key = {"Idempotency-Key": str(uuid4())}
        return self._write(_Request("POST", "/jobs", self._people.employer, body, key))

    def change(self) -> int:
        """Change the latest job."""
        path = f"/jobs/{self._job()}"
        body = {"title": f"Changed {next(_numbers)}"}
        return self._write(_Request("PATCH", path, self._people.employer, body))

    def put(self) -> int:
        """Import three profiles."""
        profiles = [{"id": str(uuid4()), "name": f"Ada {number}"} for number in range(3)]
        body = {"profiles": profiles}
        return self._write(_Request("POST", "/admin/profiles/import", self._people.admin, body))

    def read(self) -> int:
        """Read the latest job."""
        job = self._job()
        answer = self._ask("GET", f"/jobs/{job}", self._people.employer)
        if answer.status == 200:
            assert answer.json["title"] in self._titles[job]
        return answer.status

    def list(self) -> int:
        """List the newest jobs."""
        path = f"/employers/{self._people.employer.id}/jobs?limit=20"
        answer = self._ask("GET", path, self._people.employer)
        if answer.status == 200:
            for job in answer.json["items"]:
                assert job["title"] in self._titles.get(job["id"], [job["title"]])
        return answer.status

    def settle(self) -> None:
        """Check the tables by the answers; then repeat the writes that failed, and check again."""
        self._check()
        owed, self._owed = self._owed, []
        for request in owed:
            status = self._write(request)
            assert status < 300, f"{request.method} {request.path}: {status}, without an outage"
        self._check()

    def _job(self) -> str:
        if not self._titles:
            assert self.post() == 201, "There must be a job before the outage."
        return list(self._titles)[-1]

    def _ask(self, method: str, path: str, by: Person, **options: Any) -> Answer:
        answer = self._api.request(method, path, by=by, **options)
        self.answers[answer.status] += 1
        if answer.status == 503:
            assert answer.headers["content-type"] == "application/problem+json", answer
            assert answer.json["type"] == "urn:jobmatch:problem:unavailable"
            assert int(answer.headers["retry-after"]) > 0
        elif answer.status >= 300:
            pytest.fail(f"{method} {path} was answered {answer.status}: {answer.text}")
        return answer

    def _write(self, request: _Request) -> int:
        answer = self._ask(
            request.method,
            request.path,
            request.by,
            body=request.body,
            headers=request.headers,
        )
        if answer.status == 503:
            self._owed.append(request)
        elif request.path == "/jobs":
            self._titles[answer.json["id"]] = [request.body["title"]]
        elif request.path.startswith("/jobs/"):
            self._titles[request.path.removeprefix("/jobs/")] = [request.body["title"]]
        else:
            self._imported.append(_ids(request))
        if answer.status == 503 and request.method == "PATCH":
            self._titles[request.path.removeprefix("/jobs/")].append(request.body["title"])
        return answer.status

    def _check(self) -> None:
        stored = _Stored.now(self._people.employer)
        for job, titles in self._titles.items():
            assert stored.titles[job] in titles
        promised = set(self._titles)
        landed = 0
        for request in self._owed:
            if request.path == "/jobs":
                made = {
                    job for job, title in stored.titles.items() if title == request.body["title"]
                }
                assert len(made) <= 1
                key = stored.keys.get(request.headers["Idempotency-Key"])
                assert {key} - {None} == made, "A job lacks its key, or a key its job."
                promised |= made
                landed += len(made)
            elif request.method == "PATCH":
                job = request.path.removeprefix("/jobs/")
                landed += stored.titles[job] == request.body["title"]
            else:
                there = stored.profiles.intersection(_ids(request))
                assert len(there) in (0, 3), "An import is stored in part."
                self._imported += [_ids(request)] if there else []
                landed += bool(there)
        assert set(stored.titles) == promised, "There are jobs that no answer promised."
        assert stored.profiles.issuperset(id_ for ids in self._imported for id_ in ids)
        self.landed += landed


def report(*clients: Traffic) -> str:
    """How many requests got which answer."""
    answers = sum((client.answers for client in clients), Counter[int]())
    done = sum(times for status, times in answers.items() if status < 300)
    landed = sum(client.landed for client in clients)
    late = f", {landed} of them done all the same" if landed else ""
    return f"{answers.total()} requests: {done} succeeded, {answers[503]} got 503{late}"


def _ids(request: _Request) -> list[str]:
    return [profile["id"] for profile in request.body["profiles"]]


@dataclass(frozen=True)
class _Stored:
    """The content of the tables once no statement runs any more."""

    titles: dict[str, str]
    keys: dict[str, str]
    profiles: set[str]

    @classmethod
    def now(cls, employer: Person) -> _Stored:
        with connect() as connection:
            # Statements whose clients have given up may still run.
            until(lambda: connection.scalar(_BUSY) == 0)
            jobs = connection.execute(
                select(Job.id, Job.title).where(Job.employer_user_id == employer.id)
            )
            titles = {str(job): title for job, title in jobs}
            keys = connection.execute(select(IdempotencyKey.key, IdempotencyKey.job_id))
            made = {key: str(job) for key, job in keys}
            profiles = {str(id_) for id_ in connection.scalars(select(Profile.id))}
        return cls(titles, made, profiles)
