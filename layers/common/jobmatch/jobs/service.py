"""Posting and changing jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from pydantic.alias_generators import to_camel
from sqlalchemy import Connection, Uuid, and_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from jobmatch.config import Scorer
from jobmatch.errors import (
    FieldError,
    ForbiddenError,
    InvalidInputError,
    JobmatchError,
    NotFoundError,
    PreconditionFailedError,
)
from jobmatch.jobs.concerned import REWORDED, index_job
from jobmatch.jobs.due import due_again, due_from_now, without_run
from jobmatch.jobs.identifiers import ONCE, Identifier, check_not_posted, check_reopened
from jobmatch.jobs.inputs import JobCreate, JobUpdate
from jobmatch.jobs.moves import check_change, check_openable
from jobmatch.jobs.queries import require_job_by_id
from jobmatch.matches.service import delete_matches
from jobmatch.models import IdempotencyKey, Job, JobStatus, MatchingStatus, User, UserRole
from jobmatch.permissions import SYSTEM, Caller, Viewer
from jobmatch.permissions.predicates import is_admin, may_act_for, viewer_values
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from jobmatch.webhooks.recording import record_event
from jobmatch.webhooks.schemas import EventType
from jobmatch.wording.queries import get_aliases, matching_version

if TYPE_CHECKING:
    from jobmatch.jobs.schemas import AdminJobDetail, JobDetail

KEY_LIFETIME = timedelta(hours=24)


def claim_idempotency_key(
    connection: Connection,
    caller: Caller,
    key: str,
    *,
    employer_user_id: UUID | None,
    fingerprint: str,
    job_id: UUID,
) -> UUID:
    """Claim a key for a job that is about to be created, or find the job that it made before.

    A concurrent request with the same key waits here until the first has committed or rolled back,
    so that the two make one job.

    Returns:
        `job_id` if the key is claimed now, else the id of the job that it made before.

    Raises:
        ForbiddenError: the caller may not act for the employer, or no longer.
        InvalidInputError: the key was used with another body.
    """
    owner = literal(employer_user_id, Uuid)
    allowed = and_(User.id == caller.user_id, may_act_for(owner, system=False))
    claimed: UUID | None = connection.scalar(
        insert(IdempotencyKey)
        .from_select(
            ["caller_user_id", "key", "fingerprint", "job_id"],
            select(User.id, literal(key), literal(fingerprint), literal(job_id)).where(allowed),
        )
        .on_conflict_do_update(
            index_elements=["caller_user_id", "key"],
            set_={"fingerprint": fingerprint, "job_id": job_id, "created_at": func.now()},
            where=IdempotencyKey.created_at <= func.now() - KEY_LIFETIME,
        )
        .returning(IdempotencyKey.job_id),
        viewer_values(caller),
    )
    if claimed is not None:
        return claimed
    used = connection.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.job_id)
        .join(User, User.id == IdempotencyKey.caller_user_id)
        .where(IdempotencyKey.key == key, allowed),
        viewer_values(caller),
    ).one_or_none()
    if used is None:
        raise ForbiddenError("Your account may not do this.")
    if used.fingerprint != fingerprint:
        fault = FieldError("/headers/Idempotency-Key", "was used before with another body")
        raise InvalidInputError(fault)
    made: UUID = used.job_id
    return made


def create_job(
    connection: Connection,
    data: JobCreate,
    *,
    viewer: Viewer,
    idempotency_key: str | None = None,
    new_id: UUID | None = None,
    identifier: Identifier | None = None,
) -> UUID:
    """Insert a job; within a transaction.

    Args:
        identifier: what the system that posts it calls it.
        new_id: the id for a new job, which tells it from a job that the key made before.

    Returns:
        The id of the new job, or of the job that the key made before.

    Raises:
        ConflictError: the job would be open without a required specialization, or the employer
            has a job of this identifier.
        ForbiddenError: the viewer may not post for this employer.
        InvalidInputError: there is no such employer, or the key was used with another body.
    """
    caller_id = viewer.user_id if isinstance(viewer, Caller) else None
    employer_user_id = data.employer_user_id or caller_id
    job_id = new_id or uuid4()
    if idempotency_key is not None and isinstance(viewer, Caller):
        made = claim_idempotency_key(
            connection,
            viewer,
            idempotency_key,
            employer_user_id=employer_user_id,
            fingerprint=data.model_dump_json() + (repr(identifier) if identifier else ""),
            job_id=job_id,
        )
        if made != job_id:
            return made
    values = {
        "id": literal(job_id),
        "employer_user_id": User.id,
        "created_by": literal(caller_id) if caller_id else User.id,
        "matching_demand": literal(1),
    }
    values |= {
        name: literal(value, getattr(Job, name).type) for name, value in data if name not in values
    }
    values |= identifier.columns() if identifier else {}
    row = select(*values.values()).where(
        User.id == employer_user_id,
        User.role == UserRole.EMPLOYER,
        User.is_active,
        may_act_for(User.id, system=viewer is SYSTEM),
    )
    inserted: UUID | None = connection.scalar(
        insert(Job).from_select(list(values), row).on_conflict_do_nothing(**ONCE).returning(Job.id),
        viewer_values(viewer),
    )
    if inserted is None:
        if identifier:
            check_not_posted(connection, employer_user_id, identifier, viewer=viewer)
        raise no_such_employer(connection, data, viewer)
    # The last of the checks; if it fails, the transaction takes the insert back.
    check_openable(data.status, data.required_specializations)
    index_job(connection, job_id, data.model_dump(include={*REQUIREMENTS}), get_aliases(connection))
    record_event(connection, EventType.JOB_CREATED, inserted)
    return inserted


def no_such_employer(connection: Connection, data: JobCreate, viewer: Viewer) -> JobmatchError:
    """The error for a job whose employer the viewer may not post for, or who is not active."""
    if not connection.scalar(select(is_admin(system=viewer is SYSTEM)), viewer_values(viewer)):
        return ForbiddenError("You may post jobs for yourself only.")
    fault = "is not an active employer" if data.employer_user_id else "is required for admins"
    return InvalidInputError(FieldError("/employerUserId", fault))


def update_job(
    connection: Connection,
    job_id: UUID,
    changes: JobUpdate,
    *,
    viewer: Viewer,
    maximum_age: timedelta,
    versions: Collection[int] | None = None,
    scorer: Scorer = Scorer.RUBRIC,
) -> JobDetail | AdminJobDetail:
    """Change the fields that `changes` names, and return the job; within a transaction.

    A changed requirement deletes the matches. A changed requirement or status makes the job due
    again and ends a run, and so does a text where a model reads it. The same requirements in other
    words are matched anew by the next schedule. Without a difference, nothing is written.

    Args:
        versions: the versions of the job that the caller accepts, or `None` for any.

    Raises:
        NotFoundError: the job does not exist for the viewer.
        PreconditionFailedError: the job is at another version.
        ConflictError: the job's state does not allow the change.
    """
    job = connection.execute(
        select(
            is_admin(system=viewer is SYSTEM).label("admin"),
            Job.version,
            *(getattr(Job, name) for name in JobUpdate.model_fields),
        )
        .where(Job.id == job_id, may_act_for(Job.employer_user_id, system=viewer is SYSTEM))
        .with_for_update(of=Job),
        viewer_values(viewer),
    ).one_or_none()
    if job is None:
        raise NotFoundError("No such job.")
    if versions is not None and job.version not in versions:
        raise PreconditionFailedError("The job has been changed since you read it.")
    values = {
        name: getattr(changes, name)
        for name in changes.model_fields_set
        if _differs(getattr(job, name), getattr(changes, name))
    }
    if values:
        check_change(job, values)
        if job.status is JobStatus.ARCHIVED:
            check_reopened(connection, job_id)
        causes = {"status", "title", "description"} if scorer is Scorer.BEDROCK else {"status"}
        due: dict[str, Any] = {}
        if _change_requirements(connection, job_id, job._mapping, values) or values.keys() & causes:
            due = due_again(maximum_age)
        elif values.keys() & set(REQUIREMENTS):
            due = {"matching_version": REWORDED, "matching_demand": Job.matching_demand + 1}
        written = {**values, **due, "updated_at": func.now(), "version": Job.version + 1}
        connection.execute(update(Job).where(Job.id == job_id).values(**written))
        _record_change(connection, job_id, job.status, values)
    return require_job_by_id(connection, job_id, viewer=viewer)


def _record_change(
    connection: Connection, job_id: UUID, before: JobStatus, values: Mapping[str, Any]
) -> None:
    changed = [to_camel(name) for name in values]
    record_event(connection, EventType.JOB_UPDATED, job_id, {"changed": changed})
    ended = (JobStatus.CLOSED, JobStatus.ARCHIVED)
    if values.get("status") in ended and before not in ended:
        record_event(connection, EventType.JOB_CLOSED, job_id)


def _change_requirements(
    connection: Connection, job_id: UUID, before: Mapping[Any, Any], values: dict[str, Any]
) -> bool:
    """If the requirements change, delete the matches and index the job; return whether they do."""
    after = {**before, **values}
    aliases = get_aliases(connection) if values.keys() & set(REQUIREMENTS) else None
    if Requirements.of(before, aliases).same_as(Requirements.of(after, aliases)):
        return False
    delete_matches(connection, job_id)
    index_job(connection, job_id, after, aliases)
    return True


def _differs(old: object, new: object) -> bool:
    empty: tuple[object, ...] = (None, [])
    return old != new and not (old in empty and new in empty)


def update_job_matching_status(
    connection: Connection, job_id: UUID, status: MatchingStatus, *, maximum_age: timedelta
) -> None:
    """Set the matching status and end any run; `completed` sets the time too.

    The demand rises with it: whichever changes the job has missed, none is taken up without a run.

    Raises:
        NotFoundError: there is no such job.
    """
    values: dict[str, Any] = {
        **without_run(),
        "matching_status": status,
        "matching_due_since": due_from_now(maximum_age),
        "matching_demand": Job.matching_demand + 1,
    }
    if status is MatchingStatus.COMPLETED:
        values |= {"matched_at": func.now(), "matching_version": matching_version()}
    if status is MatchingStatus.PENDING:
        values = due_again(maximum_age)
    if not connection.execute(update(Job).where(Job.id == job_id).values(**values)).rowcount:
        raise NotFoundError("No such job.")


def invalidate_matches_for_job(
    connection: Connection, job_id: UUID, *, maximum_age: timedelta
) -> int:
    """Delete a job's matches and make it due again; within a transaction.

    Returns:
        How many matches were deleted.

    Raises:
        NotFoundError: there is no such job.
    """
    job = update(Job).where(Job.id == job_id)
    if not connection.execute(job.values(**due_again(maximum_age))).rowcount:
        raise NotFoundError("No such job.")
    return delete_matches(connection, job_id)
