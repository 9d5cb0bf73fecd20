"""The one order in which rows are locked: profiles by id; jobs by id; matches by profile; mails.

Whoever locks several kinds takes them in this order, and whoever locks several rows of a kind in
the order of their ids, so that two who meet wait for each other instead of deadlocking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import Job, Profile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Connection, Select


def ids(values: Sequence[UUID]) -> Select[UUID]:
    """Ids as rows, handed over in one parameter."""
    return select(func.unnest(literal(list(values), ARRAY(Uuid))).label("id"))


def share_lock_profiles(connection: Connection, profile_ids: Select[UUID]) -> list[UUID]:
    """Keep these profiles from being deleted until the transaction ends; others may change them.

    Whoever is going to write rows that refer to profiles begins with this: the foreign keys would
    take the same locks, but in the middle of things, where a deletion that waits for us has them.

    Returns:
        The ids of those that are still there.
    """
    kept = select(Profile.id).where(Profile.id.in_(profile_ids)).order_by(Profile.id)
    return list(connection.scalars(kept.with_for_update(read=True, key_share=True)))


def lock_jobs(connection: Connection, job_ids: Select[UUID]) -> None:
    """Lock these jobs until the transaction ends."""
    locked = select(Job.id).where(Job.id.in_(job_ids)).order_by(Job.id)
    connection.execute(locked.with_for_update())


def share_lock_jobs(connection: Connection, job_ids: Select[UUID]) -> None:
    """Keep these jobs until the transaction ends: others may refer to them, and not lock them."""
    kept = select(Job.id).where(Job.id.in_(job_ids)).order_by(Job.id)
    connection.execute(kept.with_for_update(read=True, key_share=True))
