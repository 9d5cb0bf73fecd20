"""The counts of a bias audit: rates and impact ratios (6 RCNY 5-300), and their table."""

from __future__ import annotations

import csv
import io
import json
import statistics
from bisect import bisect_left
from dataclasses import astuple, dataclass, replace
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from pydantic.alias_generators import to_snake
from sqlalchemy import DateTime, Text, Uuid, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jobmatch.audit.queries import pseudonym
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
from jobmatch.rules.ranking import eligible
from jobmatch.rules.requirements import Requirements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection, Row

    from jobmatch.audit.schemas import Group, Period


def with_impact(groups: Mapping[str, Counts]) -> list[GroupCounts]:
    """Rates and impact ratios of groups that are compared with one another, by their names."""
    selection = {name: rate(each.shortlisted, each.considered) for name, each in groups.items()}
    scoring = {
        name: rate(each.scored_above_median, each.shortlisted) for name, each in groups.items()
    }
    best_selection, best_scoring = highest(selection), highest(scoring)
    return [
        GroupCounts(
            name,
            each.considered,
            each.passed,
            each.shortlisted,
            each.scored_above_median,
            rounded(selection[name]),
            rounded(rate(selection[name], best_selection)),
            rounded(scoring[name]),
            rounded(rate(scoring[name], best_scoring)),
        )
        for name, each in sorted(groups.items())
    ]


def rate(part: float | None, whole: float | None) -> float | None:
    """A share; none where there is nothing to have a share in."""
    return part / whole if part is not None and whole else None


def highest(rates: Mapping[str, float | None]) -> float | None:
    """The highest of the rates that there are."""
    return max((each for each in rates.values() if each is not None), default=None)


def rounded(value: float | None) -> float | None:
    """To four places: more would only look exact."""
    return None if value is None else round(value, 4)


MOST = 1_000
"""Rankings that an audit looks at."""
_AT_ONCE = 50
"""Jobs whose requirements one statement applies."""


@dataclass(frozen=True, slots=True)
class _Ranking:
    """A job's last one by one version of the rules."""

    row: Row[Any]
    entry: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.entry["facts"]
        return facts


def audit_matching(
    connection: Connection, period: Period, groups: Sequence[Group] = ()
) -> MatchingAudit:
    """The counts of a period, job by job and in all; with groups, their impact ratios.

    Raises:
        InvalidInputError: the period holds more rankings than are counted at once.
    """
    rankings = _rankings(connection, period)
    group_of = _pseudonyms(connection, groups)
    considered = _considered(connection, [each.row.recorded_at for each in rankings])
    pools = _pools(connection, rankings, groups)
    jobs = []
    total = Counts()
    totals = {each.group: Counts() for each in groups}
    for ranking, number, pool in zip(rankings, considered, pools, strict=True):
        job = _audited(ranking, number, pool, group_of)
        jobs.append(job)
        total += job.counts
        for name, counts in pool.items():
            totals[name] += counts
    ungrouped = sum(job.ungrouped for job in jobs)
    in_all = AuditedTotal(total, with_impact(totals), ungrouped)
    return MatchingAudit(period.first, period.last, jobs, in_all)


