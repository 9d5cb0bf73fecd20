"""Writing candidate profiles, with the features that matching reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import (
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    delete,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSON, JSONB, insert

from jobmatch.errors import FieldError, InvalidInputError, NotFoundError
from jobmatch.jobs.due import forget_profile
from jobmatch.models import Profile as ProfileRow
from jobmatch.models import ProfileChange, ProfileFeatures, User
from jobmatch.profiles.schemas import Profile, ProfileAsStored
from jobmatch.rules.features import compute_features
from jobmatch.rules.fingerprint import profile_version
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import CTE, ColumnClause, ColumnElement, Connection, Row, TableValuedAlias
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.models import Base
    from jobmatch.rules.features import Features
    from jobmatch.vocabulary.terms import Aliases


def upsert(
    table: type[Base],
    key: str,
    values: dict[str, Any],
    *,
    marks: dict[str, Any] | None = None,
    unless_marked: ColumnElement[bool] | None = None,
) -> Insert:
    """Insert rows, or replace those whose values differ.

    Args:
        key: the column that tells the rows apart, in `values`.
        values: by column, what to write, taken from one source of rows.
        marks: what is written along with a row but is no reason to write it.
        unless_marked: one more reason to write a stored row.
    """
    marks = marks or {}
    # In the order of the key, so that two writers that share rows wait for each other instead of
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


_STATUS = ProfileRow.__table__.c.status.type
_FEATURES: dict[str, Any] = {
    "specializations": ARRAY(Text),
    "technical_domains": ARRAY(Text),
    "bars": ARRAY(Text),
    "places": ARRAY(Text),
    "experience": INT4MULTIRANGE,
    "gap_months": Integer,
    "employers": ARRAY(Text),
    "employed_until": ARRAY(Integer),
    "mail_domains": ARRAY(Text),
}


def recordset(*columns: ColumnClause[Any]) -> TableValuedAlias:
    """The JSON parameter `profiles` as rows: id, status and features, and the columns given."""
    features = (column(f"feature_{name}", kind) for name, kind in _FEATURES.items())
    return (
        func.json_to_recordset(bindparam("profiles", type_=JSON))
        .table_valued(column("id", Uuid), column("status", _STATUS), *columns, *features)
        .render_derived(with_types=True)
    )


def feature_row(profile: Profile, month: int, aliases: Aliases | None) -> dict[str, Any]:
    """What `recordset` reads of a profile's features; employers of `month` or later."""
    features = asdict(features_of(profile, month, aliases))
    return {f"feature_{name}": value for name, value in features.items()}


def features_of(profile: Profile, this_month: int, aliases: Aliases | None = None) -> Features:
    """What matching reads of a profile; employers of `this_month` or later."""
    return compute_features(
        email=profile.email,
        location=profile.location,
        specializations=profile.specializations,
        technical_domains=profile.technical_domains,
        admissions=[(each.jurisdiction, each.status) for each in profile.bar_admissions],
        positions=[
            (each.employer, each.start_date, each.end_date) for each in profile.work_history
        ],
        this_month=this_month,
        aliases=aliases,
    )


def stored_features(incoming: CTE | TableValuedAlias) -> CTE:
    """Store the features of the incoming rows, and note the profiles whose features changed.

    Returns:
        A part for `add_cte`; the notes are for `jobmatch.jobs.due`.
    """
    written = upsert(
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


def is_not_indexed() -> ColumnElement[bool]:
    """Whether a profile's features were made from other content, by other rules, or not at all."""
    # As the index has it, so that the few among many are found at once. A plain "is distinct"
    # would use no index.
    made_by = case((ProfileRow.indexed_at == ProfileRow.updated_at, ProfileRow.indexed_version))
    version = profile_version()
    return or_(made_by.is_(None), made_by < version, made_by > version)


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


def put_profiles(
    connection: Connection,
    profiles: Mapping[UUID, Profile],
    *,
    this_month: int,
    user_pointer: str = "/profiles/{}/userId",
) -> set[UUID]:
    """Insert or wholly replace profiles and their features, all or none, in one statement.

    A profile with identical content is left untouched. One whose features changed is noted, for
    `jobmatch.jobs.due`.

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
    aliases = get_aliases(connection)
    rows = [
        _row(profile_id, profile, this_month, aliases) for profile_id, profile in profiles.items()
    ]
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


def _row(profile_id: UUID, profile: Profile, month: int, aliases: Aliases | None) -> dict[str, Any]:
    row = profile.model_dump(mode="json", exclude={"id", "bar_admissions", "work_history"})
    documents = profile.model_dump(
        mode="json", by_alias=True, include={"bar_admissions", "work_history"}
    )
    return {
        "id": str(profile_id),
        **row,
        "bar_admissions": documents["barAdmissions"],
        "work_history": documents["workHistory"],
        **feature_row(profile, month, aliases),
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


_FIELDS = {
    "name": ProfileRow.name,
    "email": ProfileRow.email,
    "status": ProfileRow.status,
    "location": ProfileRow.location,
    "specializations": ProfileRow.specializations,
    "technicalDomains": ProfileRow.technical_domains,
    "barAdmissions": ProfileRow.bar_admissions,
    "workHistory": ProfileRow.work_history,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Profiles that were looked at: those that are indexed now, and those that can't be."""

    indexed: list[UUID]
    unreadable: list[UUID]

    @property
    def last(self) -> UUID | None:
        """The last of them; none if there were none."""
        return max([*self.indexed, *self.unreadable], default=None)


def count_not_indexed(
    connection: Connection, *, after: UUID | None = None, every: bool = False
) -> int:
    """How many profiles wait to be indexed; with `every`, how many there are."""
    count = select(func.count()).select_from(ProfileRow).where(_which(after, every=every))
    return connection.execute(count).scalar_one()


def index_profiles(
    connection: Connection,
    *,
    this_month: int,
    after: UUID | None,
    limit: int,
    every: bool = False,
) -> Batch:
    """Index the next profiles that are not, in the order of their ids; in a transaction.

    Their own columns stay as they are. What somebody else is writing at the moment, or indexing,
    is left to them: if they fail, it is found the next time. Changed features are noted, for
    `jobmatch.jobs.due`.

    Args:
        every: those that are indexed, too.
    """
    rows = connection.execute(
        select(ProfileRow.id, *(each.label(name) for name, each in _FIELDS.items()))
        .where(_which(after, every=every))
        .order_by(ProfileRow.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    aliases = get_aliases(connection)
    readable = []
    unreadable = []
    for row in rows:
        try:
            readable.append(_indexed(row, this_month, aliases))
        except ValidationError:
            unreadable.append(row.id)
    if readable:
        incoming = recordset()
        done = (
            update(ProfileRow)
            .where(ProfileRow.id == incoming.c.id)
            .values(indexed_at=ProfileRow.updated_at, indexed_version=profile_version())
            .add_cte(stored_features(incoming))
        )
        connection.execute(done, {"profiles": readable})
    return Batch([row.id for row in rows if row.id not in unreadable], unreadable)


def _which(after: UUID | None, *, every: bool) -> ColumnElement[bool]:
    return and_(
        true() if every else is_not_indexed(),
        true() if after is None else ProfileRow.id > after,
    )


def _indexed(row: Row[Any], month: int, aliases: Aliases | None) -> dict[str, Any]:
    # A platform may keep more in its documents than we know of.
    fields = {name: value for name, value in row._mapping.items() if name != "id"}
    profile = ProfileAsStored.model_validate(fields, extra="ignore")
    return {"id": str(row.id), "status": profile.status, **feature_row(profile, month, aliases)}
