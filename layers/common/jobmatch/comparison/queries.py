"""Two runs of a job compared: what the decision log tells of them, in the words of the present.

The log has pseudonyms. Their keys go with the candidates, so nobody is found who was deleted; and
who may not be shown now is left out, of the ranks too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic.alias_generators import to_camel, to_snake
from sqlalchemy import String, and_, cast, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from jobmatch.audit.queries import pseudonym
from jobmatch.comparison.schemas import DimensionChange, RunChange, RunChanges
from jobmatch.errors import NotFoundError
from jobmatch.models import (
    CandidateKey,
    Decision,
    DecisionKind,
    FoundMatch,
    Job,
    MatchingRun,
    Profile,
    ProfileFeatures,
    ProfileStatus,
    RunOutcome,
)
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.predicates import (
    is_not_suppressed,
    may_act_for,
    viewer_values,
    with_employer,
)
from jobmatch.rankings.queries import Place, fold, with_entries
from jobmatch.rules.requirements import Requirements, passes
from jobmatch.rules.rubric import Dimension
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row, Select

    from jobmatch.comparison.schemas import ChangeReason
    from jobmatch.permissions import Viewer
    from jobmatch.vocabulary.terms import Aliases

_RULES = ("scorer", "modelId", "promptVersion", "rubricVersion", "vocabularyVersion")
_COMPLETION = timedelta(minutes=5)
"""Longer than the transaction takes in which a run ends and adds its entry."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a candidate stands in a run; `subscores` are `None` if the run has not logged them."""

    rank: int
    score: int
    subscores: list[int] | None


@dataclass(frozen=True, slots=True)
class _Logged:
    """What the log tells of a run."""

    finished_at: datetime
    facts: dict[str, Any]
    scores: list[tuple[str, Place]]
    """The places by pseudonym, best first."""

    @classmethod
    def of(cls, rows: Iterable[Row[Any]]) -> _Logged:
        listed = [*rows]
        shortlist = fold(row.entry for row in listed)
        return cls(listed[-1].finished_at, shortlist.facts, shortlist.best_first())

    def requirements(self, aliases: Aliases | None) -> Requirements:
        """Those of the job at the time, by the words of the present."""
        said = {to_snake(name): value for name, value in self.facts["requirements"].items()}
        return Requirements.of(said, aliases)

    def places(self, shown: dict[str, Row[Any]]) -> dict[str, _Place]:
        """The ranks among those who are shown; equal scores have one."""
        places: dict[str, _Place] = {}
        rank, last = 0, None
        listed = ((name, *said) for name, said in self.scores if name in shown)
        for number, (name, score, subscores) in enumerate(listed, 1):
            rank, last = (rank if score == last else number), score
            places[name] = _Place(rank, score, subscores)
        return places


def get_run_changes(
    connection: Connection,
    job_id: UUID,
    run_id: UUID,
    since: UUID,
    *,
    viewer: Viewer,
    this_month: int,
) -> RunChanges:
    """What differs between two completed runs of a job, `since` being the one to compare with.

    Raises:
        NotFoundError: the job or one of its completed runs does not exist for the viewer.
    """
    logged = _logged(connection, job_id, {run_id, since}, viewer)
    if logged.keys() != {run_id, since}:
        raise NotFoundError("No such run.")
    before, after = logged[since], logged[run_id]
    aliases = get_aliases(connection)
    requirements = after.requirements(aliases)
    changed = before.requirements(aliases).changed_fields(requirements)
    rules_changed = any(before.facts.get(name) != after.facts.get(name) for name in _RULES)
    shown = _shown(connection, job_id, requirements, before, viewer, this_month)
    causes: list[ChangeReason] = ["job-changed"] if changed else []
    causes += ["rules-changed"] if rules_changed else []
    then, now = before.places(shown), after.places(shown)
    came = [_change(shown[name], None, now[name], causes) for name in now if name not in then]
    went = [_change(shown[name], then[name], None, causes) for name in then if name not in now]
    both = [name for name in now if name in then]
    moved = [
        _change(shown[name], then[name], now[name], causes)
        for name in both
        if then[name] != now[name]
    ]
    return RunChanges(
        job_id,
        run_id,
        since,
        [to_camel(name) for name in changed],
        rules_changed,
        came,
        went,
        moved,
        len(both) - len(moved),
    )


