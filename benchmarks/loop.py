"""The peer: the pipeline that jobmatch replaces, written plainly, one candidate at a time."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.matching.prefilter import passes
from jobmatch.matching.rubric import Dimension
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
            _store(connection, job_id, profile_id, match)
    return len(profile_ids)


def store_one_at_a_time(engine: Engine, matches: Iterable[NewMatch]) -> None:
    """Upsert and commit, for each match that is made already."""
    for each in matches:
        with engine.connect() as connection:
            match = {
                "overall_score": each.overall_score,
                "subscores": each.subscores,
                "summary": each.summary,
                "recommendation": each.recommendation,
            }
            _store(connection, each.job_id, each.profile_id, match)


def _store(connection: Connection, job_id: UUID, profile_id: UUID, match: dict[str, Any]) -> None:
    upsert = insert(JobMatch).values(job_id=job_id, profile_id=profile_id, **match)
    connection.execute(
        upsert.on_conflict_do_update(index_elements=["job_id", "profile_id"], set_=match)
    )
    connection.commit()


def _match(requirements: Requirements, features: Any) -> dict[str, Any]:
    wanted = requirements.required_specializations.keys()
    score = int(Fraction(100 * len(wanted & set(features.specializations)), len(wanted) or 1))
    return {
        "overall_score": score,
        "subscores": json.dumps(
            {dimension: {"score": score, "explanation": "…"} for dimension in Dimension}
        ),
        "summary": "…",
        "recommendation": "Good Match",
    }
