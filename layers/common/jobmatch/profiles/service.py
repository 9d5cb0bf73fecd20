"""Writing candidate profiles, with the features that matching reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import (
    bindparam,
    column,
    delete,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSON, insert

from jobmatch.config import Scorer, settings
from jobmatch.errors import FieldError, InvalidInputError, NotFoundError
from jobmatch.jobs.concerned import forget_profile
from jobmatch.models import Profile as ProfileRow
from jobmatch.models import ProfileChange, ProfileFeatures
from jobmatch.profiles.queries import NO_USER, get_without_user, is_not_indexed, is_to_index
from jobmatch.profiles.schemas import COLUMNS, Profile, ProfileAsStored
from jobmatch.rules.features import Features, compute_features
from jobmatch.rules.versions import profile_version
from jobmatch.webhooks.forgetting import forget_candidate
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnElement, Connection, Row, TableValuedAlias
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.models import Base
    from jobmatch.vocabulary.terms import Aliases


_FEATURES = [*(field.name for field in fields(Features)), "texts"]
_PROMPTED = {
    "name",
    "location",
    "specializations",
    "technical_domains",
    "bar_admissions",
    "work_history",
}


def features_of(profile: Profile, this_month: int, aliases: Aliases | None = None) -> Features:
    """The features of a profile, with the employers of `this_month` or later."""
    return compute_features(
        email=profile.email,
        location=profile.location,
        specializations=profile.specializations,
        technical_domains=profile.technical_domains,
        admissions=[(bar.jurisdiction, bar.status) for bar in profile.bar_admissions],
        positions=[
            (position.employer, position.start_date, position.end_date)
            for position in profile.work_history
        ],
        this_month=this_month,
        aliases=aliases,
    )


def _texts_of(profile: Profile) -> str | None:
    """A hash of the words that the prompts for a model are made of; `None` for the rubric.

    As a feature, so that a candidate is noted as changed when only the wording is. Explanations
    by the rubric name labels, which the other features have.
    """
    if settings().match_scorer is Scorer.RUBRIC:
        return None
    return hashlib.sha256(profile.model_dump_json(include=_PROMPTED).encode()).hexdigest()[:32]


def put_profiles(
    connection: Connection,
    profiles: Mapping[UUID, Profile],
    *,
    this_month: int,
    aliases: Aliases | None,
    user_pointer: str = "/profiles/{}/userId",
) -> set[UUID]:
    """Insert or wholly replace profiles and their features, all or none, in one statement.

    A profile with identical content is not written. A profile whose features change is noted, for
    `jobmatch.changes`.

    Args:
        aliases: the operator's own, as `get_aliases` gives them.
        user_pointer: where the user of the n-th profile stands in the request, for the error.

    Returns:
        The ids of the profiles that are new.

    Raises:
        InvalidInputError: a profile names a user who does not exist.
    """
    _check_users(connection, profiles, user_pointer)
    # A common table expression, because both tables are written from the parameter.
    incoming = select(*_recordset("id", *COLUMNS).c).cte("incoming")
    # The same time in both, which shows that the features belong to the content.
    now = {"updated_at": func.now(), "indexed_at": func.now()}
    written = _upsert(
        ProfileRow,
        "id",
        {"id": incoming.c.id, **{name: incoming.c[name] for name in COLUMNS}},
        marks={**now, "indexed_version": literal(profile_version())},
        unless_marked=is_not_indexed(),
    )
    changed = written.returning(
        ProfileRow.id, literal_column("profiles.xmax = 0").label("is_new")
    ).cte("changed")
    new = select(changed.c.id).where(changed.c.is_new).add_cte(_stored_features(incoming))
    rows = [
        _row(profile_id, profile, this_month, aliases) for profile_id, profile in profiles.items()
    ]
    return set(connection.scalars(new, {"profiles": rows}))


def delete_profile(connection: Connection, profile_id: UUID) -> None:
    """Delete a candidate and all data about them; within a transaction.

    The open jobs that lose a match are noted, so that the next best candidate is shortlisted. The
    user of the profile is not deleted: the account is the platform's.

    Raises:
        NotFoundError: there is no such profile.
    """
    this = ProfileRow.id == profile_id
    # The lock keeps other transactions from adding rows that refer to the profile.
    if connection.scalar(select(ProfileRow.id).where(this).with_for_update()) is None:
        raise NotFoundError("No such profile.")
    forget_profile(connection, profile_id)
    forget_candidate(connection, profile_id)
    # The foreign keys delete features, matches and told matches along with the profile.
    connection.execute(delete(ProfileRow).where(this))


@dataclass(frozen=True, slots=True)
class Batch:
    """The profiles of one call: those that are indexed now, and those that can't be read."""

    indexed: list[UUID]
    unreadable: list[UUID]

    @property
    def last(self) -> UUID | None:
        """The last id of the batch, or `None` if it is empty."""
        return max([*self.indexed, *self.unreadable], default=None)


