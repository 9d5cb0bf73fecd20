"""The month that the database keeps beside a match says what the predicate says, whoever writes.

`is_shown` looks at the candidate and the employer, `is_listed` at the month. They never differ.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jobmatch.matches.service import insert_match, store_matches
from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobMatch,
    ProfileFeatures,
    ProfileStatus,
    UserRole,
)
from jobmatch.models import Profile as ProfileRow
from jobmatch.operations.users import UserInput, index_employers, put_user
from jobmatch.permissions.locks import hold_profiles, ids
from jobmatch.postgres import connect
from jobmatch.profiles.service import delete_profile, index_profiles, put_profiles
from tests.support.due import AGE
from tests.support.listed import FIRMS, NOW, differences, store_as_before
from tests.support.paths import ROOT
from tests.support.postings import SUBSCORES, a_match, candidate, hire, post_job
from tests.support.strategies import in_the_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

EXAMPLES = int(os.environ.get("SHOWN_FROM_EXAMPLES", "20"))
DOMAINS = ["tarn.example", "overbrook.example"]
FOREVER = 2**31 - 1


class Step:
    """What a step of a sequence is about: two jobs, three candidates, and how they are changed."""

    def __init__(self, world: World, number: int, firm: int, months: int, status: str) -> None:
        self.world: World = world
        self.connection: Connection = world.connection
        self.profile: UUID = world.profiles[number]
        self.firm: int = firm
        self.job: UUID = world.jobs[firm]
        self.employer: UUID = world.employers[firm]
        self.until: int = NOW + months
        self.status: str = status

    def person(self, *, mail: bool = False) -> Any:
        end = f"{self.until // 12:04}-{self.until % 12 + 1:02}"
        history = [{"employer": FIRMS[self.firm], "title": "Counsel", "endDate": end}]
        address = {"email": f"ada@{DOMAINS[self.firm]}"} if mail else {}
        return candidate(status=self.status, workHistory=history, **address)

    def put(self, *profiles: UUID, person: Any) -> None:
        everyone = dict.fromkeys(profiles, person)
        put_profiles(self.connection, everyone, this_month=NOW, aliases=None)

    def features(self, **values: Any) -> None:
        this = ProfileFeatures.profile_id == self.profile
        self.connection.execute(update(ProfileFeatures).where(this).values(**values))

    def stored_profiles(self) -> list[UUID]:
        known = select(ProfileRow.id).where(ProfileRow.id.in_(self.world.profiles))
        return list(self.connection.scalars(known))

    def is_there(self) -> bool:
        return self.profile in self.stored_profiles()


class World:
    """Two employers with a job each, and three candidates, who need not be stored."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.employers = [hire(connection, firm) for firm in FIRMS]
        self.jobs = [post_job(connection, each) for each in self.employers]
        self.profiles = [uuid4() for _ in range(3)]


def run(step: Step) -> None:
    """Matches as a run stores them."""
    everyone = step.stored_profiles()
    hold_profiles(step.connection, ids(everyone))
    store_matches(step.connection, [a_match(step.job, each) for each in everyone])


def by_an_admin(step: Step) -> None:
    if step.is_there():
        insert_match(step.connection, a_match(step.job, step.profile, 40))


def by_an_older_release(step: Step) -> None:
    store_as_before(step.connection, step.job, step.stored_profiles())


def another_jobs(step: Step) -> None:
    """A match that is made one of the other job."""
    step.connection.execute(delete(JobMatch).where(JobMatch.job_id == step.job))
    step.connection.execute(update(JobMatch).values(job_id=step.job))


def unindexed(step: Step) -> None:
    """A profile as another system inserts it, or what remains if its features are lost."""
    step.connection.execute(
        upsert(ProfileRow)
        .values(id=step.profile, name="Ada", status="active")
        .on_conflict_do_nothing()
    )
    this = ProfileFeatures.profile_id == step.profile
    step.connection.execute(delete(ProfileFeatures).where(this))


def company_of(step: Step) -> str:
    theirs = EmployerFeatures.user_id == step.employer
    return step.connection.scalar(select(EmployerFeatures.company).where(theirs)) or "x"


def set_status(step: Step) -> None:
    this = ProfileRow.id == step.profile
    step.connection.execute(update(ProfileRow).where(this).values(status=step.status))


def remove(step: Step) -> None:
    if step.is_there():
        delete_profile(step.connection, step.profile)


def name_company(step: Step, name: str, domains: list[str]) -> None:
    user = {
        "userId": step.employer,
        "email": f"{step.employer}@hiring.example",
        "role": UserRole.EMPLOYER,
        "companyName": name,
        "corporateDomains": domains,
    }
    put_user(step.connection, UserInput.model_validate(user), maximum_age=AGE)


def of_company(step: Step, statement: str) -> None:
    step.connection.execute(text(statement), {"user": step.employer})


