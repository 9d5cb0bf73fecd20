"""The peer: the pipeline that jobmatch replaces, written plainly, one candidate at a time."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.matching.prefilter import passes
from jobmatch.models import JobMatch, ProfileFeatures

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from sqlalchemy import Connection, Engine

    from jobmatch.matching.requirements import Requirements
    from jobmatch.queries.job_matches import NewMatch


def match_one_at_a_time(
    engine: Engine, job_id: UUID, requirements: Requirements, *, candidates: int
) -> int:
    """Cache check, load, score, upsert, commit, for each of the first `candidates`.

    Returns:
        How many candidates were considered.
    """
    with engine.connect() as connection:
        passing = select(ProfileFeatures.profile_id).where(*passes(requirements)).limit(candidates)
        profile_ids = list(connection.scalars(passing))
    for profile_id in profile_ids:
        with engine.connect() as connection:
            cached = select(JobMatch).where(
                JobMatch.job_id == job_id, JobMatch.profile_id == profile_id
            )
            connection.execute(cached).one_or_none()
            load = select(*ProfileFeatures.__table__.columns).where(
                ProfileFeatures.profile_id == profile_id
            )
            match = _match(requirements, connection.execute(load).one())
            _upsert(connection, job_id, profile_id, match)
            connection.commit()
    return len(profile_ids)


def store_one_at_a_time(engine: Engine, matches: Iterable[NewMatch]) -> None:
    """Upsert and commit, for each match."""
    for match in matches:
        values = asdict(match)
        job_id, profile_id = values.pop("job_id"), values.pop("profile_id")
        with engine.connect() as connection:
            _upsert(connection, job_id, profile_id, values)
            connection.commit()


def _upsert(connection: Connection, job_id: UUID, profile_id: UUID, values: dict[str, Any]) -> None:
    upsert = insert(JobMatch).values(job_id=job_id, profile_id=profile_id, **values)
    connection.execute(
        upsert.on_conflict_do_update(index_elements=["job_id", "profile_id"], set_=values)
    )


def _match(requirements: Requirements, features: Any) -> dict[str, Any]:
    wanted = requirements.required_specializations.keys()
    score = int(Fraction(100 * len(wanted & set(features.specializations)), len(wanted) or 1))
    return {
        "overall_score": score,
        "subscores": json.dumps({"specializationMatch": {"score": score, "explanation": "…"}}),
        "summary": "…",
        "recommendation": "Good Match",
    }
