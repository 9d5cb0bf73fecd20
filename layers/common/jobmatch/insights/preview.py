"""Preview of the candidates of a job before it is posted; of the job nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, exists, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, array, insert

from jobmatch.candidates.queries import get_anonymous
from jobmatch.careers.employers import Employer
from jobmatch.errors import TooManyRequestsError
from jobmatch.insights.counts import count_candidates
from jobmatch.insights.lookalikes import group_alike, rows_of
from jobmatch.insights.schemas import FilterPreview, MatchPreview, PreviewedCandidate, count
from jobmatch.jobs.service import no_such_employer
from jobmatch.models import EmployerProfile, PreviewCount, User, UserRole
from jobmatch.permissions import SYSTEM, Caller
from jobmatch.permissions.predicates import may_act_for, viewer_values
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import REQUIREMENTS, Filter, Requirements
from jobmatch.telemetry import Metric, emit
from jobmatch.vocabulary.kinds import Kind
from jobmatch.wording.checks import employer_warnings, requirement_warnings
from jobmatch.wording.queries import get_aliases, terms_of_few

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import CTE, ColumnElement, Connection

    from jobmatch.jobs.inputs import JobCreate
    from jobmatch.permissions import Viewer
    from jobmatch.rules.ranking import Candidate
    from jobmatch.wording.queries import Entry


MOST_PREVIEWS, WINDOW = 500, timedelta(hours=1)
"""How many previews an employer may have within any time of this length."""
BEST = 20
"""How many rows a preview shows at most."""
COMPARED = 100
"""How many of the best candidates are looked at, to find those who appear the same."""
_FIELDS = {
    Filter.SPECIALIZATION: "requiredSpecializations",
    Filter.BAR: "requiredBar",
    Filter.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
}
_KINDS = {
    "required_specializations": Kind.SPECIALIZATION,
    "preferred_specializations": Kind.SPECIALIZATION,
    "required_bar": Kind.BAR,
    "required_technical_domains": Kind.TECHNICAL_DOMAIN,
}
_NO_JOB = UUID(int=0)


def preview_matches(
    connection: Connection, data: JobCreate, *, viewer: Viewer, this_month: int
) -> MatchPreview:
    """How many candidates pass each required list of a job, and what the best have in common.

    Beside them what is not understood of the job, as the answer to posting it would say.

    Each call of an employer counts, those of an admin do not.

    Raises:
        ForbiddenError: the viewer may not post for this employer.
        InvalidInputError: the employer does not exist.
        TooManyRequestsError: the employer has had `MOST_PREVIEWS` in the last hour.
    """
    employer = _employer(connection, data, viewer)
    aliases = get_aliases(connection)
    asked = Requirements.of(data.model_dump(include=set(REQUIREMENTS)), aliases)
    rare = _rare(connection, asked)
    requirements = _without(rare, asked)
    counts = count_candidates(connection, requirements, employer, this_month=this_month)
    ranked = best_candidates(
        connection,
        requirements,
        employer,
        job_id=_NO_JOB,
        limit=COMPARED,
        this_month=this_month,
    )
    rows = _rows(connection, requirements, ranked.candidates, this_month)
    emit({Metric.PREVIEWS: 1, Metric.PREVIEWS_WITHHELD: int(not rows)})
    return MatchPreview(
        count(counts.candidates),
        [
            FilterPreview(_FIELDS[name], count(each.passed), count(each.passed_without))
            for name, each in counts.lists.items()
        ],
        count(ranked.passed),
        rows,
        employer_warnings(employer)
        + requirement_warnings(connection, data.sent, aliases, rare).warnings,
    )


def _rare(connection: Connection, requirements: Requirements) -> set[Entry]:
    """The entries that hardly anybody meets."""
    asked = {
        (kind, terms)
        for name, kind in _KINDS.items()
        for terms in getattr(requirements, name).values()
    }
    return terms_of_few(connection, asked)


def _without(rare: set[Entry], requirements: Requirements) -> Requirements:
    """The requirements, of which nobody meets an entry that hardly anybody meets.

    Otherwise such an entry would tell of its few candidates: it would change a count, or take them
    from those with whom they look the same.
    """
    left: dict[str, Any] = {
        name: {
            label: () if (kind, terms) in rare else terms
            for label, terms in getattr(requirements, name).items()
        }
        for name, kind in _KINDS.items()
    }
    return replace(requirements, **left)


def _rows(
    connection: Connection,
    requirements: Requirements,
    candidates: Iterable[Candidate],
    this_month: int,
) -> list[PreviewedCandidate]:
    groups = group_alike(requirements, candidates, most=BEST)
    ids = [profile_id for group in groups for profile_id in group.profile_ids]
    if not ids:
        return []
    anonymous = get_anonymous(connection, ids, this_month=this_month)
    rows: list[PreviewedCandidate] = []
    for group in groups:
        # Without those who were deleted in the meantime.
        members = [anonymous[each] for each in group.profile_ids if each in anonymous]
        rows += rows_of(group, members, most=BEST - len(rows))
    return rows


def _employer(connection: Connection, data: JobCreate, viewer: Viewer) -> Employer:
    """The employer of the job; the same statement counts the preview, where it is their own."""
    employer_user_id = data.employer_user_id
    if employer_user_id is None and isinstance(viewer, Caller):
        employer_user_id = viewer.user_id
    employer = (
        select(User.id, EmployerProfile.company_name, EmployerProfile.corporate_domains)
        .select_from(User)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == User.id)
        .where(
            User.id == employer_user_id,
            User.role == UserRole.EMPLOYER,
            User.is_active,
            may_act_for(User.id, system=viewer is SYSTEM),
        )
        .cte("employer")
    )
    is_own = isinstance(viewer, Caller) and viewer.user_id == employer_user_id
    row = connection.execute(
        select(
            employer.c.company_name,
            employer.c.corporate_domains,
            (_one_more(employer) if is_own else true()).label("may_preview"),
            _seconds_left(employer).label("seconds_left"),
        ),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise no_such_employer(connection, data, viewer)
    if not row.may_preview:
        emit({Metric.PREVIEWS_REFUSED: 1})
        message = f"You have had {MOST_PREVIEWS} previews in the last hour."
        raise TooManyRequestsError(message, retry_after_seconds=max(1, row.seconds_left))
    return Employer.of(row.company_name, row.corporate_domains)


def _one_more(employer: CTE) -> ColumnElement[bool]:
    """Note a preview of the employer; false if they have had as many as they may."""
    # Not the time at which the statement began: who waits for the row comes after who holds it.
    now = func.clock_timestamp(type_=DateTime(timezone=True))
    asked_at = PreviewCount.asked_at
    latest = func.array_prepend(now, asked_at[1 : MOST_PREVIEWS - 1], type_=ARRAY(DateTime))
    noted = (
        insert(PreviewCount)
        .from_select(["employer_user_id", "asked_at"], select(employer.c.id, array([now])))
        .on_conflict_do_update(
            index_elements=["employer_user_id"],
            set_={"asked_at": latest},
            # Null where there were fewer.
            where=func.coalesce(asked_at[MOST_PREVIEWS] <= now - WINDOW, true()),
        )
        .returning(PreviewCount.employer_user_id)
        .cte("noted")
    )
    return exists(select(noted.c.employer_user_id))


def _seconds_left(employer: CTE) -> ColumnElement[int]:
    """How long until the oldest of the employer's previews does not count any more."""
    oldest = PreviewCount.asked_at[func.cardinality(PreviewCount.asked_at)]
    left = func.extract("epoch", oldest + WINDOW - func.now())
    of_employer = select(func.ceil(left).cast(Integer)).where(
        PreviewCount.employer_user_id == employer.c.id
    )
    whole = int(WINDOW.total_seconds())
    return func.coalesce(of_employer.scalar_subquery(), whole)
