"""The operator's part of the vocabulary: values that are not known, and aliases for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, all_, any_, case, exists, func, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from jobmatch.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from jobmatch.models import Job, JobStatus, Profile, ProfileStatus, VocabularyAlias
from jobmatch.vocabulary.graph import vocabulary
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.normal_form import normal_form
from jobmatch.vocabulary.suggestions import suggest
from jobmatch.vocabulary.terms import is_known, known_label
from jobmatch.wording.queries import get_aliases
from jobmatch.wording.schemas import (
    Alias,
    AliasList,
    UnknownValue,
    UnknownValues,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Select

    from jobmatch.wording.schemas import AliasCreate

MOST_READ = 5_000
"""Values, of the most used, that are looked at for unknown ones."""
_JOB_LISTS = {
    Kind.SPECIALIZATION: (Job.required_specializations, Job.preferred_specializations),
    Kind.TECHNICAL_DOMAIN: (Job.required_technical_domains,),
    Kind.BAR: (Job.required_bar,),
}
_PROFILE_LISTS: dict[Kind, Any] = {
    Kind.SPECIALIZATION: Profile.specializations,
    Kind.TECHNICAL_DOMAIN: Profile.technical_domains,
}
_COLUMNS = (
    VocabularyAlias.id,
    VocabularyAlias.list,
    VocabularyAlias.value,
    VocabularyAlias.term,
    VocabularyAlias.created_by,
    VocabularyAlias.created_at,
)


def get_unknown_values(
    connection: Connection, kind: Kind | None = None, *, limit: int
) -> UnknownValues:
    """Values of jobs and active candidates that are not known, the most used first.

    Args:
        connection: to read with.
        kind: of one list; without it of all three.
        limit: how many at most.
    """
    aliases = get_aliases(connection)
    found = []
    for name in [kind] if kind else Kind:
        for value, jobs, candidates in connection.execute(_values_in_use(name)):
            if not is_known(name, value, aliases):
                found.append((name, value, jobs, candidates))
    found.sort(key=lambda row: (-(row[2] + row[3]), row[0], row[1]))
    return UnknownValues([UnknownValue(*row, suggest(row[0], row[1])) for row in found[:limit]])


def _values_in_use(kind: Kind) -> Select[*tuple[Any, ...]]:
    """Rows of value, jobs and active candidates; the labels of known terms are left out."""
    rows = [
        select(func.unnest(column).label("value"), literal("job").label("by")).where(
            Job.status != JobStatus.ARCHIVED
        )
        for column in _JOB_LISTS[kind]
    ]
    active = select(_value(kind), literal("candidate").label("by")).where(
        Profile.status == ProfileStatus.ACTIVE
    )
    used = union_all(*rows, active).subquery("used")
    jobs = func.count(case((used.c.by == "job", 1)))
    candidates = func.count(case((used.c.by == "candidate", 1)))
    return (
        select(used.c.value, jobs, candidates)
        .where(used.c.value != all_(_labels(kind)))
        .group_by(used.c.value)
        .order_by(func.count().desc(), used.c.value)
        .limit(MOST_READ)
    )


def _value(kind: Kind) -> ColumnElement[str]:
    """The values of a profile's list, each a row."""
    if kind is Kind.BAR:
        admission = func.jsonb_array_elements(Profile.bar_admissions, type_=JSONB)
        jurisdiction: ColumnElement[str] = admission["jurisdiction"].astext
        return jurisdiction.label("value")
    return func.unnest(_PROFILE_LISTS[kind]).label("value")


def _labels(kind: Kind) -> ColumnElement[list[str]]:
    return literal([term.label for term in vocabulary()[kind]], ARRAY(Text))


def values_of_profiles(kind: Kind, since: datetime | None = None) -> Select[str]:
    """The distinct values of profiles but the labels of known terms; since a change, if one."""
    rows = select(_value(kind))
    if since is not None:
        rows = rows.where(Profile.updated_at > since)
    used = rows.subquery("used")
    return select(used.c.value).where(used.c.value != all_(_labels(kind))).distinct()


def has_value_of(kind: Kind, values: ColumnElement[list[str]]) -> ColumnElement[bool]:
    """Whether a profile has one of these values as it is stored."""
    if kind is not Kind.BAR:
        has_one: ColumnElement[bool] = _PROFILE_LISTS[kind].overlap(values)
        return has_one
    has_value = select(_value(kind)).correlate(Profile).subquery("has_value")
    return exists().where(has_value.c.value == any_(values))


def list_aliases(connection: Connection) -> AliasList:
    """The operator's aliases that hold."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(VocabularyAlias.deleted_at.is_(None))
        .order_by(VocabularyAlias.list, VocabularyAlias.value)
    )
    return AliasList([Alias(*row) for row in rows])


def create_alias(connection: Connection, data: AliasCreate, *, admin_id: UUID) -> Alias:
    """Read a value as a known term from the next write on; what is stored, by the next schedule.

    Raises:
        InvalidInputError: the term is not known.
        ConflictError: the value is known, or has an alias already.
    """
    kind = data.list
    label = known_label(kind, data.term)
    if label is None:
        meant = ", ".join(suggest(kind, data.term))
        question = f"; did you mean {meant}?" if meant else ""
        raise InvalidInputError(FieldError("/term", f"is not a known term{question}"))
    if is_known(kind, data.value):
        raise ConflictError("The value is known already.")
    row = connection.execute(
        insert(VocabularyAlias)
        .values(
            list=data.list,
            value=data.value,
            form=normal_form(kind, data.value),
            term=label,
            created_by=admin_id,
        )
        .on_conflict_do_nothing()
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise ConflictError("The value has an alias already.")
    return Alias(*row)


def delete_alias(connection: Connection, alias_id: UUID, *, admin_id: UUID) -> None:
    """End an alias; who ended it and when is kept.

    Raises:
        NotFoundError: there is no such alias.
    """
    ended = update(VocabularyAlias).where(
        VocabularyAlias.id == alias_id, VocabularyAlias.deleted_at.is_(None)
    )
    values = {"deleted_at": func.now(), "deleted_by": admin_id}
    if not connection.execute(ended.values(**values)).rowcount:
        raise NotFoundError("No such alias.")
