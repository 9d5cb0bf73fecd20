"""What an employer decides about the candidate of a match. It outlives the match, as a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.audit.queries import log_decision, make_keys
from jobmatch.errors import FieldError, InvalidInputError, NotFoundError
from jobmatch.matches.queries import get_match_by_job_and_profile
from jobmatch.matches.schemas import DecisionDetail
from jobmatch.models import DecisionKind, Job, JobMatch, MatchDecision, Profile, UserRole
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids
from jobmatch.permissions.predicates import (
    is_admin,
    is_shown,
    may_act_for,
    viewer_values,
    with_employer,
)
from jobmatch.webhooks.recording import record_event
from jobmatch.webhooks.schemas import EventType

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Select

    from jobmatch.matches.schemas import DecisionPut, Match
    from jobmatch.permissions import Viewer

REASON_BELOW = 50
"""The overall score below which a candidate is not shortlisted without a reason."""


def put_decision(
    connection: Connection,
    job_id: UUID,
    profile_id: UUID,
    put: DecisionPut,
    *,
    viewer: Viewer,
    this_month: int,
) -> Match:
    """Note, replace or take back a decision, and log it; within a transaction.

    The same decision for the same reason changes nothing and is not logged again.

    Raises:
        NotFoundError: the match does not exist for the viewer.
        InvalidInputError: a candidate of a low score is shortlisted without a reason.
    """
    # In the order of `permissions.locks`: the profile, whose key is made, before the job. A match
    # that is not there for the viewer ends here, whatever is the reason.
    if connection.scalar(_locked(job_id, profile_id, viewer), _values(viewer, this_month)) is None:
        raise NotFoundError("No such match.")
    make_keys(connection, ids([profile_id]))
    is_by_admin = connection.scalar(
        select(is_admin(system=viewer is SYSTEM))
        .select_from(Job)
        .where(Job.id == job_id)
        .with_for_update(of=Job),
        viewer_values(viewer),
    )
    # Read again, after the wait for whoever stores or deletes matches of the job.
    match = _require_match(connection, job_id, profile_id, viewer, this_month)
    if put.decision == "shortlisted" and not put.reason and match.overall_score < REASON_BELOW:
        fault = f"is required to shortlist a match that scores below {REASON_BELOW}"
        raise InvalidInputError(FieldError("/reason", fault))
    this = and_(MatchDecision.job_id == job_id, MatchDecision.profile_id == profile_id)
    if put.decision is None:
        changed = connection.execute(delete(MatchDecision).where(this)).rowcount
    else:
        changed = _store(connection, job_id, profile_id, put)
    if changed:
        role = UserRole.ADMIN if is_by_admin else UserRole.EMPLOYER
        facts = {
            "decision": put.decision,
            "before": match.decision,
            "by": role,
            # The words themselves may say who it is about, and could never be deleted.
            "hasReason": put.decision is not None and put.reason is not None,
        }
        scores = {profile_id: match.overall_score}
        log_decision(connection, job_id, DecisionKind.DECIDED, scores, facts)
        told: dict[str, object] = {name: facts[name] for name in ("decision", "before", "by")}
        told["overallScore"] = match.overall_score
        event = EventType.MATCH_DECIDED
        record_event(connection, event, job_id, told, profile_id=profile_id)
    return _require_match(connection, job_id, profile_id, viewer, this_month)


def _locked(job_id: UUID, profile_id: UUID, viewer: Viewer) -> Select[UUID]:
    """The candidate of a match, share-locked as by `share_lock_profiles`, if the viewer sees it."""
    profile = (
        select(Profile.id)
        .join(JobMatch, JobMatch.profile_id == Profile.id)
        .join(Job, Job.id == JobMatch.job_id)
    )
    return (
        with_employer(profile)
        .where(*_is_match(job_id, profile_id, viewer))
        .with_for_update(read=True, key_share=True, of=Profile)
    )


def _is_match(job_id: UUID, profile_id: UUID, viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return (
        JobMatch.job_id == job_id,
        JobMatch.profile_id == profile_id,
        is_shown(),
        may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
    )


def _values(viewer: Viewer, this_month: int) -> dict[str, Any]:
    return {"this_month": this_month, **viewer_values(viewer)}


def _require_match(
    connection: Connection, job_id: UUID, profile_id: UUID, viewer: Viewer, this_month: int
) -> Match:
    match = get_match_by_job_and_profile(
        connection, job_id, profile_id, viewer=viewer, this_month=this_month
    )
    if match is None:
        raise NotFoundError("No such match.")
    return match


def _store(connection: Connection, job_id: UUID, profile_id: UUID, put: DecisionPut) -> int:
    values = {
        "job_id": job_id,
        "profile_id": profile_id,
        "decision": put.decision,
        "reason": put.reason,
    }
    statement = insert(MatchDecision).values(values)
    new = statement.excluded
    same = and_(
        MatchDecision.decision == new.decision,
        MatchDecision.reason.is_not_distinct_from(new.reason),
    )
    return connection.execute(
        statement.on_conflict_do_update(
            index_elements=["job_id", "profile_id"],
            set_={"decision": new.decision, "reason": new.reason, "decided_at": func.now()},
            where=~same,
        )
    ).rowcount


def get_decision(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer, this_month: int
) -> DecisionDetail:
    """What is decided about the candidate of a match; all `None` where nothing is.

    Raises:
        NotFoundError: the match does not exist for the viewer.
    """
    decision: Any = (
        select(MatchDecision.decision, MatchDecision.reason, MatchDecision.decided_at)
        .select_from(JobMatch)
        .join(Job, Job.id == JobMatch.job_id)
        .outerjoin(
            MatchDecision,
            and_(
                MatchDecision.job_id == JobMatch.job_id,
                MatchDecision.profile_id == JobMatch.profile_id,
            ),
        )
        .where(*_is_match(job_id, profile_id, viewer))
    )
    row = connection.execute(with_employer(decision), _values(viewer, this_month)).one_or_none()
    if row is None:
        raise NotFoundError("No such match.")
    return DecisionDetail(*row)
