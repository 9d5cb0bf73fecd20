"""Jobs, profiles and matches in the database, created by the service functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update

from jobmatch.careers.dates import this_month
from jobmatch.jobs.inputs import JobCreate, JobUpdate
from jobmatch.jobs.service import create_job
from jobmatch.matches.service import NewMatch
from jobmatch.models import Job, JobMatch, User, UserRole
from jobmatch.models import Profile as ProfileRow
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import transaction
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import put_profiles
from tests.support.due import update_job
from tests.support.people import add_user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from jobmatch.jobs.schemas import JobDetail

SUBSCORES = (
    '{"specializationMatch": {"score": 80, "explanation": "Has it."},'
    ' "experienceFit": {"score": 100, "explanation": "Not asked for."},'
    ' "technicalBackground": {"score": 100, "explanation": "Not asked for."},'
    ' "locationMatch": {"score": 100, "explanation": "Not asked for."},'
    ' "barAdmissions": {"score": 100, "explanation": "Not asked for."}}'
)


def hire(connection: Connection, company: str | None = "Overbrook Vane LLP") -> UUID:
    """Create an employer; without a company only as another system would."""
    if company is not None:
        return add_user(connection, UserRole.EMPLOYER, company)
    values = {"email": f"{uuid4()}@hiring.example", "role": UserRole.EMPLOYER}
    return connection.execute(insert(User).values(values).returning(User.id)).scalar_one()


def post_job(connection: Connection, employer: UUID | None = None, **body: Any) -> UUID:
    """Post a job, open and requiring Licensing unless the body says otherwise."""
    employer = employer or hire(connection)
    usual = {"title": "Counsel", "status": "open", "requiredSpecializations": ["Licensing"]}
    data = JobCreate.model_validate({**usual, "employerUserId": str(employer), **body})
    return create_job(connection, data, viewer=SYSTEM)


def change_job(
    connection: Connection, job_id: UUID, /, *, versions: set[int] | None = None, **body: Any
) -> JobDetail:
    """Patch a job as the system."""
    changes = JobUpdate.model_validate(body)
    return update_job(connection, job_id, changes, viewer=SYSTEM, versions=versions)


def candidate(**body: Any) -> Profile:
    """A profile that fits such a job, unless the body says otherwise."""
    usual = {"name": "Ada Example", "status": "active", "specializations": ["Licensing"]}
    return Profile.model_validate({**usual, **body})


def put_candidates(connection: Connection, *bodies: Mapping[str, Any]) -> list[UUID]:
    """Create a candidate for each body; their ids ascend."""
    ids = sorted(uuid4() for _ in bodies)
    profiles = (candidate(**body) for body in bodies)
    put_profiles(
        connection, dict(zip(ids, profiles, strict=True)), this_month=this_month(), aliases=None
    )
    return ids


def put_bodies(connection: Connection, profiles: Mapping[str, Any]) -> None:
    """Create the candidates of these bodies, by their ids."""
    put_profiles(
        connection,
        {UUID(key): Profile.model_validate(body) for key, body in profiles.items()},
        this_month=this_month(),
        aliases=None,
    )


def post_alone(employer: UUID, job: Mapping[str, Any], profiles: Mapping[str, Any]) -> UUID:
    """Post a job, with these candidates by id and no others in the database; commits."""
    with transaction() as connection:
        connection.execute(delete(ProfileRow))
        put_bodies(connection, profiles)
        return post_job(connection, employer, **job)


def a_match(job_id: UUID, profile_id: UUID, score: int = 80) -> NewMatch:
    """A match to store."""
    return NewMatch(job_id, profile_id, score, SUBSCORES, "A summary.", "Strong Match")


def set_job(connection: Connection, job_id: UUID, **columns: Any) -> None:
    """Write columns of a job directly, as time or an accident might."""
    connection.execute(update(Job).where(Job.id == job_id).values(**columns))


def job_row(connection: Connection, job_id: UUID) -> Row[Any]:
    """All columns of a job."""
    return connection.execute(select(Job.__table__).where(Job.id == job_id)).one()


def match_rows(connection: Connection, job_id: UUID) -> list[Row[Any]]:
    """All columns of a job's stored matches, shown or not."""
    rows = select(JobMatch.__table__).where(JobMatch.job_id == job_id)
    return list(connection.execute(rows.order_by(JobMatch.profile_id)))
