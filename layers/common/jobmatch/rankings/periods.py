"""The last shortlist of each job in a period, by each version of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Integer, Uuid, and_, cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import ARRAY, JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.models import (
    Decision,
    DecisionKind,
    EmployerProfile,
    Job,
    MatchingRun,
    RunOutcome,
)
from jobmatch.permissions.locks import ids
from jobmatch.rankings.queries import fold, with_entries

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from jobmatch.audit.schemas import Period


MOST = 1_000
"""How many rankings an audit covers at most."""
MOST_ENTRIES = 100_000
"""How many entries it reads at most, to fold these rankings."""
_PER_STATEMENT = 5
"""How many rankings one statement reads the entries of: each may have thousands."""
_LONGEST_RUN = timedelta(days=1)
"""Far longer than a lease, so that a run which ends in a period has begun so long before it."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a job in the period by one version of the rules.

    Runs are deleted before their entries; where there is none, the last entry stands for it.
    """

    job_id: UUID
    number: int
    ended_at: datetime
    runs: int
    passed: int | None
    """`None` if the entry tells it."""


@dataclass(frozen=True, slots=True)
class LastRanking:
    """The shortlist of a job after its last run, and its employer."""

    run: LastRun
    facts: dict[str, Any]
    candidates: list[str]
    scores: list[int]
    company_name: str | None
    corporate_domains: list[str] | None

    @property
    def passed(self) -> int:
        """How many candidates passed."""
        passed = self.run.passed
        told: int = self.facts["passed"]
        return told if passed is None else passed


def _last_runs(connection: Connection, period: Period) -> list[LastRun]:
    """The last run of each job and version of the rules, from the runs and from the log."""
    told = {_rules(row): row for row in connection.execute(_told(period))}
    ended = {_rules(row): row for row in connection.execute(_ended(period))}
    if len(told.keys() | ended.keys()) > MOST:
        raise _too_much(f"{MOST} rankings")
    found = []
    for rules in told.keys() | ended.keys():
        rows = [row for row in (ended.get(rules), told.get(rules)) if row and row.number]
        if rows:
            # Where both name one entry, the run; it may have ended later, and passed others.
            last = max(rows, key=attrgetter("number"))
            runs = max(row.runs for row in rows)
            found.append(LastRun(last.job_id, last.number, last.ended_at, runs, last.passed))
    return sorted(found, key=lambda last: (last.job_id, last.number))


def _rules(row: Row[Any]) -> tuple[Any, ...]:
    return row.job_id, row.rubric_version, row.scorer, row.model_id, row.prompt_version


def _told(period: Period) -> Select[*tuple[Any, ...]]:
    """The rankings of a period that the log tells, counted by job and rules."""
    base = aliased(Decision)
    from_base = func.coalesce(Decision.base, Decision.number)
    entries = (
        select(
            Decision.job_id,
            from_base.label("base"),
            func.max(Decision.number).label("number"),
            func.max(Decision.recorded_at).label("ended_at"),
            func.count().label("runs"),
        )
        .where(Decision.kind == DecisionKind.RANKED, Decision.recorded_at.between(*period.times()))
        .group_by(Decision.job_id, from_base)
        .subquery("entries")
    )
    facts = cast(base.entry, JSON)["facts"]
    rules = [
        cast(facts["rubricVersion"].astext, Integer).label("rubric_version"),
        facts["scorer"].astext.label("scorer"),
        facts["modelId"].astext.label("model_id"),
        cast(facts["promptVersion"].astext, Integer).label("prompt_version"),
    ]
    based = (
        select(entries, *rules)
        .join(base, and_(base.job_id == entries.c.job_id, base.number == entries.c.base))
        .subquery("based")
    )
    names = [based.c[name] for name in ("job_id", *(rule.name for rule in rules))]
    return (
        select(
            *names,
            func.max(based.c.number).label("number"),
            func.max(based.c.ended_at).label("ended_at"),
            cast(func.sum(based.c.runs), Integer).label("runs"),
            null().label("passed"),
        )
        .group_by(*names)
        .order_by(based.c.job_id)
        .limit(MOST + 1)
    )


def _ended(period: Period) -> Select[*tuple[Any, ...]]:
    """The completed runs of a period, counted by job and rules."""
    first, last = period.times()
    earliest = max(first, datetime.min.replace(tzinfo=UTC) + _LONGEST_RUN) - _LONGEST_RUN
    names = [MatchingRun.job_id, MatchingRun.rubric_version, MatchingRun.scorer]
    names += [MatchingRun.model_id, MatchingRun.prompt_version]
    passed = func.array_agg(aggregate_order_by(MatchingRun.passed, MatchingRun.finished_at.desc()))
    return (
        select(
            *names,
            func.max(MatchingRun.entry_number).label("number"),
            func.max(MatchingRun.finished_at).label("ended_at"),
            func.count().label("runs"),
            passed[1].label("passed"),
        )
        .where(
            MatchingRun.outcome == RunOutcome.COMPLETED,
            MatchingRun.finished_at.between(first, last),
            # By the index of beginnings.
            MatchingRun.started_at.between(earliest, last),
        )
        .group_by(*names)
        .order_by(MatchingRun.job_id)
        .limit(MOST + 1)
    )


def get_rankings(connection: Connection, period: Period) -> list[LastRanking]:
    """The rankings of a period that count, unless their entries have expired.

    Raises:
        InvalidInputError: there are more than `MOST`, or `MOST_ENTRIES` tell them.
    """
    ended = _last_runs(connection, period)
    employers = _employers(connection, ended)
    rankings = []
    read = 0
    for start in range(0, len(ended), _PER_STATEMENT):
        some = ended[start : start + _PER_STATEMENT]
        # One more than may be read, which tells that it is too much.
        rows = connection.execute(_entries(some).limit(MOST_ENTRIES - read + 1)).all()
        read += len(rows)
        if read > MOST_ENTRIES:
            raise _too_much(f"{MOST_ENTRIES} entries of rankings to read")
        for place, entries in groupby(rows, key=attrgetter("place")):
            last = some[place - 1]
            shortlist = fold(row.entry for row in entries)
            best = shortlist.best_first()
            rankings.append(
                LastRanking(
                    last,
                    shortlist.facts,
                    [name for name, _ in best],
                    [place.score for _, place in best],
                    *employers.get(last.job_id, (None, None)),
                )
            )
    return rankings


def _entries(ended: Sequence[LastRun]) -> Select[*tuple[Any, ...]]:
    """The entries from the base to the last one, by the place of each run in the list."""
    wanted = (
        func.unnest(
            literal([last.job_id for last in ended], ARRAY(Uuid)),
            literal([last.number for last in ended], ARRAY(Integer)),
            literal([*range(1, len(ended) + 1)], ARRAY(Integer)),
        )
        .table_valued("job_id", "number", "place", name="wanted")
        .render_derived()
    )
    last = aliased(Decision)
    is_last = and_(last.job_id == wanted.c.job_id, last.number == wanted.c.number)
    found = select(wanted.c.place, Decision.entry).select_from(wanted).join(last, is_last)
    return with_entries(found, last).order_by(wanted.c.place, Decision.number)


def _employers(
    connection: Connection, ended: Sequence[LastRun]
) -> dict[UUID, tuple[str | None, list[str] | None]]:
    """Name and mail domains of the company, by the job's id."""
    rows = connection.execute(
        select(Job.id, EmployerProfile.company_name, EmployerProfile.corporate_domains)
        .join(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(Job.id.in_(ids([last.job_id for last in ended])))
    )
    return {job_id: (name, domains) for job_id, name, domains in rows}


def _too_much(what: str) -> InvalidInputError:
    fault = f"leaves a period of more than {what}; ask for one in which fewer jobs were matched"
    return InvalidInputError(FieldError("/query/to", fault))
