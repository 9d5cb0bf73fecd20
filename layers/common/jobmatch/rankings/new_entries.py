"""Writing shortlists into the decision log, for as many jobs at once as runs have changed.

In two steps, before and after the matches are stored. However many jobs there are, both take a few
statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import Uuid, bindparam, cast, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jobmatch.audit.queries import NewEntry, add_entries, pseudonym
from jobmatch.models import CandidateKey, DecisionKind, JobMatch
from jobmatch.permissions.locks import ids, pairs
from jobmatch.rankings.queries import Place, get_shortlists

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, Row, TextClause

_OF_A_RUN = {"runId", "passed"}
"""Facts that each entry tells."""
_TOLD_ANEW = {*_OF_A_RUN, "vocabularyVersion"}
"""Facts that may differ from those of the base; if another does, a new base is due."""
_SUBSCORES = (
    "specializationMatch",
    "experienceFit",
    "technicalBackground",
    "locationMatch",
    "barAdmissions",
)
_FOLDED = 50
"""How many whole lists are read from the log at once: each may have many entries."""


@dataclass(frozen=True, slots=True)
class RankedJob:
    """What a run changes of a job's matches."""

    job_id: UUID
    facts: Mapping[str, Any]
    """The rules of the run, and how many candidates passed."""
    scored: Sequence[UUID]
    """The candidates whose matches it stores."""
    removed: Sequence[UUID]
    """The candidates whose matches it deletes."""


class _Stored(NamedTuple):
    pseudonym: str | None
    place: Place


