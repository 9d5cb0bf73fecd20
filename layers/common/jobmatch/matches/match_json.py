"""Matches as JSON that PostgreSQL writes (ADR 0014).

A page comes as one text: row by row and column by column it takes Python two to three times as
long, and json_build_object takes PostgreSQL twice as long. What goes in as it is can't need an
escape: ids, numbers, and what a check of the table holds to its form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, func, literal_column

from jobmatch.models import JobMatch

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

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
