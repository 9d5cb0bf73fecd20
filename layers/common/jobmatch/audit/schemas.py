"""The decision log and the counts of a bias audit, on the wire."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import add
from typing import Annotated, NamedTuple, Self
from uuid import UUID

from pydantic import Field, field_validator

from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.models import DecisionKind
from jobmatch.web.pages import Page
from jobmatch.wire import Input, WithoutNul, wire


@wire
class ExpiredEntry:
    """The last entry of a chain that was deleted at the end of its retention."""

    recorded_at: datetime
    hash: str


@wire
class LoggedDecision:
    """An entry of a job's chain.

    `hash` is the SHA-256 of the bytes of the `previous` hash and `entry` in UTF-8; both hashes are
    hexadecimal here. The entry is JSON: job, number, time and kind as here, the time of the entry
    before it, the pseudonyms of the candidates, their scores in the same order, and the facts of
    the decision. One of kind `ranked` lists the whole shortlist, unless it names a `base`, the
    number of an entry that does: then it tells what changed, and whose score is null has left.
    After it `listed` are on the shortlist. `expired` is null unless the entry before it was
    deleted.
    """

    job_id: UUID
    number: int
    recorded_at: datetime
    kind: DecisionKind
    entry: str
    previous: str
    hash: str
    expired: ExpiredEntry | None


@dataclass(frozen=True, slots=True)
class DecisionPage(Page[LoggedDecision]):
    """A page of the log: job by job, each chain from its first entry."""

    items: list[LoggedDecision]


@wire
class BrokenEntry:
    """The first entry of a chain that was changed or is missing, and what is wrong with it."""

    job_id: UUID
    number: int
    reason: str


@wire
class ChainHead:
    """The last entry of a chain, as far as it was verified."""

    job_id: UUID
    number: int
    hash: str
    recorded_at: datetime


@wire
class Verification:
    """What a verification of a part of the log has found.

    `entries` were read, and `chains` began among them, of which `shortened` have lost their
    beginning at the end of its retention. After the first `broken` entry of a chain the rest of it
    is not verified. Of the unbroken chains, `newest` is the head that was recorded last. Follow
    `nextCursor` until it is null, and add up.
    """

    chains: int
    entries: int
    shortened: int
    broken: list[BrokenEntry]
    newest: ChainHead | None
    next_cursor: str | None


MOST_CANDIDATES = 50_000
GroupName = Annotated[
    str,
    # A spreadsheet would take one of these first characters for the start of a formula.
    Field(min_length=1, max_length=100, pattern=r"^[^=+\-@\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"),
    WithoutNul,
]
_YEAR = timedelta(days=364)


def _day(name: str, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(FieldError(f"/query/{name}", "is not a day")) from None


class Period(NamedTuple):
    """Days in UTC, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: str | None, last: str | None) -> Self:
        """The days that two parameters name: by default a year, up to today.

        Raises:
            InvalidInputError: one is not a day, or the last comes before the first.
        """
        end = _day("to", last) or datetime.now(UTC).date()
        start = _day("from", first) or end - min(_YEAR, end - date.min)
        if end < start:
            raise InvalidInputError(FieldError("/query/to", "comes before `from`"))
        return cls(start, end)

    def times(self) -> tuple[datetime, datetime]:
        """The first and the last moment."""
        return (
            datetime.combine(self.first, time.min, UTC),
            datetime.combine(self.last, time.max, UTC),
        )


class Group(Input):
    """Some candidates, by what they have in common."""

    group: GroupName
    profile_ids: Annotated[
        list[Annotated[UUID, Field(strict=False)]], Field(min_length=1, max_length=MOST_CANDIDATES)
    ]


class GroupsToCount(Input):
    """Body of POST /admin/matching-audit: each candidate is in one group, or in none."""

    groups: Annotated[list[Group], Field(min_length=1, max_length=100)]

    @field_validator("groups")
    @classmethod
    def _hold_each_candidate_once(cls, groups: list[Group]) -> list[Group]:
        if len({group.group for group in groups}) < len(groups):
            raise ValueError("must not name a group twice")
        candidates = [profile_id for group in groups for profile_id in group.profile_ids]
        if len(candidates) > MOST_CANDIDATES:
            raise ValueError(f"must not hold more than {MOST_CANDIDATES} candidates")
        if len(set(candidates)) < len(candidates):
            raise ValueError("must not hold a candidate twice")
        return groups


@wire
class Counts:
    """How many candidates reached each step.

    All active candidates were `considered`, those who meet the job's requirements `passed`, the
    best of these were `shortlisted`, and some of the shortlisted `scored_above_median`.
    """

    considered: int = 0
    passed: int = 0
    shortlisted: int = 0
    scored_above_median: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, astuple(self), astuple(other)))


@wire
class GroupCounts:
    """A group's counts, its rates, and its impact ratios: its rate by the highest of any group.

    The selection rate is shortlisted by considered, the scoring rate scored above the median by
    shortlisted (New York City, 6 RCNY 5-300). Null where it would be a division by zero.
    """

    group: str
    considered: int
    passed: int
    shortlisted: int
    scored_above_median: int
    selection_rate: float | None
    selection_impact_ratio: float | None
    scoring_rate: float | None
    scoring_impact_ratio: float | None


@wire
class AuditedJob:
    """The last run of a job in the period by one version of the rules, of `runs` runs.

    `rankedAt` is its end. Where the runs have been deleted, the last ranking in the log counts.
    `groups` is empty if the request names none; `ungrouped` counts the shortlisted candidates who
    are in no group or have been deleted since.
    """

    job_id: UUID
    ranked_at: datetime
    rubric_version: int
    scorer: str
    model_id: str | None
    prompt_version: int | None
    runs: int
    median_score: float | None
    counts: Counts
    groups: list[GroupCounts]
    ungrouped: int


@dataclass(frozen=True, slots=True)
class AuditedTotal:
    """The sum over all jobs; a candidate counts once for each job and version of the rules."""

    counts: Counts = field(default_factory=Counts)
    groups: list[GroupCounts] = field(default_factory=list)
    ungrouped: int = 0


@wire
class MatchingAudit:
    """What the decision log says about a period."""

    first_day: date
    last_day: date
    jobs: list[AuditedJob]
    total: AuditedTotal


@wire
class LoggedAbout:
    """An entry of the decision log that names the candidate, by a pseudonym."""

    job_id: UUID
    number: int
    recorded_at: datetime
    kind: DecisionKind