_StoredByJob = Mapping[UUID, Mapping[UUID, _Stored]]
_NOTHING: Mapping[UUID, _Stored] = {}


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking to be logged, and what the log and the matches told before it."""

    run: RankedJob
    number: int | None
    base: int | None
    """From which entry on it tells changes; `None` if it has to be a whole one."""
    told_facts: Mapping[str, Any]
    base_facts: Mapping[str, Any]
    listed: int
    """How many the log lists."""
    by_runs: int
    """How many matches of runs were stored."""
    by_hand: frozenset[UUID]
    before: Mapping[UUID, _Stored]
    """Those of the candidates who are scored."""

    @classmethod
    def of(cls, run: RankedJob, row: Row[Any], before: Mapping[UUID, _Stored]) -> Self:
        """The ranking of a run, from a row of last_rankings.sql."""
        base = _base(run, row)
        return cls(
            run,
            None if base is None else row.number,
            base,
            _told_facts(row),
            row.base_facts or {},
            row.listed or 0,
            row.by_runs,
            frozenset(map(UUID, row.by_hand)),
            before,
        )

    def entry(self, compared: _Compared) -> NewEntry | None:
        """The entry of changes, if there are any."""
        changed, left, listed = compared
        facts = self.run.facts
        others = facts.keys() - _OF_A_RUN
        facts_stay = all(self.told_facts.get(name) == facts[name] for name in others)
        if not changed and not left and facts_stay:
            return None
        new = {
            name: value
            for name, value in facts.items()
            if name in _OF_A_RUN or self.base_facts.get(name) != value
        }
        about: list[dict[str, Any]] = [
            {"pseudonym": name, "score": place.score, "subscores": place.subscores}
            for name, place in changed.items()
        ]
        about += [{"pseudonym": name} for name in left]
        return NewEntry(self.run.job_id, new, about, base=self.base, listed=listed)


_Compared = tuple[dict[str, Place], list[str], int]
"""Places that are new or other, who has left, and how many are listed now."""


def _told_facts(row: Row[Any]) -> dict[str, Any]:
    return {} if row.base is None else {**row.base_facts, **row.facts}


def _base(run: RankedJob, row: Row[Any]) -> int | None:
    """From which entry on a run may tell changes."""
    told = _told_facts(row)
    stays = all(told.get(name) == run.facts[name] for name in run.facts.keys() - _TOLD_ANEW)
    # The keys of pseudonyms stay where an employer came from, so their chain has other names.
    base: int | None = None if row.is_old or row.is_foreign or not stays else row.base
    return base


def begin_rankings(connection: Connection, runs: Sequence[RankedJob]) -> list[Ranking]:
    """Read what the log needs to know before runs change the matches of their jobs.

    Within a transaction that has locked the jobs.
    """
    job_ids = [run.job_id for run in runs]
    rows = {row.job_id: row for row in connection.execute(_last_rankings(), {"job_ids": job_ids})}
    going_on = [run for run in runs if _base(run, rows[run.job_id]) is not None]
    before = _stored(connection, _scored(going_on))
    return [Ranking.of(run, rows[run.job_id], before.get(run.job_id, _NOTHING)) for run in runs]


def log_rankings(connection: Connection, rankings: Sequence[Ranking]) -> list[int]:
    """Log what runs have changed, if they have; in the transaction of `begin_rankings`.

    Candidates without a key are left out.

    Returns:
        For each, the number of the entry after which the log tells the shortlist.
    """
    whole = [each for each in rankings if each.base is None]
    going_on = [each for each in rankings if each.base is not None]
    # A match may have gone without a run: with its candidate, or replaced by hand.
    as_told = [each for each in going_on if each.listed == each.by_runs]
    others = [each for each in going_on if each.listed != each.by_runs]
    compared = _changes(connection, as_told)
    for start in range(0, len(others), _FOLDED):
        compared |= _differences(connection, others[start : start + _FOLDED])
    entries = [NewEntry(each.run.job_id, each.run.facts, scored=each.run.scored) for each in whole]
    for each in going_on:
        entry = each.entry(compared[each.run.job_id])
        entries += [] if entry is None else [entry]
    added = add_entries(connection, DecisionKind.RANKED, entries)
    return [added.get(each.run.job_id) or each.number or 0 for each in rankings]


def _changes(connection: Connection, rankings: Sequence[Ranking]) -> dict[UUID, _Compared]:
    """What runs have changed where the log told before them what was stored."""
    gone = {
        each.run.job_id: [id_ for id_ in each.run.removed if id_ not in each.by_hand]
        for each in rankings
    }
    names = _names(connection, {id_ for theirs in gone.values() for id_ in theirs})
    stored = _stored(connection, _scored(each.run for each in rankings))
    compared = {}
    for ranking in rankings:
        job_id = ranking.run.job_id
        now = stored.get(job_id, _NOTHING)
        before = {id_: one for id_, one in ranking.before.items() if id_ not in ranking.by_hand}
        changed = {
            one.pseudonym: one.place
            for id_, one in now.items()
            if one.pseudonym and (id_ not in before or before[id_].place != one.place)
        }
        named = sum(1 for one in now.values() if one.pseudonym)
        listed = ranking.listed - len(before) - len(gone[job_id]) + named
        left = [names[id_] for id_ in gone[job_id] if id_ in names]
        compared[job_id] = (changed, left, listed)
    return compared


def _differences(connection: Connection, rankings: Sequence[Ranking]) -> dict[UUID, _Compared]:
    """What differs between the whole lists of the log and the matches."""
    shortlists = get_shortlists(
        connection, {each.run.job_id: each.number for each in rankings if each.number is not None}
    )
    of_runs = select(JobMatch.job_id, JobMatch.profile_id).where(
        JobMatch.job_id.in_(ids([each.run.job_id for each in rankings])),
        or_(
            JobMatch.fingerprint.is_not(None),
            tuple_(JobMatch.job_id, JobMatch.profile_id).in_(
                pairs(_scored(each.run for each in rankings))
            ),
        ),
    )
    stored = _stored(connection, [(row[0], row[1]) for row in connection.execute(of_runs)])
    compared = {}
    for job_id, shortlist in shortlists.items():
        told, theirs = shortlist.places, stored.get(job_id, _NOTHING)
        now = {one.pseudonym: one.place for one in theirs.values() if one.pseudonym}
        changed = {name: place for name, place in now.items() if told.get(name) != place}
        compared[job_id] = (changed, sorted(told.keys() - now.keys()), len(now))
    return compared


def _scored(runs: Iterable[RankedJob]) -> list[tuple[UUID, UUID]]:
    return [(run.job_id, profile_id) for run in runs for profile_id in run.scored]


def _stored(connection: Connection, wanted: Sequence[tuple[UUID, UUID]]) -> _StoredByJob:
    """What is stored of some pairs of a job and a candidate, by both ids."""
    if not wanted:
        return {}
    subscores = cast(JobMatch.subscores, JSONB)
    scores: ColumnElement[Any] = func.json_build_array(
        *(subscores[(name, "score")] for name in _SUBSCORES)
    )
    names = (JobMatch.job_id, JobMatch.profile_id)
    rows = connection.execute(
        select(*names, pseudonym(), JobMatch.overall_score, scores)
        .outerjoin(CandidateKey, CandidateKey.profile_id == JobMatch.profile_id)
        .where(tuple_(*names).in_(pairs(wanted)))
    )
    stored: dict[UUID, dict[UUID, _Stored]] = {}
    for job_id, profile_id, name, score, parts in rows:
        stored.setdefault(job_id, {})[profile_id] = _Stored(name, Place(score, parts))
    return stored


def _names(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The pseudonyms of those who have a key."""
    if not (wanted := sorted(profile_ids)):
        return {}
    with_key = CandidateKey.profile_id.in_(ids(wanted))
    found = connection.execute(select(CandidateKey.profile_id, pseudonym()).where(with_key))
    return {row[0]: row[1] for row in found}


@cache
def _last_rankings() -> TextClause:
    sql = Path(__file__).with_name("last_rankings.sql").read_text(encoding="utf-8")
    return text(sql).bindparams(bindparam("job_ids", type_=ARRAY(Uuid)))
