"""Profiles that another system, or older rules, have written: found, and indexed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import and_, func, select, true, update

from jobmatch.models import Profile as ProfileRow
from jobmatch.profiles.indexing import feature_row, is_not_indexed, recordset, stored_features
from jobmatch.profiles.schemas import Profile
from jobmatch.rules.experience import this_month
from jobmatch.rules.versions import profile_version

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Row

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
    connection: Connection, *, after: UUID | None, limit: int, every: bool = False
) -> Batch:
    """Index the next profiles that are not, in the order of their ids; in a transaction.

    Their own columns stay as they are. What somebody else is writing at the moment, or indexing,
    is left to them: if they fail, it is found the next time. Changed features are noted, for
    `jobmatch.jobs.changes`.

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
    month = this_month()
    readable = []
    unreadable = []
    for row in rows:
        try:
            readable.append(_indexed(row, month))
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


def _indexed(row: Row[Any], month: int) -> dict[str, Any]:
    # A platform may keep more in its documents than we know of.
    fields = {name: value for name, value in row._mapping.items() if name != "id"}
    profile = Profile.model_validate(fields, extra="ignore")
    return {"id": str(row.id), "status": profile.status, **feature_row(profile, month)}