def _rankings(connection: Connection, period: Period) -> list[_Ranking]:
    facts = cast(Decision.entry, JSONB)["facts"]
    rules = [facts[name] for name in ("rubricVersion", "scorer", "modelId", "promptVersion")]
    same = [Decision.job_id, *rules]
    ranked = (
        select(
            Decision.job_id,
            Decision.number,
            func.row_number().over(partition_by=same, order_by=Decision.number.desc()).label("age"),
            func.count().over(partition_by=same).label("runs"),
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
    return [_Ranking(row, json.loads(row.entry)) for row in rows]


def _pseudonyms(connection: Connection, groups: Sequence[Group]) -> dict[str, str]:
    """The group of each candidate who can stand in the log, by their pseudonym there."""
    if not groups:
        return {}
    member = _members(groups)
    rows = connection.execute(
        select(pseudonym(), member.c.name).join_from(
            member, CandidateKey, CandidateKey.profile_id == member.c.id
        )
    )
    return {row[0]: row.name for row in rows}


def _considered(connection: Connection, times: Sequence[datetime]) -> list[int]:
    """For each time, how many of the candidates who are active now were there then."""
    if not times:
        return []
    ordered = sorted(times)
    # How many of the times come before a candidate.
    before = func.width_bucket(Profile.created_at, literal(ordered, ARRAY(DateTime(timezone=True))))
    counted = select(before.label("place"), func.count().label("number")).where(
        Profile.status == ProfileStatus.ACTIVE
    )
    rows = connection.execute(counted.group_by(before))
    came = {row.place: row.number for row in rows}
    there = list(accumulate(came.get(place, 0) for place in range(len(ordered))))
    # Of equal times a candidate has all before them, or none.
    return [there[bisect_left(ordered, time)] for time in times]


def _pools(
    connection: Connection, rankings: Sequence[_Ranking], groups: Sequence[Group]
) -> list[dict[str, Counts]]:
    """Of each group, who is considered and passes, ranking by ranking."""
    if not groups:
        return [{} for _ in rankings]
    member = _members(groups)
    pools: list[dict[str, Counts]] = []
    for start in range(0, len(rankings), _AT_ONCE):
        some = rankings[start : start + _AT_ONCE]
        rows = connection.execute(
            select(member.c.name, *chain.from_iterable(map(_counts, some)))
            .join_from(member, ProfileFeatures, ProfileFeatures.profile_id == member.c.id)
            .join(Profile, Profile.id == member.c.id)
            .where(ProfileFeatures.status == ProfileStatus.ACTIVE)
            .group_by(member.c.name),
            execution_options={"prepares": False},
        ).all()
        for number in range(len(some)):
            pool = {each.group: Counts() for each in groups}
            for name, *counts in rows:
                pool[name] = Counts(*counts[2 * number : 2 * number + 2])
            pools.append(pool)
    return pools


def _members(groups: Sequence[Group]) -> Any:
    ids: list[UUID] = [one for each in groups for one in each.profile_ids]
    names = [each.group for each in groups for _ in each.profile_ids]
    return (
        func.unnest(literal(ids, ARRAY(Uuid)), literal(names, ARRAY(Text)))
        .table_valued("id", "name", name="member")
        .render_derived()
    )


def _counts(ranking: _Ranking) -> tuple[Any, Any]:
    """How many are considered for a job, and pass."""
    was_there = Profile.created_at <= ranking.row.recorded_at
    wanted = {to_snake(name): value for name, value in ranking.facts["requirements"].items()}
    employer = Employer.of(ranking.row.company_name, ranking.row.corporate_domains)
    month = month_number(ranking.row.recorded_at.date())
    passes = eligible(Requirements.of(wanted), employer, month)
    return func.count().filter(was_there), func.count().filter(was_there, *passes)


def _audited(
    ranking: _Ranking, considered: int, pool: dict[str, Counts], group_of: dict[str, str]
) -> AuditedJob:
    """Who was shortlisted, counted for the job and added to the counts of its groups."""
    facts = ranking.facts
    scores: list[int] = ranking.entry["scores"]
    median = statistics.median(scores) if scores else None
    counts = Counts(max(considered, facts["passed"]), facts["passed"])
    ungrouped = 0
    for name, score in zip(ranking.entry["candidates"], scores, strict=True):
        one = Counts(shortlisted=1, scored_above_median=int(median is not None and score > median))
        counts += one
        if group := group_of.get(name):
            pool[group] += one
        else:
            ungrouped += 1
    for name, group_counts in pool.items():
        # A shortlisted candidate was considered and passed, whatever became of the profile since.
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
_JOB = (
    "jobId",
    "rankedAt",
    "rubricVersion",
    "scorer",
    "modelId",
    "promptVersion",
    "runs",
    "medianScore",
)
_COUNTS = (
    "group",
    "considered",
    "passed",
    "shortlisted",
    "scoredAboveMedian",
    "selectionRate",
    "selectionImpactRatio",
    "scoringRate",
    "scoringImpactRatio",
)


def audit_table(audit: MatchingAudit) -> str:
    """The table; without a group a row counts everybody, and without a job all jobs together."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow((*_JOB, *_COUNTS))
    for job in audit.jobs:
        begin = (
            job.job_id,
            job.ranked_at.isoformat(),
            job.rubric_version,
            job.scorer,
            job.model_id,
            job.prompt_version,
            job.runs,
            job.median_score,
        )
        table.writerows((*begin, *row) for row in _rows(job.counts, job.groups))
    nothing = [None] * len(_JOB)
    table.writerows((*nothing, *row) for row in _rows(audit.total.counts, audit.total.groups))
    return text.getvalue()


def _rows(counts: Counts, groups: Sequence[GroupCounts]) -> Iterator[tuple[Any, ...]]:
    yield (None, *astuple(counts), None, None, None, None)
    yield from map(astuple, groups)
