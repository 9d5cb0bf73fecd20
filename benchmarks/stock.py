"""The peer: the same operations as a tutorial would write them.

They use SQLAlchemy's ORM over pg8000 with default settings, and pydantic for every row. They have
no framework around them and check only what the answer needs, which makes them faster.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from jobmatch.models import Job, JobMatch, JobStatus, MatchingStatus, User, UserRole

if TYPE_CHECKING:
    from sqlalchemy import Engine


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, alias_generator=to_camel, validate_by_name=True)


class JobOut(_Out):
    """A job as it is answered."""

    id: UUID
    employer_user_id: UUID
    title: str
    description: str | None
    status: JobStatus
    matching_status: MatchingStatus
    required_specializations: list[str] | None
    preferred_specializations: list[str] | None
    minimum_experience: int | None
    preferred_location: str | None
    required_bar: list[str] | None
    required_technical_domains: list[str] | None
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    matched_at: datetime | None
    employer: _Employer


class _Employer(_Out):
    email: str


class MatchIn(BaseModel):
    """A match as it is sent."""

    model_config = ConfigDict(alias_generator=to_camel)

    overall_score: int
    subscores: dict[str, dict[str, int | str]]
    summary: str
    recommendation: str


class MatchOut(_Out):
    """A match as it is answered."""

    id: UUID
    profile_id: UUID
    overall_score: int
    subscores: dict[str, dict[str, int | str]]
    summary: str
    recommendation: str
    scored_at: datetime
    notified_at: datetime | None


class MatchPageOut(_Out):
    """A page of matches."""

    items: list[MatchOut]


class Stock:
    """The operations, each from event to response."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url)

    def get_job_by_id(self, event: dict[str, Any]) -> dict[str, Any]:
        """A job that is the caller's own."""
        with Session(self._engine) as session:
            user = session.get_one(User, _caller(event))
            job = session.get_one(Job, UUID(event["pathParameters"]["jobId"]))
            _check(user, job)
            return _answer(JobOut.model_validate(job))

    def get_matches_for_job(self, event: dict[str, Any]) -> dict[str, Any]:
        """A page of a job's matches, best first."""
        query = event.get("queryStringParameters", {})
        with Session(self._engine) as session:
            user = session.get_one(User, _caller(event))
            job = session.get_one(Job, UUID(event["pathParameters"]["jobId"]))
            _check(user, job)
            matches = session.scalars(
                select(JobMatch)
                .where(JobMatch.job_id == job.id)
                .order_by(JobMatch.overall_score.desc(), JobMatch.profile_id)
                .offset(int(query.get("offset", 0)))
                .limit(int(query.get("limit", 50)))
            )
            items = [_match(match) for match in matches]
            return _answer(MatchPageOut(items=items))

    def put_match(self, event: dict[str, Any]) -> dict[str, Any]:
        """Store a match made elsewhere, as an admin."""
        path = {name: UUID(value) for name, value in event["pathParameters"].items()}
        body = MatchIn.model_validate_json(event["body"])
        with Session(self._engine) as session:
            if session.get_one(User, _caller(event)).role is not UserRole.ADMIN:
                raise PermissionError
            return _answer(_put_match(session, path["jobId"], path["profileId"], body))

    def insert_match(self, job_id: UUID, profile_id: UUID, body: MatchIn) -> MatchOut:
        """Insert or replace one match: look, then write."""
        with Session(self._engine) as session:
            return _put_match(session, job_id, profile_id, body)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _caller(event: dict[str, Any]) -> UUID:
    return UUID(event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"])


def _check(user: User, job: Job) -> None:
    if user.role is not UserRole.ADMIN and job.employer_user_id != user.id:
        raise PermissionError


def _put_match(session: Session, job_id: UUID, profile_id: UUID, body: MatchIn) -> MatchOut:
    match = session.scalars(
        select(JobMatch).where(JobMatch.job_id == job_id, JobMatch.profile_id == profile_id)
    ).one_or_none()
    if match is None:
        match = JobMatch(job_id=job_id, profile_id=profile_id)
        session.add(match)
    match.overall_score = body.overall_score
    match.subscores = json.dumps(body.subscores)
    match.summary = body.summary
    match.recommendation = body.recommendation
    match.scored_at = datetime.now(UTC)
    session.commit()
    return _match(match)


def _match(match: JobMatch) -> MatchOut:
    values = {name: getattr(match, name) for name in MatchOut.model_fields}
    return MatchOut.model_validate(values | {"subscores": json.loads(match.subscores)})


def _answer(body: BaseModel) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": body.model_dump_json(by_alias=True),
    }
