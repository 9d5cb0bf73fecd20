"""Preview of the candidates of a job before it is posted; nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, not_, select

from jobmatch.careers.employers import Employer
from jobmatch.insights.schemas import FEW, FilterPreview, MatchPreview, PreviewedCandidate, count
from jobmatch.jobs.schemas import REQUIREMENTS
from jobmatch.jobs.service import no_such_employer
from jobmatch.models import EmployerProfile, ProfileFeatures, User, UserRole
from jobmatch.permissions import SYSTEM, Caller
from jobmatch.permissions.predicates import may_act_for, viewer_values
from jobmatch.profiles.queries import get_anonymous
from jobmatch.rules.explanations import assess
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import (
    Filter,
    Requirements,
    filters,
    is_indexed,
    works_for_employer,
)
from jobmatch.wording.checks import employer_warnings
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.jobs.schemas import JobCreate
    from jobmatch.permissions import Viewer
    from jobmatch.profiles.schemas import AnonymousCandidate
    from jobmatch.rules.explanations import Assessment


BEST = 20
"""How many candidates a preview shows at most."""
_FIELDS = {
    Filter.SPECIALIZATION: "requiredSpecializations",
    Filter.BAR: "requiredBar",
    Filter.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
}
_NO_JOB = UUID(int=0)


def preview_matches(
    connection: Connection, data: JobCreate, *, viewer: Viewer, this_month: int
) -> MatchPreview:
    """How many candidates pass each required list of a job, and the best who pass all.

    Raises:
        ForbiddenError: the viewer may not post for this employer.
        InvalidInputError: the employer does not exist.
    """
    employer = _employer(connection, data, viewer)
    requirements = Requirements.of(
        data.model_dump(include=set(REQUIREMENTS)), get_aliases(connection)
    )
    conditions = filters(requirements)
    warnings = employer_warnings(employer)
    if warnings:
        asked = [name for name in conditions if name in _FIELDS]
        nobody = [FilterPreview(_FIELDS[name], count(0)) for name in asked]
        return MatchPreview(count(0), nobody, count(0), [], warnings)
    matchable = [
        is_indexed(),
        conditions.pop(Filter.ACTIVE),
        not_(works_for_employer(employer, this_month)),
    ]
    counted = select(
        func.count(), *(func.count().filter(passes) for passes in conditions.values())
    ).select_from(ProfileFeatures)
    # Like the ranking, it is planned for the values of this job.
    candidates, *passed = connection.execute(
        counted.where(*matchable), execution_options={"prepares": False}
    ).one()
    ranked = best_candidates(
        connection, requirements, employer, job_id=_NO_JOB, limit=BEST, this_month=this_month
    )
    best = ranked.candidates if ranked.passed >= FEW else []
    anonymous = get_anonymous(
        connection, [candidate.profile_id for candidate in best], this_month=this_month
    )
    return MatchPreview(
        count(candidates),
        [
            FilterPreview(_FIELDS[name], count(number))
            for name, number in zip(conditions, passed, strict=True)
        ],
        count(ranked.passed),
        [
            _previewed(assess(requirements, candidate), anonymous[candidate.profile_id])
            for candidate in best
            if candidate.profile_id in anonymous  # else deleted in the meantime
        ],
        warnings,
    )


def _employer(connection: Connection, data: JobCreate, viewer: Viewer) -> Employer:
    employer_user_id = data.employer_user_id
    if employer_user_id is None and isinstance(viewer, Caller):
        employer_user_id = viewer.user_id
    row = connection.execute(
        select(EmployerProfile.company_name, EmployerProfile.corporate_domains)
        .select_from(User)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == User.id)
        .where(
            User.id == employer_user_id,
            User.role == UserRole.EMPLOYER,
            User.is_active,
            may_act_for(User.id, system=viewer is SYSTEM),
        ),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise no_such_employer(connection, data, viewer)
    return Employer.of(row.company_name, row.corporate_domains)


def _previewed(assessment: Assessment, candidate: AnonymousCandidate) -> PreviewedCandidate:
    return PreviewedCandidate(
        assessment.overall_score,
        assessment.recommendation,
        assessment.subscores,
        candidate.location,
        candidate.months_of_experience,
        candidate.specializations,
        candidate.technical_domains,
        candidate.bar_admissions,
    )
