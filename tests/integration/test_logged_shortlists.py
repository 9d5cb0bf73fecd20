"""The log tells what runs have changed, and from it every earlier shortlist can be folded."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, text

from jobmatch.audit.chains import verify
from jobmatch.audit.queries import get_decisions, is_about, pseudonym
from jobmatch.audit.schemas import Period
from jobmatch.audit.verification import _entries
from jobmatch.careers.dates import this_month
from jobmatch.matches.service import NewMatch, insert_match
from jobmatch.models import CandidateKey, Decision, JobMatch, Profile
from jobmatch.operations.histories import HISTORIES
from jobmatch.operations.upkeep import purge_portion
from jobmatch.postgres import connect, transaction
from jobmatch.rankings import periods
from jobmatch.rankings import service as audits
from jobmatch.rankings.queries import get_shortlists
from jobmatch.rules.rubric import Dimension
from jobmatch.runs.queries import complete_run
from jobmatch.shortlists.storing import Result
from local.events import schedule_event
from tests.support.due import claim_job, invalidate_matches_for_job
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.postings import a_match, match_rows, post_job, put_candidates, set_job
from tests.support.rows import as_owner
from tests.support.running import run_matching, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.people import People

SEQUENCES = int(os.environ.get("LOG_SEQUENCES", "12"))
STEPS = 14
DAY = timedelta(days=1)

Listed = dict[str, list[Any]]
"""Score and subscores by pseudonym."""


def keep_entries_for(connection: Connection, age: str) -> None:
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION decision_retention() RETURNS interval LANGUAGE sql STABLE AS"
        f" $$ SELECT interval '{age}' $$"
    )


@pytest.fixture(autouse=True)
def retention(database: str) -> Iterator[None]:
    yield
    with as_owner() as connection:
        keep_entries_for(connection, "1461 days")


def a_result(job: UUID, profile: UUID, parts: list[int], fingerprint: str) -> NewMatch:
    said = {
        str(name): {"score": part, "explanation": fingerprint}
        for name, part in zip(Dimension, parts, strict=True)
    }
    match = replace(a_match(job, profile), overall_score=sum(parts) // 5)
    return replace(match, subscores=json.dumps(said), fingerprint=fingerprint)


def folded(entries: list[Any], moment: datetime) -> Listed | None:
    """The shortlist at a moment by what the documents say of entries, `None` without a base."""
    listed: Listed | None = None
    for entry in entries:
        said = json.loads(entry.entry)
        if entry.recorded_at > moment or said["kind"] not in {"ranked", "invalidated"}:
            continue
        if said["kind"] == "invalidated" or said["base"] is None:
            listed = {}
        if listed is not None:
            names, subscores = said["candidates"], said["subscores"] or [None] * 99
            for name, score, parts in zip(names, said["scores"], subscores, strict=False):
                listed.pop(name, None)
                if score is not None:
                    listed[name] = [score, parts]
            assert said.get("listed") in {None, len(listed)}
    return listed


class History:
    """A job that lives through a random sequence of events, and what was stored after each."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.model = "a"
        self.told: Listed | None = None
        """What the log tells now; `None` if a whole list has to follow."""
        self.changes = 0
        self.moments: list[tuple[datetime, Listed, int]] = []
        """With the number of the entry that tells the list."""
        with transaction() as connection:
            self.job = post_job(connection)
            self.profiles = put_candidates(connection, *({} for _ in range(6)))

    def stored(self, connection: Connection) -> Listed:
        rows = connection.execute(select(CandidateKey.profile_id, CandidateKey.key))
        keys = {row.profile_id: row.key for row in rows}
        return {
            hashlib.sha256(keys[row.profile_id]).digest()[:8].hex(): [
                row.overall_score,
                [each["score"] for each in json.loads(row.subscores).values()],
            ]
            for row in match_rows(connection, self.job)
        }

    def note(self, listed: Listed) -> None:
        with connect() as connection:
            now = connection.scalar(select(func.clock_timestamp()))
        assert now is not None
        self.moments.append((now, listed, self.changes))

    def run(self, *, renews: bool = False) -> None:
        """Shortlist some, score some of these otherwise, and explain others in other words."""
        random = self.random
        with transaction() as connection:
            set_job(connection, self.job, matching_status="pending")
            run = claim_job(
                connection, self.job, scorer="bedrock", model_id=self.model, prompt_version=1
            )
            assert run is not None
            stored = {row.profile_id: row for row in match_rows(connection, self.job)}
        best = [each for each in self.profiles if random.random() < 0.7]
        scored = []
        for profile in best:
            row = stored.get(profile)
            if row is None or row.fingerprint is None or random.random() < 0.2:
                parts = [random.choice([0, 50, 100]) for _ in range(5)]
                scored.append(a_result(self.job, profile, parts, str(random.random())))
            elif random.random() < 0.2:
                parts = [each["score"] for each in json.loads(row.subscores).values()]
                scored.append(a_result(self.job, profile, parts, str(random.random())))
        if random.random() < 0.1:  # ranked, and deleted before the run completes
            ghost = uuid4()
            best.append(ghost)
            scored.append(a_result(self.job, ghost, [1] * 5, "ghost"))
        with transaction() as connection:
            complete_run(connection, run, Result(9, best, scored), this_month=this_month())
        with connect() as connection:
            now = self.stored(connection)
        self.changes += renews or self.told != now
        self.told = now
        self.note(now)

    def renew(self) -> None:
        """A run after the base has become too old."""
        with as_owner() as connection:
            keep_entries_for(connection, "0")
        self.run(renews=True)
        with as_owner() as connection:
            keep_entries_for(connection, "1461 days")

    def lose(self) -> None:
        """A candidate is deleted, by another system; another one comes."""
        with transaction() as connection:
            gone = self.random.choice(self.profiles)
            connection.execute(delete(Profile).where(Profile.id == gone))
            self.profiles.remove(gone)
            self.profiles += put_candidates(connection, {})

    def put(self) -> None:
        """An admin puts a match, perhaps in place of one of a run."""
        with transaction() as connection:
            insert_match(connection, a_match(self.job, self.random.choice(self.profiles), 7))

    def invalidate(self) -> None:
        with transaction() as connection:
            if match_rows(connection, self.job):
                self.changes += 1
                self.told = None
            invalidate_matches_for_job(connection, self.job)
        if self.told is None:
            self.note({})

    def other_rules(self) -> None:
        self.model = "b" if self.model == "a" else "a"
        self.told = None
        self.run()

    def expire(self) -> None:
        """Delete what is older than one of the moments, and with it what it alone told."""
        if not self.moments:
            return
        moment, _, number = self.random.choice(self.moments)
        with as_owner() as connection:
            connection.execute(text("SET LOCAL session_replication_role = origin"))
            age: Any = connection.execute(select(func.now() - moment)).scalar_one()
            keep_entries_for(connection, f"{age.total_seconds():.6f} seconds")
            purge_portion(connection, HISTORIES[-1], age, limit=1_000)
            keep_entries_for(connection, "1461 days")
        self.moments = [each for each in self.moments if each[2] > number]

    def check(self) -> None:
        with connect() as connection:
            entries = get_decisions(connection, job_id=self.job, limit=1_000, after=None)
            expired = entries[0].number - 1 if entries else 0
            verified = verify(
                _entries.dump_python(entries, mode="json", by_alias=True),
                retention=timedelta(0),
            )
            assert verified.broken is None
            if entries:
                assert expired + len(entries) == self.changes
            for moment, listed, _ in self.moments:
                then = [each for each in entries if each.recorded_at <= moment]
                assert folded(then, moment) == listed
                said = json.loads(then[-1].entry)
                if said["kind"] == "ranked":
                    numbers = {self.job: then[-1].number}
                    shortlist = get_shortlists(connection, numbers)[self.job]
                    assert {name: [*place] for name, place in shortlist.places.items()} == listed


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_every_earlier_shortlist_can_be_folded(database: str, seed: int) -> None:
    history = History(seed)
    history.run()
    runs = [history.run] * 5
    rare = [history.lose, history.put, history.renew, history.expire]
    others = [history.invalidate, history.other_rules]
    for _ in range(STEPS):
        history.random.choice([*runs, *rare, *others])()
    history.run()
    history.check()


