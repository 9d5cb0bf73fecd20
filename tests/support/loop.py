"""The peer of a run: the pipeline that jobmatch replaces, one candidate at a time.

It stores what a run stores for everyone who passes: the same scores with the same texts. A peer
that did less would not be one, so `test_peers` compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobmatch.careers.dates import this_month
from jobmatch.matches.service import NewMatch
from jobmatch.models import JobMatch, Profile, ProfileFeatures
from jobmatch.rules.explanations import Evidence, assess
from jobmatch.rules.fingerprint import Fingerprints
from jobmatch.rules.ranking import Candidate, active_bars, eligible
from jobmatch.rules.rubric import FULL, UNKNOWN, Dimension, overall_score

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from sqlalchemy import Engine

    from jobmatch.careers.employers import Employer
    from jobmatch.places.keys import WantedPlace
    from jobmatch.rules.requirements import Entries, Requirements


def match_one_at_a_time(
    engine: Engine, job_id: UUID, requirements: Requirements, employer: Employer, *, candidates: int
) -> int:
    """Check the cache, load, score, upsert and commit, for each of the first `candidates`.

    Returns:
        How many candidates were considered.
    """
    with Session(engine) as session:
        passing = select(ProfileFeatures.profile_id).where(
            *eligible(requirements, employer, this_month())
        )
        profile_ids = session.scalars(passing.limit(candidates)).all()
    for profile_id in profile_ids:
        with Session(engine) as session:
            cached = select(JobMatch).where(
                JobMatch.job_id == job_id, JobMatch.profile_id == profile_id
            )
            stored = session.scalars(cached).one_or_none()
            profile = session.get_one(Profile, profile_id)
            features = session.get_one(ProfileFeatures, profile_id)
            match = _match(job_id, requirements, profile, features)
            if stored is None or stored.fingerprint != match.fingerprint:
                _store(session, match)
    return len(profile_ids)


def store_one_at_a_time(engine: Engine, matches: Iterable[NewMatch]) -> None:
    """Upsert and commit each match of those that are computed already."""
    for match in matches:
        with Session(engine) as session:
            _store(session, match)


def _store(session: Session, match: NewMatch) -> None:
    result = {
        "overall_score": match.overall_score,
        "subscores": match.subscores,
        "summary": match.summary,
        "recommendation": match.recommendation,
        "fingerprint": match.fingerprint,
    }
    upsert = insert(JobMatch).values(job_id=match.job_id, profile_id=match.profile_id, **result)
    session.execute(
        upsert.on_conflict_do_update(index_elements=["job_id", "profile_id"], set_=result)
    )
    session.commit()


def _match(
    job_id: UUID, wanted: Requirements, profile: Profile, features: ProfileFeatures
) -> NewMatch:
    months = _months(features)
    scores = _scores(wanted, features, months)
    candidate = Candidate(
        profile_id=profile.id,
        overall_score=overall_score(scores),
        scores={dimension: scores.get(dimension, FULL) for dimension in Dimension},
        specializations=profile.specializations or (),
        technical_domains=profile.technical_domains or (),
        bars=active_bars(profile.bar_admissions),
        months=months,
        location=profile.location,
        stored_fingerprint=None,
    )
    evidence = Evidence.of(wanted, candidate)
    fingerprint = Fingerprints(wanted).of(candidate, evidence)
    return NewMatch.of(job_id, profile.id, assess(wanted, candidate, evidence), fingerprint)


def _months(features: ProfileFeatures) -> int | None:
    if features.experience is None:
        return None
    after = this_month() + 1
    spans: list[tuple[int, int]] = [
        (span.lower, min(span.upper or after, after)) for span in features.experience
    ]
    return sum(max(0, upper - lower) for lower, upper in spans)


def _scores(
    wanted: Requirements, features: ProfileFeatures, months: int | None
) -> dict[Dimension, int]:
    """The scores of the dimensions that the job requires."""
    scores: dict[Dimension, int] = {}
    required = wanted.required_specializations
    preferred = wanted.preferred_specializations
    if required and preferred:
        scores[Dimension.SPECIALIZATION] = _half_up(
            80 * _met(required, features.specializations) * len(preferred)
            + 20 * _met(preferred, features.specializations) * len(required),
            len(required) * len(preferred),
        )
    elif required or preferred:
        scores[Dimension.SPECIALIZATION] = _share(required or preferred, features.specializations)
    if wanted.minimum_experience:
        least = 12 * wanted.minimum_experience
        known = UNKNOWN if months is None else _half_up(FULL * min(months, least), least)
        scores[Dimension.EXPERIENCE] = known
    if wanted.required_technical_domains:
        scores[Dimension.TECHNICAL] = _share(
            wanted.required_technical_domains, features.technical_domains
        )
    if wanted.required_bar:
        scores[Dimension.BAR] = _share(wanted.required_bar, features.bars)
    if wanted.place is not None:
        scores[Dimension.LOCATION] = _location(wanted.place, features.places)
    return scores


def _location(wanted: WantedPlace, places: Collection[str] | None) -> int:
    if wanted.remote:
        return FULL
    if not places:
        return UNKNOWN
    for score, keys in ((FULL, wanted.full), (75, wanted.near), (50, wanted.partial)):
        if any(key in places for key in keys):
            return score
    return 0


def _met(entries: Entries, present: Collection[str]) -> int:
    return sum(any(term in present for term in terms) for terms in entries.values())


def _share(entries: Entries, present: Collection[str]) -> int:
    return _half_up(FULL * _met(entries, present), len(entries))


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
