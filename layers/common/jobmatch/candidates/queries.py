"""Reading candidates as employers see them: without anything that tells who they are."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select

from jobmatch.anonymity.anonymizer import Anonymizer
from jobmatch.candidates.schemas import (
    AnonymousCandidate,
    AnonymousPosition,
    ListedMatch,
    MatchedCandidate,
)
from jobmatch.errors import NotFoundError
from jobmatch.matches.queries import read_matches
from jobmatch.matches.schemas import Match
from jobmatch.models import Job, JobMatch, JobStatus, Profile, ProfileFeatures
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids
from jobmatch.permissions.predicates import is_shown, may_act_for, viewer_values, with_employer
from jobmatch.profiles.queries import LISTS
from jobmatch.rules.explanations import Evidence
from jobmatch.rules.improvements import improvements
from jobmatch.rules.ranking import Candidate, active_bars
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from jobmatch.rules.rubric import Dimension, months_of_experience
from jobmatch.rules.states import states
from jobmatch.vocabulary.kinds import Kind
from jobmatch.web.pages import WrittenPage
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

    from jobmatch.permissions import Viewer
    from jobmatch.profiles.schemas import BarAdmissionDocument

_OVER = (JobStatus.CLOSED, JobStatus.ARCHIVED)
"""Of these jobs the employer has no more reason to read a profile as it is at present."""
_MOST_FACTS = 5
_LISTED = TypeAdapter(list[ListedMatch])


def get_match_candidate(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer, this_month: int
) -> MatchedCandidate:
    """The candidate of a match, without anything that identifies them.

    This is the present profile, which who has closed the job has no more reason to read.

    Raises:
        NotFoundError: the match does not exist for the viewer, or the job is over.
    """
    found = _of_matches(connection, job_id, [profile_id], viewer=viewer, this_month=this_month)
    candidate = found.get(profile_id)
    if candidate is None:
        raise NotFoundError("No such match.")
    return candidate


def with_candidates(
    connection: Connection, job_id: UUID, page: WrittenPage, *, viewer: Viewer, this_month: int
) -> WrittenPage:
    """A page of a job's matches, each with its candidate, which is null once the job is over.

    Two statements for the whole page. A match whose candidate has been hidden since the page was
    read is left out.
    """
    matches = read_matches(page.items)
    found = _of_matches(
        connection,
        job_id,
        [match.profile_id for match in matches],
        viewer=viewer,
        this_month=this_month,
    )
    names = [field.name for field in fields(Match)]
    listed = [
        ListedMatch(
            **{name: getattr(match, name) for name in names}, candidate=found[match.profile_id]
        )
        for match in matches
        if match.profile_id in found
    ]
    return WrittenPage(_LISTED.dump_json(listed, by_alias=True).decode(), page.last)


def _of_matches(
    connection: Connection,
    job_id: UUID,
    profile_ids: Sequence[UUID],
    *,
    viewer: Viewer,
    this_month: int,
) -> dict[UUID, MatchedCandidate | None]:
    """The candidates of a job's matches whom the viewer may see; `None` if the job is over."""
    if not profile_ids:
        return {}
    described = (
        described_candidates(this_month)
        .add_columns(
            JobMatch.overall_score,
            JobMatch.subscores,
            Job.status,
            *(getattr(Job, name) for name in REQUIREMENTS),
        )
        .join(JobMatch, JobMatch.profile_id == Profile.id)
        .join(Job, Job.id == JobMatch.job_id)
    )
    rows = connection.execute(
        with_employer(described).where(
            JobMatch.job_id == job_id,
            JobMatch.profile_id.in_(ids(profile_ids)),
            is_shown(),
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        ),
        {"this_month": this_month, **viewer_values(viewer)},
    ).all()
    if not rows or rows[0].status in _OVER:
        return dict.fromkeys((row.id for row in rows), None)
    requirements = Requirements.of(rows[0]._mapping, get_aliases(connection))
    return {row.id: _matched(row, requirements) for row in rows}


