"""The counts of a bias audit: rates and impact ratios (6 RCNY 5-300), and their table."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic.alias_generators import to_camel, to_snake
from sqlalchemy import Integer, Text, Uuid, and_, cast, false, func, literal, not_, null, select
from sqlalchemy.dialects.postgresql import ARRAY, JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from jobmatch.audit.queries import count_considered, pseudonym
from jobmatch.audit.schemas import AuditedJob, AuditedTotal, Counts, GroupCounts, MatchingAudit
from jobmatch.careers.dates import month_number
from jobmatch.careers.employers import Employer
from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.models import (
    CandidateKey,
    Decision,
    DecisionKind,
    EmployerProfile,
    Job,
    MatchingRun,
    Profile,
    ProfileFeatures,
    ProfileStatus,
    RunOutcome,
)
from jobmatch.permissions.locks import ids
from jobmatch.rankings.queries import fold
from jobmatch.rules.requirements import Requirements, passes, works_for_employer

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from jobmatch.audit.schemas import Group, Period


def with_impact(groups: Mapping[str, Counts]) -> list[GroupCounts]:
    """Rates and impact ratios of groups that are compared with one another, by their names."""
    selection = _rates(
        {name: (counts.shortlisted, counts.considered) for name, counts in groups.items()}
    )
    scoring = _rates(
        {name: (counts.scored_above_median, counts.shortlisted) for name, counts in groups.items()}
    )
    return [
        GroupCounts(
            name,
            counts.considered,
            counts.passed,
            counts.shortlisted,
            counts.scored_above_median,
            *selection[name],
            *scoring[name],
        )
        for name, counts in sorted(groups.items())
    ]


def _rates(shares: Mapping[str, tuple[int, int]]) -> dict[str, tuple[float | None, float | None]]:
    """Rate and impact ratio of each group, from part and whole; `None` for a division by zero."""
    rates = {name: part / whole if whole else None for name, (part, whole) in shares.items()}
    best = max((rate for rate in rates.values() if rate is not None), default=None)
    ratios = {
        name: rate / best if rate is not None and best else None for name, rate in rates.items()
    }
    return {name: (_rounded(rates[name]), _rounded(ratios[name])) for name in shares}


def _rounded(value: float | None) -> float | None:
    # More than four places would only look exact.
    return None if value is None else round(value, 4)


MOST = 1_000
"""How many rankings an audit covers at most."""
MOST_ENTRIES = 100_000
"""How many entries it reads at most, to fold these rankings."""
_PER_STATEMENT = 50
"""How many rankings one statement counts candidates for, or reads the entries of."""
_LONGEST_RUN = timedelta(days=1)
"""Far longer than a lease, so that a run which ends in a period has begun so long before it."""


@dataclass(frozen=True, slots=True)
class _Last:
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
class _Ranking:
    """The shortlist of a job after its last run, and its employer."""

    last: _Last
    facts: dict[str, Any]
    candidates: list[str]
    scores: list[int]
    company_name: str | None
    corporate_domains: list[str] | None

    @property
    def passed(self) -> int:
        passed = self.last.passed
        told: int = self.facts["passed"]
        return told if passed is None else passed


def audit_matching(
    connection: Connection, period: Period, groups: Sequence[Group] = ()
) -> MatchingAudit:
    """The counts of a period, for each job and in total; with groups, their impact ratios.

    Raises:
        InvalidInputError: the period holds more than `MOST` rankings, or `MOST_ENTRIES` tell them.
    """
    rankings = _rankings(connection, _last_runs(connection, period))
    group_of = _pseudonyms(connection, groups)
    considered = count_considered(connection, [ranking.last.ended_at for ranking in rankings])
    pools = _pools(connection, rankings, groups)
    jobs = [
        _audited(ranking, number, pool, group_of)
        for ranking, number, pool in zip(rankings, considered, pools, strict=True)
    ]
    total = AuditedTotal(
        sum((job.counts for job in jobs), Counts()),
        with_impact(
            {group.group: sum((pool[group.group] for pool in pools), Counts()) for group in groups}
        ),
        sum(job.ungrouped for job in jobs),
    )
    return MatchingAudit(period.first, period.last, jobs, total)


def _last_runs(connection: Connection, period: Period) -> list[_Last]:
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
            found.append(_Last(last.job_id, last.number, last.ended_at, runs, last.passed))
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


def _rankings(connection: Connection, ended: Sequence[_Last]) -> list[_Ranking]:
    """The shortlist after each of these runs, unless its entries have expired."""
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
                _Ranking(
                    last,
                    shortlist.facts,
                    [name for name, _ in best],
                    [place.score for _, place in best],
                    *employers.get(last.job_id, (None, None)),
                )
            )
    return rankings


def _entries(ended: Sequence[_Last]) -> Select[*tuple[Any, ...]]:
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
    last, base = aliased(Decision), aliased(Decision)
    return (
        select(wanted.c.place, Decision.entry)
        .select_from(wanted)
        .join(last, and_(last.job_id == wanted.c.job_id, last.number == wanted.c.number))
        .join(
            base,
            and_(base.job_id == last.job_id, base.number == func.coalesce(last.base, last.number)),
        )
        .join(
            Decision,
            and_(
                Decision.job_id == last.job_id,
                Decision.number.between(base.number, last.number),
                Decision.kind == DecisionKind.RANKED,
            ),
        )
        .order_by(wanted.c.place, Decision.number)
    )


def _employers(
    connection: Connection, ended: Sequence[_Last]
) -> dict[UUID, tuple[str | None, list[str] | None]]:
    """Name and mail domains of the company, by the job's id."""
    rows = connection.execute(
        select(Job.id, EmployerProfile.company_name, EmployerProfile.corporate_domains)
        .join(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(Job.id.in_(ids([last.job_id for last in ended])))
    )
    return {job_id: (name, domains) for job_id, name, domains in rows}


def _too_much(what: str) -> InvalidInputError:
    fault = f"leaves a period of more than {what}; ask for a shorter one"
    return InvalidInputError(FieldError("/query/to", fault))


def _pseudonyms(connection: Connection, groups: Sequence[Group]) -> dict[str, str]:
    """The group of each candidate who has a key, by the candidate's pseudonym in the log."""
    if not groups:
        return {}
    member = _members(groups)
    rows = connection.execute(
        select(pseudonym(), member.c.name).join_from(
            member, CandidateKey, CandidateKey.profile_id == member.c.id
        )
    )
    return {row[0]: row.name for row in rows}


def _pools(
    connection: Connection, rankings: Sequence[_Ranking], groups: Sequence[Group]
) -> list[dict[str, Counts]]:
    """For each ranking, how many candidates of each group are considered and pass."""
    if not groups:
        return [{} for _ in rankings]
    member = _members(groups)
    pools: list[dict[str, Counts]] = []
    for start in range(0, len(rankings), _PER_STATEMENT):
        some = rankings[start : start + _PER_STATEMENT]
        rows = connection.execute(
            select(member.c.name, *chain.from_iterable(map(_counts, some)))
            .join_from(member, ProfileFeatures, ProfileFeatures.profile_id == member.c.id)
            .join(Profile, Profile.id == member.c.id)
            .where(ProfileFeatures.status == ProfileStatus.ACTIVE)
            .group_by(member.c.name),
            execution_options={"prepares": False},
        ).all()
        for number in range(len(some)):
            pool = {group.group: Counts() for group in groups}
            for name, *counts in rows:
                pool[name] = Counts(*counts[2 * number : 2 * number + 2])
            pools.append(pool)
    return pools


def _members(groups: Sequence[Group]) -> Any:
    ids: list[UUID] = [profile_id for group in groups for profile_id in group.profile_ids]
    names = [group.group for group in groups for _ in group.profile_ids]
    return (
        func.unnest(literal(ids, ARRAY(Uuid)), literal(names, ARRAY(Text)))
        .table_valued("id", "name", name="member")
        .render_derived()
    )


def _counts(ranking: _Ranking) -> tuple[Any, Any]:
    """How many candidates are considered for a job, and how many of them pass."""
    existed = Profile.created_at <= ranking.last.ended_at
    required = {to_snake(name): value for name, value in ranking.facts["requirements"].items()}
    employer = Employer.of(ranking.company_name, ranking.corporate_domains)
    month = month_number(ranking.last.ended_at.date())
    # Not `eligible`: the log outlives companies, and those who passed then had one to pass for.
    passed = and_(*passes(Requirements.of(required)), not_(works_for_employer(employer, month)))
    if not ranking.passed:
        passed = false()
    return func.count().filter(existed), func.count().filter(existed, passed)


def _audited(
    ranking: _Ranking, considered: int, pool: dict[str, Counts], group_of: dict[str, str]
) -> AuditedJob:
    """The counts of a job; those of its groups are completed in `pool`."""
    facts, scores = ranking.facts, ranking.scores
    median = statistics.median(scores) if scores else None
    counts = Counts(max(considered, ranking.passed), ranking.passed)
    ungrouped = 0
    for name, score in zip(ranking.candidates, scores, strict=True):
        one = Counts(shortlisted=1, scored_above_median=int(median is not None and score > median))
        counts += one
        if group := group_of.get(name):
            pool[group] += one
        else:
            ungrouped += 1
    for name, group_counts in pool.items():
        # A shortlisted candidate was considered and passed, however the profile changed since.
        passed = max(group_counts.passed, group_counts.shortlisted)
        pooled = max(group_counts.considered, passed)
        pool[name] = replace(group_counts, considered=pooled, passed=passed)
    return AuditedJob(
        ranking.last.job_id,
        ranking.last.ended_at,
        facts["rubricVersion"],
        facts["scorer"],
        facts["modelId"],
        facts["promptVersion"],
        ranking.last.runs,
        median,
        counts,
        with_impact(pool),
        ungrouped,
    )


MEDIA_TYPE = "text/csv"
_JOB = list(takewhile(lambda name: name != "counts", (field.name for field in fields(AuditedJob))))
_GROUP = [field.name for field in fields(GroupCounts)]


def audit_table(audit: MatchingAudit) -> str:
    """The counts as CSV, one row for each job and group.

    A row without a group counts all candidates, and a row without a job all jobs together.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(map(to_camel, (*_JOB, *_GROUP)))
    for job in audit.jobs:
        cells = [getattr(job, name) for name in _JOB]
        begin = [cell.isoformat() if isinstance(cell, datetime) else cell for cell in cells]
        table.writerows((*begin, *row) for row in _rows(job.counts, job.groups))
    nothing = [None] * len(_JOB)
    table.writerows((*nothing, *row) for row in _rows(audit.total.counts, audit.total.groups))
    return text.getvalue()


def _rows(counts: Counts, groups: Sequence[GroupCounts]) -> Iterator[tuple[Any, ...]]:
    yield (None, *astuple(counts), None, None, None, None)
    yield from map(astuple, groups)
