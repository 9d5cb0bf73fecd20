"""One batch of changed candidates: who enters, leaves or moves in shortlists by them.

Nothing is ranked but the changed candidates. A batch of notes is one transaction. It share-locks
the changed candidates, then the concerned jobs; a deletion locks no job, so the few others who move
can be share-locked after that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import any_, delete, insert, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.audit.queries import make_keys
from jobmatch.changes.changed_pairs import get_pairs
from jobmatch.changes.noted_runs import BY_RUBRIC, note_runs
from jobmatch.changes.queries import (
    get_candidates,
    get_jobs_with,
    get_moves,
    get_other_jobs,
    get_requirements,
    get_running_jobs,
)
from jobmatch.jobs.due import return_jobs
from jobmatch.models import Job, JobMatch, ProfileChange, Reserve
from jobmatch.notifications.new_mails import record_notifications
from jobmatch.permissions.locks import hold_profiles, ids, lock_jobs, pairs, share_lock_profiles
from jobmatch.shortlists import reserves
from jobmatch.shortlists.events import CompletedRun, matches_before, record_runs
from jobmatch.shortlists.reserves import Bound, move_bounds, put_in_reserve
from jobmatch.shortlists.storing import Change, explained, facts_of, store_changes
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from jobmatch.changes.queries import Move

BATCH = 1_000
"""How many notes one transaction takes."""
MOST_PAIRS = 20_000
"""How many pairs a transaction may have to store, so that they fit into a function's memory."""


class TooManyPairsError(Exception):
    """The notes concern more pairs than a transaction may store: take fewer notes."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """How many notes were taken, in how many jobs matches changed, and the mails that are due."""

    notes: int = 0
    jobs: int = 0
    mails: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Moves:
    """The rows of moves.sql, sorted by what they mean for a job."""

    jobs: dict[UUID, int] = field(default_factory=dict)
    """The jobs whose lists change, with the lengths of these."""
    full: list[UUID] = field(default_factory=list)
    """The jobs that need a full run."""
    entering: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Who is in a shortlist and may differ from what is stored."""
    leaving: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Unchanged candidates who are in a shortlist no more."""
    reserved: list[tuple[UUID, UUID, int]] = field(default_factory=list)
    """Who comes into a reserve."""
    unreserved: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Unchanged candidates who are in a reserve no more."""
    bounds: dict[UUID, Bound] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Move], limit: int, whole: int) -> _Moves:
        """Sort the rows."""
        moves = cls()
        for row in rows:
            if row.profile_id is None and row.overall_score:
                moves.full.append(row.job_id)
            elif row.profile_id is None:
                moves.jobs[row.job_id] = row.place
        for row in rows:
            if row.profile_id is not None and row.job_id in moves.jobs:
                moves.add((row.job_id, row.profile_id), row, limit, whole)
        return moves

    def add(self, pair: tuple[UUID, UUID], row: Move, limit: int, whole: int) -> None:
        """Add a candidate who moves, or is the last one of a list that is cut."""
        is_shortlisted, is_reserved = row.place <= limit, limit < row.place <= whole
        if is_shortlisted and row.source != "shortlist":
            self.entering.append(pair)
        if is_reserved and row.source != "reserve":
            self.reserved.append((*pair, row.overall_score))
        if row.source == "shortlist" and not is_shortlisted:
            self.leaving.append(pair)
        if row.source == "reserve" and not is_reserved:
            self.unreserved.append(pair)
        if row.place == whole < self.jobs[row.job_id]:
            self.bounds[row.job_id] = Bound.after(row.overall_score, pair[1])

    def others(self) -> set[UUID]:
        """All who move."""
        three = (self.entering, self.leaving, self.unreserved)
        moving = {profile_id for each in three for _, profile_id in each}
        return moving | {profile_id for _, profile_id, _ in self.reserved}


