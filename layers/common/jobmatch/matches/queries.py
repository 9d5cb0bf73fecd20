"""Reading job matches."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Integer,
    Text,
    Uuid,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.matches.schemas import Match
from jobmatch.models import JobMatch
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.predicates import (
    THIS_MONTH,
    form_of,
    is_shown,
    one_job,
    require_job,
    values_of,
)
from jobmatch.web.pages import BestFirst, WrittenPage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Select

    from jobmatch.permissions import Viewer
    from jobmatch.permissions.predicates import Form


_TEMPLATE = (
    '{"id":"%s","profileId":"%s","overallScore":%s,"subscores":%s,"summary":%s,'
    '"recommendation":"%s","scoredAt":%s,"notifiedAt":%s}'
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
    type_=Text,
).label("match")
"""A row of `job_matches` as `jobmatch.matches.schemas.Match`."""


def json_array(match: ColumnElement[str], *these: ColumnElement[bool]) -> ColumnElement[str]:
    """The array of all rows' texts, or of `these` among them."""
    matches = func.string_agg(match, _quoted(",")).filter(*these)
    return func.concat(_quoted("["), matches, _quoted("]"), type_=Text)


_MATCHES = TypeAdapter(list[Match])


def _shown_matches(viewer: Form) -> Select[*tuple[Any, ...]]:
    job, employer = one_job(viewer)
    return (
        select(MATCH)
        .join(job, job.c.id == JobMatch.job_id)
        .where(JobMatch.job_id == bindparam("job_id"), is_shown(THIS_MONTH, employer))
    )


def _as_list(matches: Select[*tuple[Any, ...]]) -> Select[str]:
    """The rows of `matches`, in their order, as the text of one JSON array."""
    (match,) = matches.subquery().c
    return select(json_array(match))


def _read(connection: Connection, statement: Select[str], values: Mapping[str, Any]) -> list[Match]:
    return _MATCHES.validate_json(connection.execute(statement, values).scalar_one())


@cache
def _one_match(viewer: Form) -> Select[str]:
    return _as_list(_shown_matches(viewer).where(JobMatch.profile_id == bindparam("profile_id")))


@cache
def _best_first(viewer: Form, *, bounded: bool, continued: bool, unnotified: bool) -> Select[str]:
    """A page of a job's matches; made once for each set of conditions."""
    return _as_list(
        _in_order(
            _shown_matches(viewer), bounded=bounded, continued=continued, unnotified=unnotified
        )
    )


def _in_order(
    statement: Select[*tuple[Any, ...]], *, bounded: bool, continued: bool, unnotified: bool = False
) -> Select[*tuple[Any, ...]]:
    """Of these matches a page of the best, best first."""
    if bounded:
        statement = statement.where(JobMatch.overall_score >= bindparam("min_score"))
    if unnotified:
        statement = statement.where(JobMatch.notified_at.is_(None))
    if continued:
        # The first half alone bounds the index scan; the second half settles ties.
        score = bindparam("after_score", type_=Integer)
        profile_id = bindparam("after_profile", type_=JobMatch.profile_id.type)
        statement = statement.where(
            JobMatch.overall_score <= score,
            or_(JobMatch.overall_score < score, JobMatch.profile_id > profile_id),
        )
    ordered = statement.order_by(JobMatch.overall_score.desc(), JobMatch.profile_id)
    return ordered.limit(bindparam("limit", type_=Integer))


@cache
def _written_page(viewer: Form, *, bounded: bool, continued: bool) -> Select[*tuple[Any, ...]]:
    """A page as text, how many rows there were, and the place of its last one."""
    matches = _shown_matches(viewer).add_columns(JobMatch.overall_score, JobMatch.profile_id)
    found = _in_order(matches, bounded=bounded, continued=continued).subquery("found")
    order = (found.c.overall_score.desc(), found.c.profile_id)
    numbered = select(found, func.row_number().over(order_by=order).label("n")).subquery("numbered")
    size = bindparam("limit", type_=Integer) - 1
    last = numbered.c.n == size
    return select(
        json_array(numbered.c.match, numbered.c.n <= size),
        func.count(),
        func.max(numbered.c.overall_score).filter(last),
        func.array_agg(numbered.c.profile_id, type_=ARRAY(Uuid)).filter(last)[1],
    )


def _page(
    connection: Connection,
    job_id: UUID,
    viewer: Viewer,
    min_score: int | None,
    limit: int | None,
    after: BestFirst | None,
    *,
    unnotified: bool = False,
) -> list[Match]:
    statement = _best_first(
        form_of(viewer),
        bounded=min_score is not None,
        continued=after is not None,
        unnotified=unnotified,
    )
    values = _place(job_id, min_score, limit, after) | values_of(viewer)
    matches = _read(connection, statement, values)
    if not matches:
        require_job(connection, job_id, viewer)
    return matches


def _place(
    job_id: UUID, min_score: int | None, limit: int | None, after: BestFirst | None
) -> dict[str, Any]:
    values: dict[str, Any] = {"job_id": job_id, "min_score": min_score, "limit": limit}
    if after is not None:
        values |= {"after_score": after.overall_score, "after_profile": after.profile_id}
    return values


def get_matches_for_job(
    connection: Connection,
    job_id: UUID,
    *,
    viewer: Viewer,
    min_score: int | None = None,
    limit: int | None = None,
    after: BestFirst | None = None,
) -> list[Match]:
    """A job's matches, best first.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    return _page(connection, job_id, viewer, min_score, limit, after)


def get_written_matches_for_job(
    connection: Connection,
    job_id: UUID,
    *,
    viewer: Viewer,
    min_score: int | None = None,
    limit: int,
    after: BestFirst | None = None,
) -> WrittenPage:
    """`get_matches_for_job` as PostgreSQL writes it: to read it in between takes half of the time.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    statement = _written_page(
        form_of(viewer), bounded=min_score is not None, continued=after is not None
    )
    values = _place(job_id, min_score, limit + 1, after) | values_of(viewer)
    items, found, score, profile_id = connection.execute(statement, values).one()
    if not found:
        require_job(connection, job_id, viewer)
    return WrittenPage(items, BestFirst(score, profile_id) if found > limit else None)


def get_match_by_job_and_profile(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer
) -> Match | None:
    """One match, or none where it does not exist for the viewer."""
    values = {"job_id": job_id, "profile_id": profile_id, **values_of(viewer)}
    return next(iter(_read(connection, _one_match(form_of(viewer)), values)), None)


def get_unnotified_matches(
    connection: Connection,
    job_id: UUID,
    min_score: int | None = None,
    *,
    limit: int | None = None,
    after: BestFirst | None = None,
) -> list[Match]:
    """A job's matches that the employer was not told about yet, best first.

    Raises:
        NotFoundError: there is no such job.
    """
    return _page(connection, job_id, SYSTEM, min_score, limit, after, unnotified=True)
