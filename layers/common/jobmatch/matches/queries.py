"""Reading job matches, as JSON that PostgreSQL writes (ADR 0014).

A page comes as one text: columns would take Python two to three times as long, and
json_build_object would take PostgreSQL twice as long. Values without an escape need none: they are
ids, numbers, and texts whose form is held by a check of the table.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Integer, Text, Uuid, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.matches.notes import NEW_SINCE, decision_about, is_declined, is_new
from jobmatch.matches.schemas import Match
from jobmatch.models import JobMatch
from jobmatch.permissions import SYSTEM, Viewer
from jobmatch.permissions.predicates import (
    is_listed,
    is_shown,
    one_job,
    require_job,
    viewer_values,
)
from jobmatch.web.pages import BestFirst, WrittenPage
from jobmatch.wire import DecisionFilter  # noqa: TC001 - of a named tuple

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

    from jobmatch.permissions.predicates import EmployerColumns

LIMIT = 500
"""The default limit of a page: as many matches as a run stores by default."""
_MATCHES = TypeAdapter(list[Match])
_TEMPLATE = (
    '{"id":"%s","profileId":"%s","overallScore":%s,"subscores":%s,"summary":%s,'
    '"recommendation":"%s","scoredAt":%s,"notifiedAt":%s,"decision":%s}'
)


def _quoted(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


def _time(name: str) -> ColumnElement[str]:
    written = r"""\"YYYY-MM-DD"T"HH24:MI:SS.US"Z\""""
    return func.to_char(literal_column(f"job_matches.{name} AT TIME ZONE 'UTC'"), _quoted(written))


MATCH = func.format(
    _quoted(_TEMPLATE),
    JobMatch.id,
    JobMatch.profile_id,
    JobMatch.overall_score,
    JobMatch.subscores,
    func.to_json(JobMatch.summary),
    JobMatch.recommendation,
    _time("scored_at"),
    func.coalesce(_time("notified_at"), _quoted("null")),
    func.coalesce(func.to_json(decision_about()).cast(Text), _quoted("null")),
    type_=Text,
).label("match")
"""A row of `job_matches` as the JSON of `jobmatch.matches.schemas.Match`."""


def read_matches(written: str) -> list[Match]:
    """The matches in a JSON array that PostgreSQL has written."""
    return _MATCHES.validate_json(written)


class MatchFilters(NamedTuple):
    """Which of a job's matches are listed; `None` filters nothing."""

    min_score: int | None = None
    decision: DecisionFilter | None = None
    """What the employer has decided; "none" is nothing yet."""
    new_since: datetime | None = None
    """Only candidates who were found for the first time after it."""
    is_unnotified: bool = False
    """Without those of whom the employer was told, and those whom they have declined."""


ALL = MatchFilters()


@cache
def _best_first(
    *,
    system: bool,
    continued: bool,
    bounded: bool,
    decision: DecisionFilter | None,
    recent: bool,
    unnotified: bool,
) -> Select[*tuple[Any, ...]]:
    """A page of a job's matches as text, how many rows were read, and the key of its last row.

    One row more than the page is read, which tells whether another page follows.
    """
    matches, employer = _matches(system=system)
    found = matches.where(is_listed(employer.is_unknown)).add_columns(
        JobMatch.overall_score, JobMatch.profile_id
    )
    if bounded:
        found = found.where(JobMatch.overall_score >= bindparam("min_score"))
    if decision is not None:
        wanted = None if decision == "none" else decision
        found = found.where(decision_about().is_not_distinct_from(wanted))
    if recent:
        found = found.where(is_new(NEW_SINCE))
    if unnotified:
        found = found.where(JobMatch.notified_at.is_(None), ~is_declined())
    if continued:
        # The first condition bounds the index scan, the second orders equal scores.
        score = bindparam("after_score", type_=Integer)
        profile_id = bindparam("after_profile", type_=JobMatch.profile_id.type)
        found = found.where(
            JobMatch.overall_score <= score,
            or_(JobMatch.overall_score < score, JobMatch.profile_id > profile_id),
        )
    found = found.order_by(JobMatch.overall_score.desc(), JobMatch.profile_id)
    rows = found.limit(bindparam("limit", type_=Integer)).subquery("found")
    order = (rows.c.overall_score.desc(), rows.c.profile_id)
    numbered = select(rows, func.row_number().over(order_by=order).label("n")).subquery("numbered")
    size = bindparam("limit", type_=Integer) - 1
    last = numbered.c.n == size
    return select(
        _json_array(numbered.c.match, numbered.c.n <= size),
        func.count(),
        func.max(numbered.c.overall_score).filter(last),
        func.array_agg(numbered.c.profile_id, type_=ARRAY(Uuid)).filter(last)[1],
    )


