"""The one order in which rows are locked.

Profiles by id; jobs by id; matches by profile; mails; webhooks by id, and then their events.

Every transaction takes its locks in this order, so that two wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Select, Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import Job, Profile


def ids(values: Sequence[UUID]) -> Select[UUID]:
    """Ids as rows, passed in one parameter."""
    return select(func.unnest(literal(list(values), ARRAY(Uuid))).label("id"))


def pairs(values: Sequence[tuple[UUID, UUID]]) -> Select[UUID, UUID]:
    """Pairs of ids as rows, passed in two parameters."""
    first, second = ([pair[place] for pair in values] for place in (0, 1))
    return select(
        func.unnest(literal(first, ARRAY(Uuid))), func.unnest(literal(second, ARRAY(Uuid)))
    )


def share_lock_profiles(connection: Connection, profile_ids: Select[UUID]) -> list[UUID]:
    """Prevent the deletion of these profiles until the transaction ends; others may change them.

    A transaction that writes rows which refer to profiles begins with this. Its foreign keys take
    the same locks, but too late: after the job's, when a deletion may hold them and wait for us.

    Returns:
        The ids of the profiles that still exist.
    """
    locked = select(Profile.id).where(Profile.id.in_(profile_ids)).order_by(Profile.id)
    return list(connection.scalars(locked.with_for_update(read=True, key_share=True)))


def hold_profiles(
    connection: Connection, profile_ids: Select[UUID], *, wait: bool = True
) -> list[UUID]:
    """Prevent any change of these profiles and their features until the transaction ends.

    Whoever writes features, or the status that they follow, has locked the profile before.

    Args:
        wait: for whoever changes a profile now; else these profiles are left out. A transaction
            that holds some already must not wait for others.

    Returns:
        The ids of the profiles that still exist.
    """
    locked = select(Profile.id).where(Profile.id.in_(profile_ids)).order_by(Profile.id)
    return list(connection.scalars(locked.with_for_update(read=True, skip_locked=not wait)))


def lock_jobs(connection: Connection, job_ids: Select[UUID]) -> None:
    """Lock these jobs until the transaction ends."""
    locked = select(Job.id).where(Job.id.in_(job_ids)).order_by(Job.id)
    connection.execute(locked.with_for_update())


def share_lock_jobs(connection: Connection, job_ids: Select[UUID]) -> None:
    """Prevent `lock_jobs` on these jobs until the transaction ends; others may refer to them."""
    locked = select(Job.id).where(Job.id.in_(job_ids)).order_by(Job.id)
    connection.execute(locked.with_for_update(read=True, key_share=True))