def rows_of(job: str) -> list[tuple[Any, ...]]:
    """The stored matches as the database holds them, by version and place."""
    with connect() as connection:
        at = text("SELECT xmin, ctid, * FROM job_matches WHERE job_id = :job ORDER BY id")
        return [tuple(row) for row in connection.execute(at, {"job": UUID(job)})]


def entries_of(job: str) -> list[dict[str, Any]]:
    with connect() as connection:
        entries = select(Decision.entry).where(Decision.job_id == UUID(job))
        return [*map(json.loads, connection.scalars(entries.order_by(Decision.number)))]


def again(api: Api, people: People, job: str) -> None:
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    run_matching(job)


def test_a_run_that_finds_what_is_stored_writes_nothing(api: Api, people: People) -> None:
    for place in ("Munich, Germany", "Paris, France"):
        a_profile(api, people, specializations=["Licensing"], location=place)
    job = an_open_job(api, people.employer, preferredLocation="Munich, Germany")
    run_matching(job)
    before = rows_of(job), entries_of(job)
    again(api, people, job)
    assert (rows_of(job), entries_of(job)) == before
    runs = api.get(f"/jobs/{job}/matching-runs", by=people.admin).json["items"]
    assert [(run["outcome"], run["scored"], run["reused"]) for run in runs] == [
        ("completed", 0, 2),
        ("completed", 2, 0),
    ]