def take_up_batch(
    connection: Connection,
    *,
    maximum_age: timedelta,
    limit: int,
    month: int,
    by_model: bool = False,
    notes: int = BATCH,
) -> TakenUp:
    """Take the oldest notes, and change the matches that they concern; within a transaction.

    Running jobs are matched once more afterwards. A pending or failed job stays as it is: its next
    run will see the change. Where the reserve does not suffice, and where a model scores, the job
    becomes due.

    Args:
        limit: how many candidates a job shortlists.
        notes: how many notes to take at most.

    Raises:
        TooManyPairsError: the notes, more than one, concern too many pairs.
    """
    oldest = select(ProfileChange.id).order_by(ProfileChange.id).limit(notes)
    taken = connection.execute(
        delete(ProfileChange)
        .where(ProfileChange.id.in_(oldest.with_for_update(skip_locked=True)))
        .returning(ProfileChange.profile_id, ProfileChange.job_id)
    ).all()
    if not taken:
        return TakenUp()
    noted = {row.job_id for row in taken if row.job_id is not None}
    named = {row.profile_id for row in taken if row.profile_id is not None}
    changed = hold_profiles(connection, ids(sorted(named)))
    # All running jobs, because what their runs will store can't be seen yet. A run that completes
    # before the next statement is seen there, with what it stored; a run that starts from here on
    # sees the changed candidates itself.
    running = get_running_jobs(connection)
    full = get_other_jobs(connection, changed, noted, this_month=month, by_model=by_model)
    jobs = {} if by_model else get_jobs_with(connection, changed, noted, this_month=month)
    found = [] if by_model or not changed else get_pairs(connection, changed, this_month=month)
    if len(found) > MOST_PAIRS and len(taken) > 1:
        raise TooManyPairsError
    make_keys(connection, ids(sorted({pair.profile_id for pair in found})))
    for pair in found:
        jobs.setdefault(pair.job_id, pair.matched_at)
    lock_jobs(connection, ids(sorted({*jobs, *full, *running})))
    reserve = reserves.RESERVE
    moves = _Moves.of(
        get_moves(connection, jobs, changed, found, limit=limit, reserve=reserve) if jobs else (),
        limit,
        limit + reserve,
    )
    due = {*moves.full, *full, *running}
    if due:
        return_jobs(connection, Job.id.in_(ids(sorted(due))), maximum_age)
    changes = _changes(connection, moves, changed, limit=limit, month=month)
    if not changes:
        return TakenUp(len(taken))
    before = matches_before(connection, [change.job_id for change, _ in changes])
    numbers = store_changes(connection, [change for change, _ in changes])
    note_runs(connection, changes, numbers)
    run_ids = {change.job_id: change.run_id for change, _ in changes}
    mails = record_notifications(connection, run_ids, this_month=month)
    runs = [
        CompletedRun(change.job_id, change.run_id, counts["passed"], counts["kept"])
        for change, counts in changes
    ]
    record_runs(connection, runs, before, this_month=month)
    return TakenUp(len(taken), len(changes), [*mails.values()])


def _changes(
    connection: Connection, moves: _Moves, changed: Collection[UUID], *, limit: int, month: int
) -> list[tuple[Change, dict[str, int]]]:
    """What changes of the matches, with the counts of its run; reserves and bounds are stored."""
    if not moves.jobs:
        return []
    share_lock_profiles(connection, ids(sorted(moves.others().difference(changed))))
    unchanged = {profile_id for _, profile_id in moves.entering}.difference(changed)
    held = {*changed, *hold_profiles(connection, ids(sorted(unchanged)), wait=False)}
    entering = [pair for pair in moves.entering if pair[1] in held]
    candidates = get_candidates(connection, entering, this_month=month) if entering else {}
    there = {(job_id, each.profile_id) for job_id, theirs in candidates.items() for each in theirs}
    # Who is deleted or changed just now leaves a place free: look at these jobs once more.
    if missing := {job_id for job_id, _ in set(moves.entering) - there}:
        connection.execute(insert(ProfileChange).from_select(["job_id"], ids(sorted(missing))))
    _store_reserves(connection, moves, changed)
    removed = _removed(connection, moves, changed, there)
    aliases = get_aliases(connection)
    # Of the jobs in which something may differ.
    which = sorted({*candidates, *removed})
    changes = []
    for job_id, (requirements, at_least) in get_requirements(connection, which, aliases).items():
        scored = explained(job_id, requirements, candidates.get(job_id, ()))
        gone = removed.get(job_id, [])
        if scored or gone:
            run_id, kept = uuid4(), min(moves.jobs[job_id], limit)
            passed = max(at_least, moves.jobs[job_id])
            facts = facts_of(run_id, requirements, BY_RUBRIC, passed)
            counts = {
                "passed": passed,
                "kept": kept,
                "scored": len(scored),
                "reused": kept - len(scored),
            }
            changes.append((Change(job_id, run_id, facts, gone, scored), counts))
    return changes


def _store_reserves(connection: Connection, moves: _Moves, changed: Collection[UUID]) -> None:
    pair = tuple_(Reserve.job_id, Reserve.profile_id)
    connection.execute(delete(Reserve).where(pair.in_(pairs(moves.unreserved))))
    is_changed = Reserve.profile_id == any_(literal([*changed], ARRAY(Reserve.profile_id.type)))
    of_jobs = Reserve.job_id.in_(ids(sorted(moves.jobs)))
    connection.execute(delete(Reserve).where(is_changed, of_jobs))
    put_in_reserve(connection, moves.reserved)
    move_bounds(connection, moves.bounds)


def _removed(
    connection: Connection,
    moves: _Moves,
    changed: Collection[UUID],
    there: set[tuple[UUID, UUID]],
) -> dict[UUID, list[UUID]]:
    """Who leaves which shortlist."""
    is_changed = JobMatch.profile_id == any_(literal([*changed], ARRAY(JobMatch.profile_id.type)))
    of_jobs = JobMatch.job_id.in_(ids(sorted(moves.jobs)))
    rows = connection.execute(
        select(JobMatch.job_id, JobMatch.profile_id).where(is_changed, of_jobs)
    )
    leaving = [*moves.leaving, *(pair for row in rows if (pair := tuple(row)) not in there)]
    removed: dict[UUID, list[UUID]] = {}
    for job_id, profile_id in leaving:
        removed.setdefault(job_id, []).append(profile_id)
    return removed
