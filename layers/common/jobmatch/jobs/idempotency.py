"""Requests that a caller may repeat without repeating their effect."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Uuid, and_, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import FieldError, ForbiddenError, InvalidInputError
from jobmatch.models import IdempotencyKey, User
from jobmatch.permissions.predicates import may_act_for

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.permissions import Caller

KEPT = timedelta(hours=24)


def claim_idempotency_key(
    connection: Connection,
    caller: Caller,
    key: str,
    *,
    employer_user_id: UUID | None,
    fingerprint: str,
    job_id: UUID,
) -> UUID:
    """Claim a key for the job that is about to be created, or find what it made before.

    A concurrent request with the same key waits here until the first one has committed or
    rolled back, so the two make one job.

    Returns:
        `job_id` if the key is now the caller's, else the id of the job it made before.

    Raises:
        ForbiddenError: the caller may not act for the employer, also not once more.
        InvalidInputError: the key was used with another body.
    """
    allowed = and_(User.id == caller.user_id, may_act_for(caller, literal(employer_user_id, Uuid)))
    claimed: UUID | None = connection.scalar(
        insert(IdempotencyKey)
        .from_select(
            ["caller_user_id", "key", "fingerprint", "job_id"],
            select(User.id, literal(key), literal(fingerprint), literal(job_id)).where(allowed),
        )
        .on_conflict_do_update(
            index_elements=["caller_user_id", "key"],
            set_={"fingerprint": fingerprint, "job_id": job_id, "created_at": func.now()},
            where=IdempotencyKey.created_at <= func.now() - KEPT,
        )
        .returning(IdempotencyKey.job_id)
    )
    if claimed is not None:
        return claimed
    before = connection.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.job_id)
        .join(User, User.id == IdempotencyKey.caller_user_id)
        .where(IdempotencyKey.key == key, allowed)
    ).one_or_none()
    if before is None:
        raise ForbiddenError("Your account may not do this.")
    if before.fingerprint != fingerprint:
        fault = FieldError("/headers/Idempotency-Key", "was used before with another body")
        raise InvalidInputError(fault)
    made: UUID = before.job_id
    return made
