"""Why a candidate is or is not among a job's matches, by the same predicates as a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, false, func, literal, not_, or_, select

from jobmatch.careers.employers import Employer
from jobmatch.errors import NotFoundError
from jobmatch.insights.schemas import CandidateExplanation, Reason
from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobMatch,
    JobStatus,
    Profile,
    ProfileFeatures,
)
from jobmatch.permissions.predicates import is_shown, with_employer
from jobmatch.rules.explanations import assess, enumerate_words
from jobmatch.rules.improvements import improvements
from jobmatch.rules.ranking import eligible, execute_ranking, ranking, scored_candidates
from jobmatch.rules.requirements import REQUIREMENTS, Filter, Requirements, filters
from jobmatch.rules.suppression import employer_values, has_address_in, is_employed_by
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from jobmatch.rules.ranking import Candidate


class Exclusion(StrEnum):
    """Reasons other than the filters."""

    NOT_INDEXED = "not-indexed"
    EMPLOYED = "employed-by-employer"
    ADDRESS = "address-of-employer"
    EMPLOYER_NOT_INDEXED = "employer-not-indexed"
    EMPLOYER_WITHOUT_COMPANY = "employer-without-company"
    BEYOND_LIMIT = "beyond-limit"
    NOT_OPEN = "job-not-open"
    NOT_MATCHED_YET = "not-matched-yet"


_SENTENCES: dict[Filter | Exclusion, str] = {
    Filter.ACTIVE: "The profile is not active.",
    Exclusion.NOT_INDEXED: "The profile was written past the API and is not indexed yet.",
    Exclusion.EMPLOYED: "The candidate works for the job's employer.",
    Exclusion.ADDRESS: "The candidate's mail address is in a domain of the job's employer.",
    Exclusion.EMPLOYER_NOT_INDEXED: (
        "The employer's company was written past the API and is not indexed yet; until then the"
        " employer is shown nobody."
    ),
    Exclusion.EMPLOYER_WITHOUT_COMPANY: (
        "The employer has no company profile; until there is one, the employer is shown nobody."
    ),
    Exclusion.NOT_OPEN: "The job is not open, so it is not matched.",
    Exclusion.NOT_MATCHED_YET: (
        "The candidate qualifies, and is listed when the change is taken up or the job is run."
    ),
}


def _sentence(reason: Filter | Exclusion, requirements: Requirements) -> str:
    """The sentence of a reason, for a job with these requirements."""
    if isinstance(reason, Exclusion) or reason is Filter.ACTIVE:
        return _SENTENCES[reason]
    noun, required = {
        Filter.SPECIALIZATION: ("specializations", requirements.required_specializations),
        Filter.BAR: ("bars", requirements.required_bar),
        Filter.TECHNICAL_DOMAIN: ("technical domains", requirements.required_technical_domains),
    }[reason]
    return f"Has none of the required {noun}: {enumerate_words(list(required))}."


@dataclass(frozen=True, slots=True)
class _Posting:
    """A job with its employer, in a month."""

    job_id: UUID
    is_open: bool
    requirements: Requirements
    employer: Employer
    employer_is_indexed: bool
    month: int


def explain_candidate(
    connection: Connection, job_id: UUID, profile_id: UUID, *, limit: int, this_month: int
) -> CandidateExplanation:
    """How any candidate stands to a job at this moment; for admins only.

    Args:
        limit: how many of a job's best candidates a run shortlists.

    Raises:
        NotFoundError: the job or the profile does not exist.
    """
    posting = _posting(connection, job_id, this_month)
    listed, reasons = _shown_or_excluded(connection, posting, profile_id)
    candidate = _scored(connection, posting, profile_id)
    passed, better = _place(connection, posting, candidate)
    rank = None if reasons else better + 1
    if rank is not None and rank > limit:
        reasons[Exclusion.BEYOND_LIMIT] = (
            f"The candidate is number {rank:,} of those who pass;"
            f" the best {limit:,} are shortlisted."
        )
    qualifies = not reasons and posting.is_open
    if not listed:
        reasons |= _waiting(posting, qualifies=qualifies)
    return CandidateExplanation(
        job_id,
        profile_id,
        listed,
        qualifies,
        [Reason(code, message) for code, message in reasons.items()],
        assess(posting.requirements, candidate) if candidate else None,
        rank,
        passed,
        limit,
        improvements(posting.requirements, candidate) if candidate else [],
    )


def _posting(connection: Connection, job_id: UUID, this_month: int) -> _Posting:
    job = select(
        Job.status,
        *(getattr(Job, name) for name in REQUIREMENTS),
        EmployerProfile.company_name,
        EmployerProfile.corporate_domains,
        EmployerFeatures.user_id.label("indexed"),
    ).select_from(Job)
    row = connection.execute(with_employer(job).where(Job.id == job_id)).one_or_none()
    if row is None:
        raise NotFoundError("No such job.")
    return _Posting(
        job_id,
        row.status is JobStatus.OPEN,
        Requirements.of(row._mapping, get_aliases(connection)),
        Employer.of(row.company_name, row.corporate_domains),
        row.company_name is None or row.indexed is not None,
        this_month,
    )


def _shown_or_excluded(
    connection: Connection, posting: _Posting, profile_id: UUID
) -> tuple[bool, dict[str, str]]:
    """Whether the employer sees the candidate now, and why a run would not rank them."""
    company, domains = employer_values(posting.employer)
    excluded: dict[Filter | Exclusion, ColumnElement[bool]] = {
        Exclusion.EMPLOYER_WITHOUT_COMPANY: literal(posting.employer.company is None),
        # Null, too, where there is no row.
        Exclusion.NOT_INDEXED: ProfileFeatures.places.is_(None),
        **{name: not_(holds) for name, holds in filters(posting.requirements).items()},
        Exclusion.EMPLOYED: is_employed_by(company, posting.month),
        Exclusion.ADDRESS: has_address_in(domains),
    }
    matches = select(JobMatch.id).select_from(JobMatch).join(Job, Job.id == JobMatch.job_id)
    listed = (
        with_employer(matches)
        .where(Job.id == posting.job_id, JobMatch.profile_id == Profile.id, is_shown())
        .correlate(Profile)
        .exists()
    )
    row = connection.execute(
        select(listed, *excluded.values())
        .select_from(Profile)
        .outerjoin(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)
        .where(Profile.id == profile_id),
        {"this_month": posting.month},
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such profile.")
    # For a profile without features every other condition is null, and so not a reason.
    reasons = [reason for reason, holds in zip(excluded, row[1:], strict=True) if holds]
    return row[0], {reason: _sentence(reason, posting.requirements) for reason in reasons}


def _scored(connection: Connection, posting: _Posting, profile_id: UUID) -> Candidate | None:
    """The candidate with their scores, whether they pass the filters or not."""
    statement = ranking(
        posting.requirements,
        ProfileFeatures.profile_id == profile_id,
        job_id=posting.job_id,
        limit=1,
        this_month=posting.month,
    )
    return next(iter(execute_ranking(connection, statement).candidates), None)


def _place(
    connection: Connection, posting: _Posting, candidate: Candidate | None
) -> tuple[int, int]:
    """How many candidates pass every filter, and how many of them are ranked before this one."""
    passes = eligible(posting.requirements, posting.employer, posting.month)
    rows, score = scored_candidates(posting.requirements, posting.month, *passes)
    is_before: ColumnElement[bool] = false()
    if candidate is not None:
        equal = and_(score == candidate.overall_score, rows.c.profile_id < candidate.profile_id)
        is_before = or_(score > candidate.overall_score, equal)
    counted = select(func.count(), func.count().filter(is_before)).select_from(rows)
    passed, before = connection.execute(counted, execution_options={"prepares": False}).one()
    return passed, before


def _waiting(posting: _Posting, *, qualifies: bool) -> dict[str, str]:
    """Why a candidate who may qualify is not listed."""
    if not posting.is_open:
        reason = Exclusion.NOT_OPEN
    elif not posting.employer_is_indexed:
        reason = Exclusion.EMPLOYER_NOT_INDEXED
    elif qualifies:
        reason = Exclusion.NOT_MATCHED_YET
    else:
        return {}
    return {reason: _sentence(reason, posting.requirements)}
