"""A small marketplace that changes at random, and what its matches must then be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, select, update

from jobmatch.jobs.due import request_matching
from jobmatch.jobs.service import update_job_matching_status
from jobmatch.matches.service import insert_match
from jobmatch.models import (
    EmployerProfile,
    JobMatch,
    MatchingStatus,
    Notification,
    Profile,
    ProfileChange,
)
from jobmatch.operations.users import index_employers
from jobmatch.permissions import SYSTEM
from jobmatch.profiles.schemas import Profile as ProfileBody
from jobmatch.profiles.service import delete_profile, put_profiles
from jobmatch.rules.ranking import best_candidates
from jobmatch.runs.queries import complete_run
from jobmatch.shortlists import reserves
from jobmatch.shortlists.storing import result_of
from tests.support.due import (
    AGE,
    claim_job,
    get_open_jobs_for_matching,
    take_up_batch,
    turn_month,
)
from tests.support.oracle import Ranked, ranked
from tests.support.postings import a_match, change_job, hire, post_job

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy import Connection

_SPECIALIZATIONS = ["Licensing", "Copyright", "Trademarks", "Trademark Prosecution", "Soft IP"]
_DOMAINS = ["Software", "Machine Learning", "Chemistry"]
_BARS = ["USPTO", "Germany", "Any EU Bar"]
_PLACES = ["Munich, Germany", "Paris, France", "New York, NY", None]
FIRMS = ["Lindqvist & Marrow LLP", "Fenwick Arbor", "The Quill Company"]
FIRST_MONTH = 2026 * 12 + 1
_MOST_BATCHES = 200
TOLD_FROM = 75
"""The score from which employers are told."""


class Changing:
    """Candidates, employers and jobs in the database, and what is known about them beside it."""

    def __init__(self, connection: Connection, random: Random, limit: int) -> None:
        self.connection, self.random, self.limit = connection, random, limit
        self.month = FIRST_MONTH
        self.profiles: dict[UUID, dict[str, Any]] = {}
        self.jobs: dict[UUID, dict[str, Any]] = {}
        self.employers = {hire(connection, firm): firm for firm in FIRMS[:2]}
        self.owners: dict[UUID, UUID] = {}
        self.mails = 0

    # What happens

    def begin(self, profiles: int, jobs: int) -> None:
        """Write the first candidates, and post and match the first jobs."""
        for _ in range(profiles):
            self.profiles[UUID(int=self.random.getrandbits(128))] = self._body()
        bodies = {key: ProfileBody.model_validate(body) for key, body in self.profiles.items()}
        put_profiles(self.connection, bodies, this_month=self.month, aliases=None)
        self.connection.execute(delete(ProfileChange))
        for _ in range(jobs):
            self.post_job()
        self.run_what_is_due()

    def put_profile(self, profile_id: UUID, **fields: Any) -> None:
        """Write a candidate anew, or with other values in some fields."""
        body = {**(self.profiles.get(profile_id) or self._body()), **fields}
        self.profiles[profile_id] = body
        put_profiles(
            self.connection,
            {profile_id: ProfileBody.model_validate(body)},
            this_month=self.month,
            aliases=None,
        )

    def post_job(self) -> None:
        """Post an open job."""
        owner = self.random.choice([*self.employers])
        body = self._job()
        job_id = post_job(self.connection, owner, **body)
        self.jobs[job_id], self.owners[job_id] = {**body, "status": "open"}, owner

    def change(self) -> None:
        """Do one of what may happen."""
        choices = [
            *[self._write_new] * 4,
            *[self._write_again] * 5,
            *[self._change_status] * 3,
            *[self._move_to_employer] * 2,
            *[self._delete] * 3,
            self._edit,
            self._close_or_reopen,
            self._rename,
            self._end_month,
            self._put_match,
            self._set_completed,
            *[self._run_fully] * 2,
            *[self.take_up] * 2,
            self.run_what_is_due,
        ]
        self.random.choice(choices)()

    def _write_new(self) -> None:
        self.put_profile(UUID(int=self.random.getrandbits(128)))

    def _write_again(self) -> None:
        for profile_id in self._some(2):
            self.put_profile(profile_id, **self._body())

    def _change_status(self) -> None:
        for profile_id in self._some():
            status = self.random.choice(["active", "rejected", "pending_review"])
            if self.random.random() < 0.5:  # by another system: the trigger notes it
                which = update(Profile).where(Profile.id == profile_id)
                self.connection.execute(which.values(status=status))
                self.profiles[profile_id]["status"] = status
            else:
                self.put_profile(profile_id, status=status)

    def _move_to_employer(self) -> None:
        for profile_id in self._some():
            firm = self.random.choice([*self.employers.values()])
            self.put_profile(profile_id, workHistory=[self._position(firm, None)])

    def _delete(self) -> None:
        for profile_id in self._some():
            delete_profile(self.connection, profile_id)
            del self.profiles[profile_id]

    def _edit(self) -> None:
        job_id = self.random.choice([*self.jobs])
        body = self._job()
        self.jobs[job_id] |= body
        change_job(self.connection, job_id, **body)

    def _close_or_reopen(self) -> None:
        job_id = self.random.choice([*self.jobs])
        status = "closed" if self.jobs[job_id]["status"] == "open" else "open"
        self.jobs[job_id]["status"] = status
        change_job(self.connection, job_id, status=status)

    def _rename(self) -> None:
        owner = self.random.choice([*self.employers])
        self.employers[owner] = firm = self.random.choice(FIRMS)
        which = update(EmployerProfile).where(EmployerProfile.user_id == owner)
        self.connection.execute(which.values(company_name=firm))
        if self.random.random() < 0.5:  # else the schedule does it, later
            index_employers(self.connection, maximum_age=AGE)

    def _end_month(self) -> None:
        self.month += 1

    def _put_match(self) -> None:
        """An admin puts a match; it stays until the job changes."""
        job_id = self.random.choice([*self.jobs])
        for profile_id in self._some():
            insert_match(self.connection, a_match(job_id, profile_id, self.random.randint(0, 100)))

    def _set_completed(self) -> None:
        """An admin says that a job is matched, be it so or not; it is asked for later."""
        job_id = self.random.choice([*self.jobs])
        update_job_matching_status(
            self.connection, job_id, MatchingStatus.COMPLETED, maximum_age=AGE
        )
        self.take_up()
        if self.jobs[job_id]["status"] == "open":
            request_matching(self.connection, job_id, viewer=SYSTEM, maximum_age=AGE)

    def _run_fully(self) -> None:
        job_id = self.random.choice([*self.jobs])
        if self.jobs[job_id]["status"] == "open":
            request_matching(self.connection, job_id, viewer=SYSTEM, maximum_age=AGE)
            if self.random.random() < 0.5:
                self.run(job_id)

    # What takes it up

    def take_up(self) -> int:
        """Take up a batch of notes."""
        return take_up_batch(
            self.connection, limit=self.limit, month=self.month, notes=self.random.choice([1, 200])
        ).notes

    def run(self, job_id: UUID, *, meanwhile: bool = False) -> None:
        """Match a job, if it is due."""
        run = claim_job(self.connection, job_id)
        if run is None:
            return
        ranking = best_candidates(
            self.connection,
            run.requirements,
            run.employer,
            job_id=job_id,
            limit=self.limit + reserves.RESERVE,
            this_month=self.month,
        )
        result = result_of(run, ranking, limit=self.limit, month=self.month)
        if meanwhile:
            self.change()
        complete_run(self.connection, run, result, this_month=self.month)

    def run_what_is_due(self) -> None:
        """Match all jobs that are due; sometimes things happen meanwhile."""
        for job in get_open_jobs_for_matching(self.connection):
            self.run(job.id)

    def settle(self) -> None:
        """Do what schedule and workers do, until nothing is left to do."""
        index_employers(self.connection, maximum_age=AGE)
        turn_month(self.connection, this_month=self.month)
        for _ in range(_MOST_BATCHES):
            if not self.take_up():
                break
        else:
            raise AssertionError("The notes do not end.")
        self.run_what_is_due()

    # What must be

    def expected(self, job_id: UUID) -> list[Ranked]:
        """The shortlist of a job."""
        return ranked(
            self.jobs[job_id],
            {str(key): body for key, body in self.profiles.items()},
            today=(self.month // 12, self.month % 12 + 1),
            limit=self.limit,
            company=(self.employers[self.owners[job_id]], ()),
        )

    def stored(self, job_id: UUID) -> list[tuple[str, int]] | None:
        """The matches of a job; `None` where an admin has put one."""
        rows = self.connection.execute(
            select(JobMatch.profile_id, JobMatch.overall_score, JobMatch.fingerprint)
            .where(JobMatch.job_id == job_id)
            .order_by(JobMatch.overall_score.desc(), JobMatch.profile_id)
        ).all()
        if any(row.fingerprint is None for row in rows):
            return None
        return [(str(row.profile_id), row.overall_score) for row in rows]

    def check(self) -> None:
        """Hold the matches of open jobs, and the mails, against what they must be."""
        mails = set(self.connection.scalars(select(Notification.job_id)))
        for job_id, job in self.jobs.items():
            if job["status"] != "open" or (stored := self.stored(job_id)) is None:
                continue
            expected = [(line.profile_id, line.overall_score) for line in self.expected(job_id)]
            assert stored == expected
            if any(score >= TOLD_FROM for _, score in expected):
                assert job_id in mails

    # Values

    def _some(self, most: int = 1) -> list[UUID]:
        known = sorted(self.profiles)
        return self.random.sample(known, min(most, len(known)))

    def _position(self, firm: str, end: int | None) -> dict[str, Any]:
        start = FIRST_MONTH - self.random.choice([5, 11, 30, 47, 70])
        position = {"employer": firm, "title": "Counsel", "startDate": _date(start)}
        return position if end is None else {**position, "endDate": _date(end)}

    def _body(self) -> dict[str, Any]:
        choose = self.random
        positions = [
            self._position(
                choose.choice(FIRMS), choose.choice([None, *range(self.month - 2, self.month + 3)])
            )
            for _ in range(choose.choice([0, 1, 1, 2]))
        ]
        return {
            "name": "Ada Example",
            "status": choose.choice(["active"] * 6 + ["rejected"]),
            "specializations": choose.sample(_SPECIALIZATIONS, choose.choice([1, 2, 3])),
            "technicalDomains": choose.sample(_DOMAINS, choose.choice([0, 1, 2])),
            "barAdmissions": [
                {"jurisdiction": bar} for bar in choose.sample(_BARS, choose.choice([0, 1]))
            ],
            "workHistory": positions,
            "location": choose.choice(_PLACES),
        }

    def _job(self) -> dict[str, Any]:
        choose = self.random
        return {
            "title": "Counsel",
            "requiredSpecializations": choose.sample(_SPECIALIZATIONS, choose.choice([1, 2, 2])),
            "preferredSpecializations": choose.choice([[], ["Trademark Prosecution"]]),
            "requiredTechnicalDomains": choose.choice([[], [], ["Software"]]),
            "requiredBar": choose.choice([[], [], ["Any EU Bar"]]),
            "minimumExperience": choose.choice([None, None, 1, 4]),
            "preferredLocation": choose.choice([None, "Munich, Germany"]),
        }


def _date(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"
