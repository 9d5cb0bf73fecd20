"""Candidate profiles: written wholly, with the features that matching reads."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, Uuid, bindparam, column, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSON, JSONB, insert

from jobmatch.errors import FieldError, InvalidInputError, NotFoundError
from jobmatch.matching.experience import this_month
from jobmatch.matching.features import features_of
from jobmatch.models import Profile as ProfileRow
from jobmatch.models import ProfileChange, ProfileFeatures, User
from jobmatch.schemas.profiles import ProfileDetail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import Connection, TableValuedAlias
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.schemas.profiles import Profile

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
_FEATURES = (
    "specializations",
    "technical_domains",
    "bars",
    "location",
    "region",
    "experience",
    "gap_months",
    "employers",
    "employed_until",
    "mail_domains",
)
_STATUS = ProfileRow.__table__.c.status.type


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
    `jobmatch.queries.changes`.

    Args:
        user_pointer: where the n-th profile's user stands in the input, for the error.

    Returns:
        The ids that are new.

    Raises:
        InvalidInputError: a profile names a user who does not exist.
    """
    _check_users(connection, profiles, user_pointer)
    incoming = _recordset()
    written = _upsert(
        ProfileRow,
        ["id"],
        {"id": incoming.c.id, **{name: incoming.c[name] for name in _PROFILE}},
        also={"updated_at": func.now()},
    )
    features = _upsert(
        ProfileFeatures,
        ["profile_id"],
        {
            "profile_id": incoming.c.id,
            "status": incoming.c.status,
            **{name: incoming.c[f"feature_{name}"] for name in _FEATURES},
        },
    )
    changed = written.returning(
        ProfileRow.id, literal_column("profiles.xmax = 0").label("is_new")
    ).cte("changed")
    indexed = features.returning(ProfileFeatures.profile_id).cte("indexed")
    noted = (
        insert(ProfileChange)
        .from_select(["profile_id"], select(indexed.c.profile_id))
        .returning(ProfileChange.id)
        .cte("noted")
    )
    new = select(changed.c.id).where(changed.c.is_new).add_cte(noted)
    month = this_month()
    rows = [_row(profile_id, profile, month) for profile_id, profile in profiles.items()]
    return set(connection.scalars(new, {"profiles": rows}))


def _recordset() -> TableValuedAlias:
    texts = ARRAY(Text)
    return (
        func.json_to_recordset(bindparam("profiles", type_=JSON))
        .table_valued(
            column("id", Uuid),
            column("user_id", Uuid),
            column("name", Text),
            column("email", Text),
            column("status", _STATUS),
            column("location", Text),
            column("specializations", texts),
            column("technical_domains", texts),
            column("bar_admissions", JSONB),
            column("work_history", JSONB),
            column("feature_specializations", texts),
            column("feature_technical_domains", texts),
            column("feature_bars", texts),
            column("feature_location", Text),
            column("feature_region", Text),
            column("feature_experience", INT4MULTIRANGE),
            column("feature_gap_months", Integer),
            column("feature_employers", texts),
            column("feature_employed_until", ARRAY(Integer)),
            column("feature_mail_domains", texts),
        )
        .render_derived(with_types=True)
    )


def _row(profile_id: UUID, profile: Profile, month: int) -> dict[str, Any]:
    row = profile.model_dump(mode="json", exclude={"id", "bar_admissions", "work_history"})
    documents = profile.model_dump(
        mode="json", by_alias=True, include={"bar_admissions", "work_history"}
    )
    features = asdict(features_of(profile, month))
    return {
        "id": str(profile_id),
        **row,
        "bar_admissions": documents["barAdmissions"],
        "work_history": documents["workHistory"],
        **{f"feature_{name}": value for name, value in features.items()},
    }


def _upsert(
    table: type[ProfileRow | ProfileFeatures],
    key: list[str],
    values: dict[str, Any],
    also: dict[str, Any] | None = None,
) -> Insert:
    # In the order of the key, so that two imports that share profiles wait for each other
    # instead of deadlocking.
    rows = select(*values.values()).order_by(values[key[0]])
    statement = insert(table).from_select(list(values), rows)
    replaced = {name: statement.excluded[name] for name in values if name not in key}
    stored = tuple_(*(getattr(table, name) for name in replaced))
    return statement.on_conflict_do_update(
        index_elements=key,
        set_=replaced | (also or {}),
        where=stored.is_distinct_from(tuple_(*replaced.values())),
    )


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