def index_profiles(
    connection: Connection, *, this_month: int, after: UUID | None, limit: int, every: bool = False
) -> Batch:
    """Index the next profiles that are not indexed, in the order of their ids; in a transaction.

    The content of the profiles does not change. Profiles that another transaction is writing or
    indexing are skipped: if it fails, a later call finds them. Changed features are noted, for
    `jobmatch.changes`.

    Args:
        after: only profiles with a greater id.
        limit: how many profiles to read at most.
        every: also profiles that are indexed.
    """
    columns = (getattr(ProfileRow, name).label(wire_name) for name, wire_name in COLUMNS.items())
    rows = connection.execute(
        select(ProfileRow.id, *columns)
        .where(is_to_index(after, every=every))
        .order_by(ProfileRow.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    aliases = get_aliases(connection) if rows else None
    readable = []
    unreadable = []
    for row in rows:
        try:
            readable.append(_indexed(row, this_month, aliases))
        except ValidationError:
            unreadable.append(row.id)
    if readable:
        incoming = _recordset("id", "status")
        done = (
            update(ProfileRow)
            .where(ProfileRow.id == incoming.c.id)
            .values(indexed_at=ProfileRow.updated_at, indexed_version=profile_version())
            .add_cte(_stored_features(incoming))
        )
        connection.execute(done, {"profiles": readable})
    return Batch([row.id for row in rows if row.id not in unreadable], unreadable)


def _upsert(
    table: type[Base],
    key: str,
    values: dict[str, Any],
    *,
    marks: dict[str, Any] | None = None,
    unless_marked: ColumnElement[bool] | None = None,
) -> Insert:
    """Insert rows, or replace those whose values differ.

    Args:
        key: the name in `values` of the column that identifies a row.
        values: what to write, by column, from one source of rows.
        marks: what is written along with a row, but alone is not a reason to write it.
        unless_marked: another reason to replace a stored row.
    """
    marks = marks or {}
    # In the order of the key, so that two writers of the same rows wait for each other instead of
    # deadlocking.
    rows = select(*values.values(), *marks.values()).order_by(values[key])
    statement = insert(table).from_select([*values, *marks], rows)
    replaced = {name: statement.excluded[name] for name in values if name != key}
    stored = tuple_(*(getattr(table, name) for name in replaced))
    differs = stored.is_distinct_from(tuple_(*replaced.values()))
    return statement.on_conflict_do_update(
        index_elements=[key],
        set_=replaced | {name: statement.excluded[name] for name in marks},
        where=or_(differs, false() if unless_marked is None else unless_marked),
    )


def _recordset(*names: str) -> TableValuedAlias:
    """The JSON parameter `profiles` as rows: these columns of `profiles`, and the features."""
    profile, features = ProfileRow.__table__.c, ProfileFeatures.__table__.c
    return (
        func.json_to_recordset(bindparam("profiles", type_=JSON))
        .table_valued(
            *(column(name, profile[name].type) for name in names),
            *(column(f"feature_{name}", features[name].type) for name in _FEATURES),
        )
        .render_derived(with_types=True)
    )


def _feature_row(profile: Profile, month: int, aliases: Aliases | None) -> dict[str, Any]:
    features = {**asdict(features_of(profile, month, aliases)), "texts": _texts_of(profile)}
    return {f"feature_{name}": value for name, value in features.items()}


def _stored_features(incoming: CTE | TableValuedAlias) -> CTE:
    """Store the features of the incoming rows, and note the profiles whose features changed."""
    written = _upsert(
        ProfileFeatures,
        "profile_id",
        {
            "profile_id": incoming.c.id,
            "status": incoming.c.status,
            **{name: incoming.c[f"feature_{name}"] for name in _FEATURES},
        },
    )
    indexed = written.returning(ProfileFeatures.profile_id).cte("indexed")
    return (
        insert(ProfileChange)
        .from_select(["profile_id"], select(indexed.c.profile_id))
        .returning(ProfileChange.id)
        .cte("noted")
    )


def _row(profile_id: UUID, profile: Profile, month: int, aliases: Aliases | None) -> dict[str, Any]:
    document = profile.model_dump(mode="json", by_alias=True)
    columns = {name: document[wire_name] for name, wire_name in COLUMNS.items()}
    return {"id": str(profile_id), **columns, **_feature_row(profile, month, aliases)}


def _check_users(
    connection: Connection, profiles: Mapping[UUID, Profile], user_pointer: str
) -> None:
    unknown = get_without_user(connection, profiles)
    numbers = (number for number, each in enumerate(profiles) if each in unknown)
    if faults := [FieldError(user_pointer.format(number), NO_USER) for number in numbers]:
        raise InvalidInputError(*faults)


def _indexed(row: Row[Any], month: int, aliases: Aliases | None) -> dict[str, Any]:
    # A platform may store fields in its documents that we do not know.
    document = {name: value for name, value in row._mapping.items() if name != "id"}
    profile = ProfileAsStored.model_validate(document, extra="ignore")
    return {"id": str(row.id), "status": profile.status, **_feature_row(profile, month, aliases)}
