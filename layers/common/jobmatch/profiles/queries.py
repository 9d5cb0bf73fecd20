"""Reading candidate profiles, as admins see them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, true

from jobmatch.errors import NotFoundError
from jobmatch.models import Profile
from jobmatch.profiles.schemas import COLUMNS, ProfileDetail
from jobmatch.rules.fingerprint import profile_version

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


LISTS = {
    name: func.coalesce(getattr(Profile, name), []).label(name)
    for name in ("specializations", "technical_domains")
}
"""The lists of a profile as columns; empty where there is none."""


def require_profile(connection: Connection, profile_id: UUID) -> ProfileDetail:
    """One profile.

    Raises:
        NotFoundError: the profile does not exist.
    """
    columns = [LISTS[name] if name in LISTS else getattr(Profile, name) for name in COLUMNS]
    row = connection.execute(select(*columns).where(Profile.id == profile_id)).one_or_none()
    if row is None:
        raise NotFoundError("No such profile.")
    return ProfileDetail(**row._mapping)


def is_not_indexed() -> ColumnElement[bool]:
    """Whether a profile's features were made from other content, by other rules, or not at all."""
    # The expression of the index, so that the few profiles are found without reading all. A plain
    # "is distinct" would not use the index.
    made_by = case((Profile.indexed_at == Profile.updated_at, Profile.indexed_version))
    version = profile_version()
    return or_(made_by.is_(None), made_by < version, made_by > version)


def is_to_index(after: UUID | None, *, every: bool) -> ColumnElement[bool]:
    """Whether a profile with an id greater than `after` is to be indexed; with `every`, all are."""
    return and_(
        true() if every else is_not_indexed(), true() if after is None else Profile.id > after
    )


def count_not_indexed(
    connection: Connection, *, after: UUID | None = None, every: bool = False
) -> int:
    """How many profiles wait to be indexed; with `every`, how many profiles there are."""
    count = select(func.count()).select_from(Profile).where(is_to_index(after, every=every))
    return connection.execute(count).scalar_one()