def _matches(*, system: bool) -> tuple[Select[*tuple[Any, ...]], EmployerColumns]:
    """A job's matches, shown or not, and the columns by which that is decided."""
    job, employer = one_job(system=system)
    return (
        select(MATCH)
        .join(job, job.c.id == JobMatch.job_id)
        .where(JobMatch.job_id == bindparam("job_id"))
    ), employer


def _json_array(match: ColumnElement[str], condition: ColumnElement[bool]) -> ColumnElement[str]:
    """The JSON array of the texts of the rows that fulfil the condition."""
    matches = func.string_agg(match, _quoted(",")).filter(condition)
    return func.concat(_quoted("["), matches, _quoted("]"), type_=Text)


def get_matches_for_job(
    connection: Connection,
    job_id: UUID,
    filters: MatchFilters = ALL,
    *,
    viewer: Viewer,
    this_month: int,
    limit: int = LIMIT,
    after: BestFirst | None = None,
) -> WrittenPage:
    """A page of a job's matches, best first; `read_matches` reads its items.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    statement = _best_first(
        system=viewer is SYSTEM,
        continued=after is not None,
        bounded=filters.min_score is not None,
        decision=filters.decision,
        recent=filters.new_since is not None,
        unnotified=filters.is_unnotified,
    )
    score, profile_id = (None, None) if after is None else after
    items, found, score, profile_id = connection.execute(
        statement,
        {
            "job_id": job_id,
            "min_score": filters.min_score,
            "new_since": filters.new_since,
            "limit": limit + 1,
            "after_score": score,
            "after_profile": profile_id,
            "this_month": this_month,
            **viewer_values(viewer),
        },
    ).one()
    if not found:
        require_job(connection, job_id, viewer)
    return WrittenPage(items, BestFirst(score, profile_id) if found > limit else None)


def get_unnotified_matches(
    connection: Connection,
    job_id: UUID,
    min_score: int | None = None,
    *,
    this_month: int,
    limit: int = LIMIT,
    after: BestFirst | None = None,
) -> WrittenPage:
    """A page of a job's matches of which the employer was not told yet, best first.

    Without those whom they have declined.

    Raises:
        NotFoundError: there is no such job.
    """
    filters = MatchFilters(min_score, is_unnotified=True)
    return get_matches_for_job(
        connection,
        job_id,
        filters,
        viewer=SYSTEM,
        this_month=this_month,
        limit=limit,
        after=after,
    )


@cache
def _one_match(*, system: bool) -> Select[*tuple[Any, ...]]:
    matches, employer = _matches(system=system)
    return matches.where(is_shown(employer), JobMatch.profile_id == bindparam("profile_id"))


def get_match_by_job_and_profile(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer, this_month: int
) -> Match | None:
    """One match, or `None` if it does not exist for the viewer."""
    values = {"job_id": job_id, "profile_id": profile_id, "this_month": this_month}
    statement = _one_match(system=viewer is SYSTEM)
    text = connection.scalar(statement, values | viewer_values(viewer))
    return None if text is None else read_matches(f"[{text}]")[0]