def test_an_entry_tells_who_came_and_went_and_is_found_for_both(api: Api, people: People) -> None:
    stays, goes = (a_profile(api, people, specializations=["Licensing"]) for _ in range(2))
    job = an_open_job(api, people.employer)
    run_matching(job)
    a_profile(api, people, goes, specializations=["Copyright"])
    comes = a_profile(api, people, specializations=["Licensing"])
    again(api, people, job)
    _, changed = entries_of(job)
    assert (changed["base"], changed["listed"]) == (1, 2)
    assert changed["facts"].keys() == {"runId", "passed"}
    with connect() as connection:
        names = {}
        for profile in (stays, goes, comes):
            name = select(pseudonym()).where(CandidateKey.profile_id == UUID(profile))
            names[profile] = connection.scalar(name)
            about = select(Decision.number).where(is_about(name.scalar_subquery()))
            numbers = [*connection.scalars(about.order_by(Decision.number))]
            assert numbers == {stays: [1], goes: [1, 2], comes: [2]}[profile]
    assert changed["candidates"] == [names[comes], names[goes]]
    assert changed["scores"][1] is None
    assert changed["subscores"][1] is None


def test_other_words_of_the_operator_are_told_without_a_whole_list(
    api: Api, people: People
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    alias = {"list": "specializations", "value": "Nutzungsrechte aller Art", "term": "Licensing"}
    assert api.post("/admin/vocabulary/aliases", alias, by=people.admin).status == 201
    for _ in range(2):
        again(api, people, job)
    first, second = entries_of(job)
    assert (second["candidates"], second["base"], second["listed"]) == ([], 1, 1)
    assert second["facts"]["vocabularyVersion"] != first["facts"]["vocabularyVersion"]


def test_words_that_were_taken_back_are_those_of_the_base_again(api: Api, people: People) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    alias = {"list": "specializations", "value": "Nutzungsrechte aller Art", "term": "Licensing"}
    made = api.post("/admin/vocabulary/aliases", alias, by=people.admin).json["id"]
    again(api, people, job)
    one = f"/admin/vocabulary/aliases/{made}"
    assert api.delete(one, by=people.admin).status == 204
    again(api, people, job)
    first, other, last = entries_of(job)
    version = "vocabularyVersion"
    assert (other["base"], last["base"], version in last["facts"]) == (1, 1, False)
    with connect() as connection:
        told = [
            get_shortlists(connection, {UUID(job): number})[UUID(job)].facts for number in (2, 3)
        ]
    assert [facts[version] for facts in told] == [other["facts"][version], first["facts"][version]]
    newest, between, oldest = (run["id"] for run in runs_of(api, job, people.employer))
    changed = [
        api.get(f"/jobs/{job}/matching-runs/{run}/changes?since={since}", by=people.employer).json
        for run, since in ((between, oldest), (newest, between), (newest, oldest))
    ]
    assert [each["rulesChanged"] for each in changed] == [True, True, False]


def test_runs_are_not_compared_without_the_base_of_their_changes(api: Api, people: People) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    a_profile(api, people, specializations=["Licensing"])
    again(api, people, job)
    newest, oldest = (run["id"] for run in runs_of(api, job, people.employer))
    with as_owner() as connection:
        connection.execute(delete(Decision).where(Decision.number == 1))
    for run, since in ((newest, newest), (newest, oldest)):
        path = f"/jobs/{job}/matching-runs/{run}/changes?since={since}"
        assert api.get(path, by=people.employer).status == 404


def test_changed_requirements_of_an_empty_list_are_told(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer, requiredSpecializations=["Licensing"])
    run_matching(job)
    changed = api.patch(
        f"/jobs/{job}", {"requiredSpecializations": ["Copyright"]}, by=people.employer
    )
    assert changed.status == 200
    run_matching(job)
    assert [
        (entry["base"], entry["facts"]["requirements"]["requiredSpecializations"])
        for entry in entries_of(job)
    ] == [(None, ["Licensing"]), (None, ["Copyright"])]


def days_ago(job: str, days: int) -> None:
    """Move the runs and entries of a job so far into the past, beyond those already moved."""
    with as_owner() as connection:
        values = {"job": UUID(job), "age": days * DAY}
        for table, columns in (
            ("decisions", ("recorded_at",)),
            ("matching_runs", ("started_at", "finished_at")),
            ("profiles", ("created_at",)),
        ):
            moved = ", ".join(f"{name} = {name} - CAST(:age AS interval)" for name in columns)
            of_job = "" if table == "profiles" else " WHERE job_id = :job"
            connection.execute(text(f"UPDATE {table} SET {moved}{of_job}"), values)  # noqa: S608


def audit(first: int, last: int) -> Any:
    """The audit of a period, from and to so many days ago."""
    today = datetime.now(UTC).date()
    with connect() as connection:
        period = Period(_before(today, first), _before(today, last))
        return audits.audit_matching(connection, period)


def _before(day: date, days: int) -> date:
    return day - days * DAY


def test_later_runs_change_no_audit_of_before(api: Api, people: People) -> None:
    for _ in range(2):
        a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    days_ago(job, 10)
    before = audit(15, 5)
    assert [(each.runs, each.counts.shortlisted) for each in before.jobs] == [(1, 2)]
    a_profile(api, people, specializations=["Licensing"])
    again(api, people, job)
    assert audit(15, 5) == before
    assert [each.counts.shortlisted for each in audit(4, 0).jobs] == [3]


def test_a_period_of_runs_that_changed_nothing_counts_their_list(api: Api, people: People) -> None:
    for _ in range(2):
        a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    for age in (10, 10, 0):
        again(api, people, job) if entries_of(job) else run_matching(job)
        days_ago(job, age)
    assert len(entries_of(job)) == 1
    a_profile(api, people, specializations=["Licensing"])
    again(api, people, job)
    found = [
        [(each.runs, each.counts.passed, each.counts.shortlisted) for each in audit(*days).jobs]
        for days in ((25, 15), (14, 5), (4, 0), (30, 0), (8, 5))
    ]
    assert found == [[(1, 2, 2)], [(1, 2, 2)], [(2, 3, 3)], [(4, 3, 3)], []]


def test_passed_and_considered_are_those_of_the_last_run(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "1")
    a_profile(api, people, specializations=["Licensing"], location="Munich, Germany")
    job = an_open_job(api, people.employer, preferredLocation="Munich, Germany")
    run_matching(job)
    # It passes, and changes no shortlist.
    a_profile(api, people, specializations=["Licensing"])
    again(api, people, job)
    assert len(entries_of(job)) == 1
    (counted,) = audit(0, 0).jobs
    assert (counted.runs, counted.counts.considered, counted.counts.passed) == (2, 2, 2)
    # Without the runs, whose retention is shorter, the log tells what it can.
    with as_owner() as connection:
        connection.execute(text("DELETE FROM matching_runs"))
    (counted,) = audit(0, 0).jobs
    assert (counted.runs, counted.counts.passed, counted.counts.shortlisted) == (1, 1, 1)


def test_a_month_is_counted_the_same_when_its_runs_are_old(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    days_ago(job, 40)
    for _ in range(2):
        again(api, people, job)
    # Nothing changed, so the log has no entry of that time.
    assert len(entries_of(job)) == 1
    days_ago(job, 150)
    again(api, people, job)
    before = audit(160, 140)
    monkeypatch.setenv("HISTORY_RETENTION_DAYS", "90")
    purged = invoke("purge_history", schedule_event("purge_history"))
    assert purged["matchingRuns"] == 1
    (counted,) = audit(160, 140).jobs
    assert replace(counted, runs=2) == before.jobs[0]


def test_more_entries_than_can_be_read_are_refused(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_open_job(api, people.employer)
    for _ in range(2):
        a_profile(api, people, specializations=["Licensing"])
        again(api, people, job) if entries_of(job) else run_matching(job)
    monkeypatch.setattr(periods, "MOST_ENTRIES", 2)
    assert len(audit(0, 0).jobs) == 1
    monkeypatch.setattr(periods, "MOST_ENTRIES", 1)
    answer = api.get("/admin/matching-audit", by=people.admin)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/query/to"


def test_a_match_put_by_hand_is_named_by_the_next_run(api: Api, people: People) -> None:
    profile = a_profile(api, people, specializations=["Licensing"])
    other = a_profile(api, people, specializations=["Copyright"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    with transaction() as connection:
        for each in (profile, other):
            insert_match(connection, a_match(UUID(job), UUID(each), 7))
    again(api, people, job)
    # What it has stored instead is what the log tells already; the other never was in it.
    assert len(entries_of(job)) == 1
    with connect() as connection:
        stored = connection.scalars(select(JobMatch.overall_score)).all()
    assert entries_of(job)[0]["scores"] == [*stored]
