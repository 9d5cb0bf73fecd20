"""How many candidates pass the lists of a job, counted from indexes.

All active candidates who pass are counted first, by the index of their values alone. Who must not
be counted are few and found by an index too: they are counted the same way, and taken off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, func, or_, select, true

from jobmatch.models import ProfileFeatures
from jobmatch.rules.requirements import Filter, filters
from jobmatch.rules.suppression import is_indexed, works_for_employer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection

    from jobmatch.careers.employers import Employer
    from jobmatch.rules.requirements import Requirements


class ListCount(NamedTuple):
    """How many candidates pass one required list alone, and how many all lists but this one."""

    passed: int
    passed_without: int


class Counts(NamedTuple):
    """How many candidates there are for an employer, and of each required list of a job."""

    candidates: int
    lists: dict[Filter, ListCount]


def count_candidates(
    connection: Connection, requirements: Requirements, employer: Employer, *, this_month: int
) -> Counts:
    """Count them; nobody, where the employer has no company, as `rules.ranking.eligible` says."""
    conditions = filters(requirements)
    active = conditions.pop(Filter.ACTIVE)
    alone = {name: frozenset({name}) for name in conditions}
    without = {name: frozenset(conditions) - {name} for name in conditions}
    combinations = list(dict.fromkeys([frozenset[Filter](), *alone.values(), *without.values()]))
    numbers = dict.fromkeys(combinations, 0)
    if employer.company is not None:
        passing = [
            and_(true(), *(conditions[name] for name in conditions if name in each))
            for each in combinations
        ]
        row = _count(connection, active, _is_left_out(employer, this_month), passing)
        numbers = dict(zip(combinations, row, strict=True))
    return Counts(
        numbers[frozenset()],
        {name: ListCount(numbers[alone[name]], numbers[without[name]]) for name in conditions},
    )


def _count(
    connection: Connection,
    active: ColumnElement[bool],
    left_out: ColumnElement[bool],
    passing: Iterable[ColumnElement[bool]],
) -> Iterable[int]:
    """How many active candidates, without those who are left out, fulfil each condition."""
    others = (
        select(*(func.count().filter(each).label(f"n{n}") for n, each in enumerate(passing)))
        .select_from(ProfileFeatures)
        .where(active, left_out)
        .subquery("others")
    )
    counts = [
        select(func.count()).select_from(ProfileFeatures).where(active, each).scalar_subquery()
        - others.c[f"n{n}"]
        for n, each in enumerate(passing)
    ]
    # Like the ranking, it is planned for the values of this job.
    return connection.execute(select(*counts), execution_options={"prepares": False}).one()


def _is_left_out(employer: Employer, this_month: int) -> ColumnElement[bool]:
    """Whether an active candidate is not indexed, or works for the employer."""
    # The index does not know when a position ends: `works_for_employer` asks for that.
    named = ProfileFeatures.employers.contains([employer.company])
    addressed = ProfileFeatures.mail_domains.overlap(employer.domains)
    return or_(
        ~is_indexed(),
        and_(
            or_(named, addressed) if employer.domains else named,
            works_for_employer(employer, this_month),
        ),
    )
