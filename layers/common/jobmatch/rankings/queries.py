"""Shortlists in the decision log: a whole one, the base, and then only what each run changed.

The shortlist at any time is folded from its base through the changes after it. An entry of changes
holds scores of those who are new or score otherwise, and null for those who have left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVarTuple
from uuid import UUID

from sqlalchemy import Integer, Uuid, and_, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from jobmatch.models import Decision, DecisionKind

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

Columns = TypeVarTuple("Columns")


class Place(NamedTuple):
    """What a shortlist tells of a candidate; `subscores` are `None` in old entries."""

    score: int
    subscores: list[int] | None


@dataclass(slots=True)
class Shortlist:
    """A shortlist as the log tells it: facts of the last ranking, and places by pseudonym."""

    facts: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    base_facts: dict[str, Any] = field(default_factory=dict)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Go on to the next entry of kind `ranked`."""
        if entry.get("base") is None:
            self.base_facts, self.places = entry["facts"], {}
        # A change tells what differs from the base, not from the change before it.
        self.facts = self.base_facts | entry["facts"]
        subscores = entry.get("subscores") or [None] * len(entry["scores"])
        listed = zip(entry["candidates"], entry["scores"], subscores, strict=True)
        for name, score, parts in listed:
            if score is None:
                self.places.pop(name, None)
            else:
                self.places[name] = Place(score, parts)

    def best_first(self) -> list[tuple[str, Place]]:
        """The places, best first."""
        return sorted(self.places.items(), key=lambda item: -item[1].score)


def fold(entries: Iterable[str]) -> Shortlist:
    """The shortlist after the last of these entries, the texts of a base and all its changes."""
    shortlist = Shortlist()
    for entry in entries:
        shortlist.add(json.loads(entry))
    return shortlist


def with_entries(statement: Select[*Columns], last: type[Decision]) -> Select[*Columns]:
    """Join to a ranking, `last`, the entries that tell its shortlist: `Decision`, from its base on.

    Without its base, nobody can tell what the shortlist was.
    """
    base = aliased(Decision)
    is_base = and_(base.job_id == last.job_id, base.number == func.coalesce(last.base, last.number))
    # A fence: without it the planner may look for the base among all entries of its job.
    found = select(base.number).where(is_base).offset(0).lateral("base")
    tells = and_(
        Decision.job_id == last.job_id,
        Decision.number.between(found.c.number, last.number),
        Decision.kind == DecisionKind.RANKED,
    )
    return statement.join(found, true()).join(Decision, tells)


def get_shortlists(connection: Connection, numbers: Mapping[UUID, int]) -> dict[UUID, Shortlist]:
    """The shortlists of jobs after a ranking in each of their chains, folded from its base."""
    wanted = (
        func.unnest(literal([*numbers], ARRAY(Uuid)), literal([*numbers.values()], ARRAY(Integer)))
        .table_valued("job_id", "number", name="wanted")
        .render_derived()
    )
    last = aliased(Decision)
    is_last = and_(last.job_id == wanted.c.job_id, last.number == wanted.c.number)
    found = select(last.job_id, Decision.entry).select_from(wanted).join(last, is_last)
    rows = connection.execute(with_entries(found, last).order_by(last.job_id, Decision.number))
    return {
        job_id: fold(row.entry for row in entries)
        for job_id, entries in groupby(rows, attrgetter("job_id"))
    }
