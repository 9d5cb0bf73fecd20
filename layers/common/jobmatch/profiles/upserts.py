"""Writing many rows at once, and only those that differ from what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import false, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.models import Base


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