def get_anonymous(
    connection: Connection, profile_ids: Sequence[UUID], *, this_month: int
) -> dict[UUID, AnonymousCandidate]:
    """Candidates by their ids, without positions, whose texts take longest to clean.

    The caller has checked that the employer may see them.
    """
    described = described_candidates(this_month).where(Profile.id.in_(ids(profile_ids)))
    rows = connection.execute(described)
    return {
        row.id: AnonymousCandidate(**_fields(row, _anonymizer(row)), positions=[]) for row in rows
    }


def described_candidates(this_month: int) -> Select[*tuple[Any, ...]]:
    """The id, then the fields of a `CandidateText` in their order; the name is among them."""
    return select(
        Profile.id,
        Profile.name,
        Profile.location,
        months_of_experience(this_month).label("months"),
        *LISTS.values(),
        Profile.bar_admissions,
        Profile.work_history,
    ).join(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)


def _matched(row: Row[Any], requirements: Requirements) -> MatchedCandidate:
    anonymous, subscores = _anonymizer(row), json.loads(row.subscores)
    candidate = Candidate(
        profile_id=row.id,
        overall_score=row.overall_score,
        # As the match has them, whoever has scored it.
        scores={name: subscores[name]["score"] for name in Dimension},
        specializations=row.specializations,
        technical_domains=row.technical_domains,
        bars=active_bars(row.bar_admissions),
        months=row.months,
        location=row.location,
        stored_fingerprint=None,
    )
    evidence = Evidence.of(requirements, candidate)
    bars = dict.fromkeys(anonymous.value(Kind.BAR, name) for name in candidate.bars)
    asked = [*evidence.required_specializations, *evidence.technical_domains]
    facts = [
        *(met.value for met in asked if met and met.value),
        *(anonymous.value(Kind.SPECIALIZATION, value) for value in row.specializations),
        *(anonymous.value(Kind.TECHNICAL_DOMAIN, value) for value in row.technical_domains),
    ]
    return MatchedCandidate(
        **_fields(row, anonymous),
        positions=_positions(row, anonymous),
        years_of_experience=None if row.months is None else row.months // 12,
        bars=[*bars],
        top_facts=[*dict.fromkeys(facts)][:_MOST_FACTS],
        requirements=states(requirements, candidate, evidence),
        improvements=improvements(requirements, candidate, evidence),
    )


def _anonymizer(row: Row[Any]) -> Anonymizer:
    return Anonymizer.of(row.name, [position["employer"] for position in row.work_history])


def _fields(row: Row[Any], anonymous: Anonymizer) -> dict[str, Any]:
    """The fields of an `AnonymousCandidate`, without the positions."""
    return {
        "profile_id": row.id,
        "location": anonymous.place(row.location),
        "months_of_experience": row.months,
        "specializations": [
            anonymous.value(Kind.SPECIALIZATION, label) for label in row.specializations
        ],
        "technical_domains": [
            anonymous.value(Kind.TECHNICAL_DOMAIN, label) for label in row.technical_domains
        ],
        "bar_admissions": [_bar(admission, anonymous) for admission in row.bar_admissions],
    }


def _positions(row: Row[Any], anonymous: Anonymizer) -> list[AnonymousPosition]:
    return [
        AnonymousPosition(
            anonymous.text(position["title"]),
            anonymous.date(position.get("startDate")),
            anonymous.date(position.get("endDate")),
        )
        for position in row.work_history
    ]


def _bar(admission: Mapping[str, Any], anonymous: Anonymizer) -> BarAdmissionDocument:
    year = admission.get("year")
    return {
        "jurisdiction": anonymous.value(Kind.BAR, admission["jurisdiction"]),
        # Another system may have stored a text.
        "year": year if isinstance(year, int) else None,
        "status": anonymous.status(admission.get("status")),
    }
