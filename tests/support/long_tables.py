"""Long tables for benchmarks and plans, made inside PostgreSQL: the same on every machine.

Every profile is composed of three of the sample's 2,000 profiles: the practice of one, the
admissions of another, the work history of a third. So values are distributed as in the sample, and
features are those that the write path computed for it. A hash of the row's number with a fixed seed
chooses the three.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text

from jobmatch.careers.dates import this_month
from jobmatch.jobs.service import create_job
from jobmatch.operations.users import UserInput, put_user
from jobmatch.permissions import Caller
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import put_profiles
from tests.support.due import AGE
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.jobs.inputs import JobCreate

SAMPLE = ROOT / "local" / "sample_data" / "profiles.jsonl"
EMPLOYERS = 1_000

_PEOPLE = """
CREATE TABLE IF NOT EXISTS sample AS
SELECT row_number() OVER (ORDER BY profiles.id) - 1 AS number, profiles.*,
       f.specializations AS f_specializations, f.technical_domains AS f_technical_domains,
       f.bars AS f_bars, f.places AS f_places, f.experience,
       f.gap_months, f.employers, f.employed_until, f.mail_domains
FROM profiles JOIN profile_features AS f ON f.profile_id = profiles.id
"""

_CHOSEN = """
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
JOIN sample AS work ON work.number = (hashint8extended(n, 1) & 1048575) % 2000
JOIN sample AS home ON home.number = (hashint8extended(n, 2) & 1048575) % 2000
JOIN sample AS past ON past.number = (hashint8extended(n, 3) & 1048575) % 2000
"""

_ID = "CAST(lpad(to_hex(hashint8extended(n, 4)), 16, '0') || lpad(to_hex(n), 16, '0') AS uuid)"

_PROFILES = f"""
INSERT INTO profiles (id, name, email, status, location, specializations, technical_domains,
                      bar_admissions, work_history, indexed_at, indexed_version)
SELECT {_ID}, past.name, past.email, work.status, home.location, work.specializations,
       work.technical_domains, home.bar_admissions, past.work_history, now(), CAST(:version AS text)
{_CHOSEN}
"""

_FEATURES = f"""
INSERT INTO profile_features (profile_id, status, specializations, technical_domains, bars,
                              places, experience, gap_months, employers, employed_until,
                              mail_domains)
SELECT {_ID}, work.status, work.f_specializations, work.f_technical_domains, home.f_bars,
       home.f_places, past.experience, past.gap_months, past.employers,
       past.employed_until, past.mail_domains
{_CHOSEN}
"""

_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'profile_features' AND indexname LIKE '%\\_idx'
"""

_JOBS = """
INSERT INTO jobs (id, employer_user_id, created_by, title, status, matching_status, matched_at,
                  required_specializations, minimum_experience, created_at)
SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid), employer.id, employer.id, 'Patent counsel ' || n,
       'open', 'completed', now(), work.specializations, 5, now() - n * interval '1 minute'
FROM generate_series(CAST(1 AS bigint), CAST(:last AS bigint)) AS n
JOIN sample AS work ON work.number = (hashint8extended(n, 5) & 1048575) % 2000
JOIN (SELECT id, row_number() OVER (ORDER BY email) - 1 AS number FROM users
      WHERE email LIKE 'employer-%') AS employer ON employer.number = n % :employers
"""

# With the month, which a trigger would otherwise add to each.
_SHOWN_FROM = """
shown_from(f.status, f.places, f.employers, f.employed_until, f.mail_domains, e.company, e.domains)
"""

_MATCHES = f"""
INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary, recommendation,
                         shown_from)
SELECT job.id, chosen.id,
       (hashint8extended(n, 6) & 1048575) % 101,
       replace('{{"specializationMatch": $, "experienceFit": $, "technicalBackground": $,'
               ' "locationMatch": $, "barAdmissions": $}}',
               '$', '{{"score": 75, "explanation": "3 of 4 required: Licensing, Trade Secrets"}}'),
       'Has 3 of 4 required specializations and 7 years of experience.', 'Strong Match',
       {_SHOWN_FROM}
FROM generate_series(CAST(0 AS bigint), CAST(:last AS bigint) - 1) AS n
JOIN numbered AS chosen ON chosen.number = (n / :jobs * 7919 + n) % :profiles
JOIN jobs AS job ON job.id = CAST(lpad(to_hex(1 + n % :jobs), 32, '0') AS uuid)
LEFT JOIN profile_features AS f ON f.profile_id = chosen.id
LEFT JOIN employer_features AS e ON e.user_id = job.employer_user_id
ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own text

_MORE_MATCHES = f"""
INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary, recommendation,
                         shown_from)
SELECT job.id, chosen.id, (hashint8extended(job.n * 1000 + k, 7) & 1048575) % 101,
       known.subscores, known.summary, known.recommendation, {_SHOWN_FROM}
FROM (SELECT id, employer_user_id, row_number() OVER (ORDER BY id) AS n FROM jobs
      WHERE employer_user_id = :employer ORDER BY created_at DESC LIMIT :jobs) AS job
