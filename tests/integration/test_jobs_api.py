"""Posting, reading and changing jobs over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Queue
    from tests.support.people import People

OPEN_JOB = {"title": "Patent counsel", "status": "open", "requiredSpecializations": ["Licensing"]}


def test_a_posted_job_is_read_back_and_queued(api: Api, people: People, queue: Queue) -> None:
    created = api.post("/jobs", OPEN_JOB, by=people.employer)
    assert created.status == 201
    assert created.headers["location"] == f"/jobs/{created.json['id']}"
    assert queue.take() == [UUID(created.json["id"])]
    job = api.get(created.headers["location"], by=people.employer)
    assert job.status == 200
    assert job.headers["etag"] == '"1"'
    assert job.json["title"] == "Patent counsel"
    assert "lastError" not in job.json
    assert api.get(created.headers["location"], by=people.rival).status == 404