STEPS: dict[str, Callable[[Step], object]] = {
    "a run": run,
    "a match by an admin": by_an_admin,
    "matches by an older release": by_an_older_release,
    "matches of another job": another_jobs,
    "a colleague": lambda s: s.put(s.profile, person=s.person()),
    "an address": lambda s: s.put(s.profile, person=s.person(mail=True)),
    "an import": lambda s: s.put(*s.world.profiles, person=s.person()),
    "a status": set_status,
    "a deletion": remove,
    "not indexed": unindexed,
    "of an older release": lambda s: s.features(places=None),
    "moved": lambda s: s.features(
        employers=["x", company_of(s), company_of(s)], employed_until=[NOW, s.until, NOW - 5]
    ),
    "moved for good": lambda s: s.features(employers=[company_of(s)], employed_until=[FOREVER]),
    "indexed": lambda s: index_profiles(s.connection, this_month=NOW, after=None, limit=9),
    "all indexed": lambda s: index_profiles(
        s.connection, this_month=NOW, after=None, limit=9, every=True
    ),
    "a renamed company": lambda s: name_company(s, FIRMS[1 - s.firm], [DOMAINS[s.firm]]),
    "a named company": lambda s: name_company(s, FIRMS[s.firm], []),
    "a company without a word": lambda s: name_company(s, "\u200b.", []),
    "no company": lambda s: s.connection.execute(
        delete(EmployerProfile).where(EmployerProfile.user_id == s.employer)
    ),
    "renamed elsewhere": lambda s: of_company(
        s, "UPDATE employer_profiles SET company_name = 'Tarn Peak' WHERE user_id = :user"
    ),
    "outdated": lambda s: of_company(
        s, "UPDATE employer_features SET version = 'older' WHERE user_id = :user"
    ),
    "forgotten": lambda s: of_company(s, "DELETE FROM employer_features WHERE user_id = :user"),
    "employers indexed": lambda s: index_employers(s.connection, maximum_age=AGE),
    "another owner": lambda s: s.connection.execute(
        update(Job).where(Job.id == s.job).values(employer_user_id=s.world.employers[1 - s.firm])
    ),
}
ABOUT = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(-1, 3),
    st.sampled_from([*["active"] * 3, *ProfileStatus]),
)
DRAWN = st.tuples(st.sampled_from([*STEPS]), ABOUT)


@in_the_database(EXAMPLES)
@given(steps=st.lists(DRAWN, min_size=8, max_size=25))
def test_what_is_listed_is_what_is_shown_after_any_sequence_of_writes(
    connection: Connection, steps: list[tuple[str, tuple[int, int, int, str]]]
) -> None:
    with connection.begin_nested() as sequence:
        world = World(connection)
        STEPS["an import"](Step(world, 0, 0, 0, "active"))
        for job in (0, 1):
            run(Step(world, 0, job, 0, "active"))
        for name, drawn in steps:
            STEPS[name](Step(world, *drawn))
            assert differences(connection) == [], name
        sequence.rollback()


STORED_BEFORE = """
WITH employer AS (INSERT INTO users (email, role) VALUES ('a@b', 'employer') RETURNING id),
company AS (INSERT INTO employer_features SELECT id, 'Tarn', NULL, 'tarn', '{}' FROM employer),
job AS (INSERT INTO jobs (employer_user_id, created_by, title)
    SELECT id, id, 'Counsel' FROM employer, generate_series(1, 45) RETURNING id),
candidate AS (INSERT INTO profiles (name) VALUES ('Ada'), ('Bo'), ('Cy') RETURNING id, name),
features AS (INSERT INTO profile_features (profile_id, status, specializations, technical_domains,
    bars, places, employers, employed_until, mail_domains)
    SELECT id, 'active', '{}', '{}', '{}', '{}', CASE name WHEN 'Bo' THEN '{tarn}' ELSE '{}' END
    \\:\\:text[], CASE name WHEN 'Bo' THEN '{30000}' ELSE '{}' END\\:\\:int[], '{}'
    FROM candidate WHERE name <> 'Cy')
INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary, recommendation)
SELECT job.id, candidate.id, 80, :subscores, '', 'Strong Match' FROM job, candidate
"""


def test_matches_that_were_stored_before_the_migration_have_their_month(own_database: str) -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    command.upgrade(config, "0028")
    with connect() as connection:
        connection.execute(text(STORED_BEFORE), {"subscores": SUBSCORES})
    command.upgrade(config, "head")
    by_name = select(ProfileRow.name, JobMatch.shown_from, func.count()).join(
        JobMatch, JobMatch.profile_id == ProfileRow.id
    )
    with connect() as connection:
        grouped = by_name.group_by(ProfileRow.name, JobMatch.shown_from)
        found = {tuple(row) for row in connection.execute(grouped)}
    assert found == {("Ada", 0, 45), ("Bo", 30_001, 45), ("Cy", None, 45)}


def test_every_step_changes_what_may_be_shown_or_how_it_is_stored(connection: Connection) -> None:
    """Otherwise the test above would try nothing."""
    world = World(connection)
    shown = set()
    for name in ("an import", "a run", "moved for good", "a status", "outdated"):
        STEPS[name](Step(world, 0, 0, 0, "rejected" if name == "a status" else "active"))
        months = connection.scalars(select(JobMatch.shown_from).order_by(JobMatch.profile_id))
        shown.add(tuple(months))
    assert len(shown) >= 3