CROSS JOIN generate_series(CAST(1 AS bigint), CAST(:each AS bigint)) AS each (k)
JOIN numbered AS chosen
  ON chosen.number = (job.n * 7919 + k * 104729) % (SELECT count(*) FROM numbered)
CROSS JOIN (SELECT * FROM job_matches LIMIT 1) AS known
LEFT JOIN profile_features AS f ON f.profile_id = chosen.id
LEFT JOIN employer_features AS e ON e.user_id = job.employer_user_id
ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own text

_NEWEST_JOBS = """
UPDATE jobs SET employer_user_id = :employer
WHERE id IN (SELECT id FROM jobs ORDER BY created_at DESC LIMIT :jobs)
"""

_NUMBERED = """
CREATE TEMP TABLE numbered ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) - 1 AS number, id FROM profiles
"""

_RESERVES = """
INSERT INTO reserves SELECT job_id, profile_id, overall_score FROM job_matches
WHERE overall_score < 20
"""

_BOUNDS = """
INSERT INTO job_bounds (job_id, score, before, demand, month, passed)
SELECT id, 20, id, matching_demand, 24320, 1000 FROM jobs ON CONFLICT DO NOTHING
"""


def documents() -> list[dict[str, Any]]:
    """The profiles of the sample, as the API takes them."""
    return [json.loads(line) for line in SAMPLE.read_text().splitlines()]


def sample() -> list[Profile]:
    """The profiles of the sample."""
    return [
        Profile.model_validate({name: value for name, value in document.items() if name != "id"})
        for document in documents()
    ]


def fill_profiles(first: int, last: int, *, version: str | None = None) -> None:
    """Add the profiles with these numbers, and their features.

    Args:
        version: by which they count as indexed; without one the schedule indexes them.
    """
    with transaction() as connection:
        if not connection.scalar(text("SELECT to_regclass('sample')")):
            _put_sample(connection)
        # The indexes are created again at the end: row by row it takes far longer.
        indexes = connection.execute(text(_INDEXES)).all()
        for index in indexes:
            connection.exec_driver_sql(f"DROP INDEX {index.indexname}")
        numbers = {"first": first, "last": last}
        connection.execute(text(_PROFILES), {**numbers, "version": version})
        connection.execute(text(_FEATURES), numbers)
        for index in indexes:
            connection.exec_driver_sql(index.indexdef)
    with connect() as connection:
        connection.execute(text("VACUUM ANALYZE profiles, profile_features"))


def _put_sample(connection: Connection) -> None:
    people = sample()
    for start in range(0, len(people), 500):
        chunk = {
            UUID(int=start + n + 1): person for n, person in enumerate(people[start : start + 500])
        }
        put_profiles(connection, chunk, this_month=this_month(), aliases=None)
    connection.execute(text(_PEOPLE))
    # The sample itself is deleted, with the notes of its changes: numbers count from one.
    connection.execute(text("TRUNCATE profiles, profile_changes CASCADE"))


def fill_jobs(jobs: int, matches: int, profiles: int) -> None:
    """Add jobs of 1,000 employers, newest first, and matches spread evenly over them."""
    with transaction() as connection:
        for number in range(EMPLOYERS):
            _put_employer(connection, number)
        connection.execute(text(_JOBS), {"last": jobs, "employers": EMPLOYERS})
        connection.execute(text(_NUMBERED))
        connection.execute(text(_MATCHES), {"last": matches, "jobs": jobs, "profiles": profiles})
        for statement in (_RESERVES, _BOUNDS):
            connection.execute(text(statement))
    with connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def fill_matches(employer: Caller, *, jobs: int, each: int) -> None:
    """Give the newest jobs to an employer, and each so many matches more, from everywhere."""
    values = {"employer": employer.user_id, "jobs": jobs}
    with transaction() as connection:
        connection.execute(text(_NEWEST_JOBS), values)
        connection.execute(text(_NUMBERED))
        connection.execute(text(_MORE_MATCHES), values | {"each": each})
    with connect() as connection:
        connection.execute(text("VACUUM ANALYZE job_matches"))


def put_job(job: JobCreate, employer: Caller) -> UUID:
    """Post a job of an employer who gets no mail."""
    with transaction() as connection:
        quiet = "INSERT INTO notification_settings VALUES (:id, false, 75) ON CONFLICT DO NOTHING"
        connection.execute(text(quiet), {"id": employer.user_id})
        return create_job(connection, job, viewer=employer)


def an_employer(number: int = 0) -> Caller:
    """One of the employers, as a caller."""
    with transaction() as connection:
        return _put_employer(connection, number)


def an_admin() -> Caller:
    """The admin, as a caller."""
    user = {"userId": UUID(int=1 << 64), "email": "admin@jobmatch.example", "role": "admin"}
    with transaction() as connection:
        return _put_user(connection, user)


def _put_employer(connection: Connection, number: int) -> Caller:
    return _put_user(
        connection,
        {
            "userId": UUID(int=number + 1),
            "email": f"employer-{number:04}@jobmatch.example",
            "role": "employer",
            "companyName": f"C {number}",
        },
    )


def _put_user(connection: Connection, user: dict[str, Any]) -> Caller:
    role = put_user(connection, UserInput.model_validate(user), maximum_age=AGE)
    return Caller(user["userId"], frozenset({role}))
