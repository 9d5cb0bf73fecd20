"""The counts of a bias audit: rates and impact ratios (6 RCNY 5-300), and their table."""

from __future__ import annotations

import csv
import io
import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from pydantic.alias_generators import to_camel, to_snake
from sqlalchemy import Text, Uuid, and_, cast, false, func, literal, not_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
    Profile,
    ProfileFeatures,
    ProfileStatus,
)
from jobmatch.rules.requirements import Requirements, passes, works_for_employer

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

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
_PER_STATEMENT = 50
"""How many rankings one statement counts candidates for."""


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The last ranking of a job by one version of the rules, as its log entry tells it."""

    row: Row[Any]
    candidates: list[str]
    scores: list[int]
    facts: dict[str, Any]

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        entry = json.loads(row.entry)
        return cls(row, entry["candidates"], entry["scores"], entry["facts"])


def audit_matching(
    connection: Connection, period: Period, groups: Sequence[Group] = ()
) -> MatchingAudit:
    """The counts of a period, for each job and in total; with groups, their impact ratios.

    Raises:
        InvalidInputError: the period holds more than `MOST` rankings.
    """
    rankings = _rankings(connection, period)
    group_of = _pseudonyms(connection, groups)
    considered = count_considered(connection, [ranking.row.recorded_at for ranking in rankings])
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


def _rankings(connection: Connection, period: Period) -> list[_Ranking]:
    facts = cast(Decision.entry, JSONB)["facts"]
    rules = [facts[name] for name in ("rubricVersion", "scorer", "modelId", "promptVersion")]
    alike = [Decision.job_id, *rules]
    ranked = (
        select(
            Decision.job_id,
            Decision.number,
            func.row_number()
            .over(partition_by=alike, order_by=Decision.number.desc())
            .label("age"),
            func.count().over(partition_by=alike).label("runs"),
        )
        .where(Decision.kind == DecisionKind.RANKED, Decision.recorded_at.between(*period.times()))
        .subquery("ranked")
    )
    rows = connection.execute(
        select(
            Decision.job_id,
            Decision.recorded_at,
            Decision.entry,
            ranked.c.runs,
            EmployerProfile.company_name,
            EmployerProfile.corporate_domains,
        )
        .join(ranked, and_(Decision.job_id == ranked.c.job_id, Decision.number == ranked.c.number))
        .outerjoin(Job, Job.id == Decision.job_id)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(ranked.c.age == 1)
        .order_by(Decision.job_id, Decision.number)
        .limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        fault = f"leaves a period of more than {MOST} rankings; ask for a shorter one"
        raise InvalidInputError(FieldError("/query/to", fault))
    return [_Ranking.of(row) for row in rows]


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
    existed = Profile.created_at <= ranking.row.recorded_at
    required = {to_snake(name): value for name, value in ranking.facts["requirements"].items()}
    employer = Employer.of(ranking.row.company_name, ranking.row.corporate_domains)
    month = month_number(ranking.row.recorded_at.date())
    # Not `eligible`: the log outlives companies, and those who passed then had one to pass for.
    passed = and_(*passes(Requirements.of(required)), not_(works_for_employer(employer, month)))
    if not ranking.facts["passed"]:
        passed = false()
    return func.count().filter(existed), func.count().filter(existed, passed)


def _audited(
    ranking: _Ranking, considered: int, pool: dict[str, Counts], group_of: dict[str, str]
) -> AuditedJob:
    """The counts of a job; those of its groups are completed in `pool`."""
    facts, scores = ranking.facts, ranking.scores
    median = statistics.median(scores) if scores else None
    counts = Counts(max(considered, facts["passed"]), facts["passed"])
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
        ranking.row.job_id,
        ranking.row.recorded_at,
        facts["rubricVersion"],
        facts["scorer"],
        facts["modelId"],
        facts["promptVersion"],
        ranking.row.runs,
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
