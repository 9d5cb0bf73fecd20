"""Reading candidate profiles, as admins see them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, true

from jobmatch.errors import NotFoundError
from jobmatch.models import Profile, User
from jobmatch.profiles.schemas import COLUMNS, ProfileDetail
from jobmatch.rules.versions import profile_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from jobmatch.profiles.schemas import Profile as ProfileInput

NO_USER = "is not a user"


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


def get_without_user(connection: Connection, profiles: Mapping[UUID, ProfileInput]) -> set[UUID]:
    """Those of the profiles that name a user who does not exist."""
    named = {each.user_id for each in profiles.values()} - {None}
    if not named:
        return set()
    known = {None, *connection.scalars(select(User.id).where(User.id.in_(named)))}
    return {profile_id for profile_id, each in profiles.items() if each.user_id not in known}


def get_same_addresses(
    connection: Connection, addresses: Mapping[UUID, str | None]
) -> dict[UUID, list[UUID]]:
    """Of stored profiles, by id, those that have the same mail address in any case, it included.

    Args:
        addresses: those of the profiles, by id; `None` for a profile without.

    Returns:
        An entry for each profile whose address another one has too.
    """
    wanted = {email.lower() for email in addresses.values() if email}
    if not wanted:
        return {}
    statement = select(Profile.email, Profile.id).where(func.lower(Profile.email).in_(wanted))
    having: dict[str, set[UUID]] = {}
    for email, profile_id in connection.execute(statement):
        having.setdefault(str(email).lower(), set()).add(profile_id)
    return {
        profile_id: [profile_id, *sorted(having[email.lower()] - {profile_id})]
        for profile_id, email in addresses.items()
        if email and len(having.get(email.lower(), ())) > 1
    }


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