def _logged(
    connection: Connection, job_id: UUID, run_ids: set[UUID], viewer: Viewer
) -> dict[UUID, _Logged]:
    """What the log tells of completed runs; nothing of a job that the viewer may not see."""
    last = aliased(Decision)
    run_of_entry = cast(last.entry, JSONB)["facts"]["runId"].astext
    # Before migration 0028 each completed run added an entry of its own. It is found by its time,
    # because the index is of that: to read all entries of the job would take longer.
    is_its_own = and_(
        MatchingRun.entry_number.is_(None),
        last.recorded_at.between(
            MatchingRun.finished_at - _COMPLETION, MatchingRun.finished_at + _COMPLETION
        ),
        run_of_entry == cast(MatchingRun.id, String),
    )
    logged: Select[*tuple[Any, ...]] = (
        select(MatchingRun.id, MatchingRun.finished_at, Decision.entry)
        .join(Job, Job.id == MatchingRun.job_id)
        .join(
            last,
            and_(
                last.job_id == MatchingRun.job_id,
                last.kind == DecisionKind.RANKED,
                or_(last.number == MatchingRun.entry_number, is_its_own),
            ),
        )
        .where(
            MatchingRun.job_id == job_id,
            MatchingRun.id.in_(run_ids),
            MatchingRun.outcome == RunOutcome.COMPLETED,
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        )
    )
    in_order = with_entries(logged, last).order_by(MatchingRun.id, Decision.number)
    rows = connection.execute(in_order, viewer_values(viewer))
    return {run: _Logged.of(entries) for run, entries in groupby(rows, attrgetter("id"))}


def _shown(
    connection: Connection,
    job_id: UUID,
    requirements: Requirements,
    before: _Logged,
    viewer: Viewer,
    this_month: int,
) -> dict[str, Row[Any]]:
    """All whom the job has ever found and who may be shown now, by pseudonym."""
    found: Select[*tuple[Any, ...]] = (
        select(
            Profile.id,
            pseudonym().label("pseudonym"),
            (Profile.created_at > before.finished_at).label("is_new"),
            (Profile.updated_at > before.finished_at).label("has_changed"),
            and_(*passes(requirements)).label("qualifies"),
        )
        .select_from(FoundMatch)
        .join(CandidateKey, CandidateKey.profile_id == FoundMatch.profile_id)
        .join(Profile, Profile.id == FoundMatch.profile_id)
        .join(ProfileFeatures, ProfileFeatures.profile_id == FoundMatch.profile_id)
        .join(Job, Job.id == FoundMatch.job_id)
    )
    rows = connection.execute(
        with_employer(found).where(
            FoundMatch.job_id == job_id,
            ProfileFeatures.status == ProfileStatus.ACTIVE,
            is_not_suppressed(),
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        ),
        {"this_month": this_month, **viewer_values(viewer)},
        execution_options={"prepares": False},
    )
    return {row.pseudonym: row for row in rows}


def _change(
    candidate: Row[Any], then: _Place | None, now: _Place | None, causes: list[ChangeReason]
) -> RunChange:
    dimensions = []
    if then and now and then.subscores and now.subscores:
        scores = zip(Dimension, then.subscores, now.subscores, strict=True)
        dimensions = [DimensionChange(*each) for each in scores if each[1] != each[2]]
    # Who only has another rank has moved because of others.
    is_same = then is not None and now is not None and not dimensions and then.score == now.score
    reasons: list[ChangeReason] = [] if is_same else [*causes]
    if not is_same and candidate.is_new:
        reasons.append("candidate-new")
    elif not is_same and candidate.has_changed:
        reasons.append("candidate-changed")
    if now is None:
        reasons.append("others-better" if candidate.qualifies else "no-longer-qualifies")
    return RunChange(
        candidate.id,
        then.rank if then else None,
        now.rank if now else None,
        then.score if then else None,
        now.score if now else None,
        dimensions,
        reasons,
    )
