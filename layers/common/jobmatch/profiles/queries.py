"""Candidate profiles: written wholly, with the features that matching reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, Uuid, column, delete, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jobmatch.errors import FieldError, InvalidInputError, NotFoundError
from jobmatch.jobs.changes import forget_profile
from jobmatch.models import Profile as ProfileRow
from jobmatch.models import User
from jobmatch.profiles.indexing import feature_row, is_not_indexed, recordset, stored_features
from jobmatch.profiles.schemas import ProfileDetail
from jobmatch.profiles.upserts import upsert
from jobmatch.rules.experience import this_month
from jobmatch.rules.versions import profile_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import CTE, Connection

    from jobmatch.profiles.schemas import Profile

_PROFILE = (
    "user_id",
    "name",
    "email",
    "status",
    "location",
    "specializations",
    "technical_domains",
    "bar_admissions",
    "work_history",
)


def get_profile(connection: Connection, profile_id: UUID) -> ProfileDetail | None:
    """One profile, or none."""
    row = connection.execute(
        select(
            ProfileRow.name,
            ProfileRow.email,
            ProfileRow.user_id,
            ProfileRow.status,
            ProfileRow.location,
            func.coalesce(ProfileRow.specializations, []),
            func.coalesce(ProfileRow.technical_domains, []),
            ProfileRow.bar_admissions,
            ProfileRow.work_history,
        ).where(ProfileRow.id == profile_id)
    ).one_or_none()
    return None if row is None else ProfileDetail(*row)


def require_profile(connection: Connection, profile_id: UUID) -> ProfileDetail:
    """One profile.

    Raises:
        NotFoundError: there is no such profile.
    """
    profile = get_profile(connection, profile_id)
    if profile is None:
        raise NotFoundError("No such profile.")
    return profile


def put_profiles(
    connection: Connection,
    profiles: Mapping[UUID, Profile],
    *,
    user_pointer: str = "/profiles/{}/userId",
) -> set[UUID]:
    """Insert or wholly replace profiles and their features, all or none, in one statement.

    A profile with identical content is left untouched. One whose features changed is noted, for
    `jobmatch.jobs.changes`.

    Args:
        user_pointer: where the n-th profile's user stands in the input, for the error.

    Returns:
        The ids that are new.

    Raises:
        InvalidInputError: a profile names a user who does not exist.
    """
    _check_users(connection, profiles, user_pointer)
    incoming = _incoming()
    # One time for all three, so that what was indexed is seen to be what was written.
    now = {"updated_at": func.now(), "indexed_at": func.now()}
    written = upsert(
        ProfileRow,
        "id",
        {"id": incoming.c.id, **{name: incoming.c[name] for name in _PROFILE}},
        marks={**now, "indexed_version": literal(profile_version())},
        unless_marked=is_not_indexed(),
    )
    changed = written.returning(
        ProfileRow.id, literal_column("profiles.xmax = 0").label("is_new")
    ).cte("changed")
    new = select(changed.c.id).where(changed.c.is_new).add_cte(stored_features(incoming))
    month = this_month()
    rows = [_row(profile_id, profile, month) for profile_id, profile in profiles.items()]
    return set(connection.scalars(new, {"profiles": rows}))


def delete_profile(connection: Connection, profile_id: UUID) -> None:
    """Delete a candidate and all that is held on them; within a transaction.

    The open jobs that lose a match become due again, so that the next in order takes the place. The
    user whom the profile names stays: the account is the platform's.

    Raises:
        NotFoundError: there is no such profile.
    """
    this = ProfileRow.id == profile_id
    # From here on nobody adds anything that refers to them.
    if connection.scalar(select(ProfileRow.id).where(this).with_for_update()) is None:
        raise NotFoundError("No such profile.")
    forget_profile(connection, profile_id)
    # Features, matches and what was told of them go with the profile, by their foreign keys.
    connection.execute(delete(ProfileRow).where(this))


def _incoming() -> CTE:
    """The JSON parameter as rows, which both tables are written from: it is read once."""
    texts = ARRAY(Text)
    rows = recordset(
        column("user_id", Uuid),
        column("name", Text),
        column("email", Text),
        column("location", Text),
        column("specializations", texts),
        column("technical_domains", texts),
        column("bar_admissions", JSONB),
        column("work_history", JSONB),
    )
    return select(*rows.c).cte("incoming")


def _row(profile_id: UUID, profile: Profile, month: int) -> dict[str, Any]:
    row = profile.model_dump(mode="json", exclude={"id", "bar_admissions", "work_history"})
    documents = profile.model_dump(
        mode="json", by_alias=True, include={"bar_admissions", "work_history"}
    )
    return {
        "id": str(profile_id),
        **row,
        "bar_admissions": documents["barAdmissions"],
        "work_history": documents["workHistory"],
        **feature_row(profile, month),
    }


def _check_users(
    connection: Connection, profiles: Mapping[UUID, Profile], user_pointer: str
) -> None:
    named = {profile.user_id for profile in profiles.values()} - {None}
    if not named:
        return
    known = set(connection.scalars(select(User.id).where(User.id.in_(named))))
    faults = [
        FieldError(user_pointer.format(number), "is not a user")
        for number, profile in enumerate(profiles.values())
        if profile.user_id is not None and profile.user_id not in known
    ]
    if faults:
        raise InvalidInputError(*faults)
