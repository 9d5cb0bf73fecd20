"""A client that reads, changes and requests matching, and checks each answer by the model."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.support.api import Request
from tests.support.generated import a_profile_body, requirements
from tests.support.load_model import World
from tests.support.served import ask, bearer

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.support.api import Answer
    from tests.support.oracle import Company

JOBS = 6
CANDIDATES = 10
PAGE = 2
TOKENS = ("employer", "admin")


class Client:
    """An employer who also has an admin's token, to change candidates.

    Args:
        port: of the API.
        random: decides what is done.
        tokens: the employer's and the admin's.
        employer: the employer's id.
        company: the employer's company.
        foreign: a job of another employer.
    """

    def __init__(
        self,
        port: int,
        random: Random,
        tokens: tuple[str, str],
        employer: str,
        company: Company,
        foreign: str,
    ) -> None:
        self.world = World(company)
        self.times: dict[str, list[float]] = {"read": [], "update": [], "matching": []}
        """How many seconds the answers of each kind of request took."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._random = random
        self._tokens = dict(zip(TOKENS, tokens, strict=True))
        self._employer = employer
        self._foreign = foreign
        self._niche = f"Practice {uuid4()}"
        self._kind = "read"

    def prepare(self) -> None:
        """Create the jobs and the candidates; their times do not count."""
        for _ in range(CANDIDATES):
            self._put_profile(new=True)
        while len(self.world.jobs) < JOBS:
            self._post()
        self.times["read"].clear()

    def act(self) -> None:
        """Do one thing: a read (70 %), an update (20 %) or matching (10 %)."""
        self._kind = self._random.choices(["read", "update", "matching"], [70, 20, 10])[0]
        self._random.choice(self._actions()[self._kind])()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _actions(self) -> dict[str, list[Callable[[], None]]]:
        return {
            "read": [
                self._get,
                self._matches,
                self._matches,
                self._match,
                self._list,
                self._pages,
                self._admin_list,
                self._runs,
                self._profile,
                self._not_mine,
            ],
            "update": [
                self._patch,
                self._patch_safely,
                self._stale,
                self._no_change,
                self._invalid,
                self._require,
                self._move,
            ],
            "matching": [self._request, self._put_profile],
        }

    def _call(
        self,
        method: str,
        path: str,
        status: int,
        body: object = None,
        *,
        by: str = "employer",
        **headers: str,
    ) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"content-type": "application/json", **bearer(self._tokens[by])}
        request = Request(method, path, named, json.dumps(body) if body else None)
        start = time.monotonic()
        answer = ask(self._connection, request)
        self.times[self._kind].append(time.monotonic() - start)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.text}"
        return answer

    def _any_job(self) -> str:
        return self._random.choice([*self.world.jobs])

    def _post(self) -> None:
        wanted = requirements(self._random, self._niche)
        status = self._random.choice(["open", "open", "draft"])
        body = {"title": f"Counsel {uuid4()}", "status": status, "description": None, **wanted}
        key = str(uuid4())
        created = self._call("POST", "/jobs", 201, body, idempotency_key=key)
        again = self._call("POST", "/jobs", 201, body, idempotency_key=key)
        assert created.json == again.json
        assert created.headers["location"] == f"/jobs/{created.json['id']}"
        self.world.posted(created.json["id"], body)

    def _get(self) -> None:
        job = self._any_job()
        answer = self._call("GET", f"/jobs/{job}", 200)
        assert answer.json["employerUserId"] == self._employer
        self.world.check_job(job, answer.json, answer.headers["etag"])

    def _matches(self) -> None:
        job = self._any_job()
        answer = self._call("GET", f"/jobs/{job}/matches", 200)
        assert answer.json["nextCursor"] is None
        self.world.check_matches(job, answer.json["items"])

    def _match(self) -> None:
        job, profile = self._any_job(), str(uuid4())
        self._call("GET", f"/jobs/{job}/matches/{profile}", 404)

    def _check_list(self, items: list[dict[str, Any]]) -> None:
        assert [item["id"] for item in items] == [*self.world.jobs][::-1]
        for item in items:
            self.world.check_job(item["id"], item)

    def _list(self) -> None:
        answer = self._call("GET", f"/employers/{self._employer}/jobs", 200)
        self._check_list(answer.json["items"])

    def _pages(self) -> None:
        path = f"/employers/{self._employer}/jobs?limit={PAGE}"
        items, cursor = [], ""
        while True:
            page = self._call("GET", path + cursor, 200).json
            items += page["items"]
            if page["nextCursor"] is None:
                break
            cursor = f"&cursor={page['nextCursor']}"
        self._check_list(items)

    def _admin_list(self) -> None:
        items = self._call("GET", "/admin/jobs?limit=100", 200, by="admin").json["items"]
        order = [(item["createdAt"], item["id"]) for item in items]
        assert order == sorted(set(order), reverse=True)
        for item in items:
            if item["id"] in self.world.jobs:
                assert item["employerCompanyName"] == self.world.company[0]
                self.world.check_job(item["id"], item)

    def _runs(self) -> None:
        job = self._any_job()
        items = self._call("GET", f"/jobs/{job}/matching-runs", 200).json["items"]
        started = [item["startedAt"] for item in items]
        assert started == sorted(started, reverse=True)
        for item in items:
            assert item["outcome"] in ("running", "completed", "overtaken"), item
            if item["outcome"] == "completed":
                assert item["kept"] == item["scored"] + item["reused"] <= CANDIDATES

    def _profile(self) -> None:
        profile = self._random.choice([*self.world.profiles])
        answer = self._call("GET", f"/admin/profiles/{profile}", 200, by="admin")
        self._check_profile(profile, answer.json)

    def _check_profile(self, profile: str, answer: dict[str, Any]) -> None:
        body = self.world.profiles[profile]
        for name, value in body.items():
            if name != "workHistory":
                assert answer[name] == value, name
        (position,), (stored,) = body["workHistory"], answer["workHistory"]
        assert {name: stored[name] for name in position} == position

    def _not_mine(self) -> None:
        foreign = self._call("GET", f"/jobs/{self._foreign}", 404)
        unknown = self._call("GET", f"/jobs/{uuid4()}", 404)
        assert foreign.json == unknown.json

    def _change(
        self, job: str, changes: dict[str, Any], *, requires: bool = False, **headers: str
    ) -> None:
        before = self.world.jobs[job].pinned.get("updatedAt", "")
        answer = self._call("PATCH", f"/jobs/{job}", 200, changes, **headers)
        self.world.changed(job, changes, requirements=requires)
        self.world.check_job(job, answer.json, answer.headers["etag"])
        assert answer.json["updatedAt"] > before

    def _patch(self) -> None:
        self._change(self._any_job(), {"title": f"Counsel {uuid4()}"})

    def _patch_safely(self) -> None:
        job = self._any_job()
        tag = f'"{self.world.jobs[job].version}"'
        self._change(job, {"description": str(uuid4())}, if_match=tag)

    def _stale(self) -> None:
        job = self._any_job()
        tag = f'"{self.world.jobs[job].version - 1}"'
        self._call("PATCH", f"/jobs/{job}", 412, {"title": "Lost update"}, if_match=tag)

    def _no_change(self) -> None:
        job = self._any_job()
        title = self.world.jobs[job].body["title"]
        answer = self._call("PATCH", f"/jobs/{job}", 200, {"title": title})
        self.world.check_job(job, answer.json, answer.headers["etag"])

    def _invalid(self) -> None:
        name, value = self._random.choice(
            [("title", None), ("salary", 1), ("minimumExperience", "3")]
        )
        answer = self._call("PATCH", f"/jobs/{self._any_job()}", 422, {name: value})
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error["pointer"] for error in answer.json["errors"]] == [f"/{name}"]

    def _require(self) -> None:
        job = self._any_job()
        # Always another value than before.
        now = self.world.jobs[job].body["minimumExperience"]
        changes = requirements(self._random, self._niche)
        changes["minimumExperience"] = (now or 0) % 30 + self._random.randint(1, 5)
        self._change(job, changes, requires=True)

    def _move(self) -> None:
        job = self._any_job()
        moves = {"draft": "open", "open": "closed", "closed": "open"}
        self._change(job, {"status": moves[self.world.jobs[job].body["status"]]})

    def _request(self) -> None:
        job = self._any_job()
        is_open = self.world.jobs[job].is_open
        answer = self._call("POST", f"/jobs/{job}/matching-runs", 202 if is_open else 409)
        if is_open:
            assert answer.json["jobId"] == job
            assert answer.json["matchingStatus"] in ("pending", "running")
            self.world.made_due(job)

    def _put_profile(self, *, new: bool = False) -> None:
        profile = str(uuid4()) if new else self._random.choice([*self.world.profiles])
        body = a_profile_body(self._random, self._niche, firms=[self.world.company[0]])
        path = f"/admin/profiles/{profile}"
        answer = self._call("PUT", path, 201 if new else 200, body, by="admin")
        self.world.put(profile, body)
        self._check_profile(profile, answer.json)
