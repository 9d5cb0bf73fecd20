"""The ids in events/ and in the examples of the API document: those of the sample data.

Whoever has changed the data, or has another database, gets others in the document (`ids_of`).
"""

from collections.abc import Mapping
from uuid import UUID

ADMIN_ID = "00000000-0000-4000-8000-000000000001"
EMPLOYER_ID = "00000000-0000-4000-8000-000000000002"
"""The first employer of the sample data."""
JOB_ID = "00000000-0000-4000-8000-000000000003"
"""Their first job."""
PROFILE_ID = "5203a0f2-0b6d-577a-baf3-ce571b680834"
"""Whom it suits best."""
MATCH_ID = "00000000-0000-4000-8000-000000000005"
ALIAS_ID = "00000000-0000-4000-8000-000000000008"
DELETED_PROFILE_ID = "004ffe35-4e24-5d6b-874e-eb4d10e56e02"
"""Whom no job of the sample data suits."""
WEBHOOK_ID = "00000000-0000-4000-8000-000000000011"
RUN_ID = "00000000-0000-4000-8000-00000000000e"
"""The first run of that job."""


def with_ids(document: bytes, ids: Mapping[str, str]) -> bytes:
    """The API document with other ids in its examples."""
    for example, real in ids.items():
        document = document.replace(example.encode(), real.encode())
    return document


def ids_of(employer: str) -> dict[str, str]:
    """The ids that requests of an employer and of an admin can use now, by those of the examples.

    Args:
        employer: whose open job the requests are about, one with matches where there is one.

    Returns:
        What there is: without a match, for example, no profile of one.
    """
    # Imported here because it takes a second, in which the functions can start.
    from sqlalchemy import exists, select  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from jobmatch.models import (  # noqa: PLC0415
        Job,
        JobMatch,
        JobStatus,
        MatchingRun,
        Profile,
        RunOutcome,
        VocabularyAlias,
        Webhook,
    )
    from jobmatch.postgres import connect  # noqa: PLC0415

    job = (
        select(Job.id, JobMatch.profile_id, JobMatch.id)
        .join(JobMatch, JobMatch.job_id == Job.id, isouter=True)
        .where(Job.employer_user_id == UUID(employer), Job.status == JobStatus.OPEN)
        .order_by(JobMatch.id.is_(None), Job.created_at, Job.id, JobMatch.overall_score.desc())
        .limit(1)
    )
    alias = (
        select(VocabularyAlias.id)
        .where(VocabularyAlias.deleted_at.is_(None))
        .order_by(VocabularyAlias.created_at)
        .limit(1)
    )
    webhook = (
        select(Webhook.id)
        .where(Webhook.employer_user_id == UUID(employer))
        .order_by(Webhook.created_at, Webhook.id)
        .limit(1)
    )
    # Nobody's match is lost with this one.
    is_matched = exists().where(JobMatch.profile_id == Profile.id)
    to_delete = select(Profile.id).order_by(is_matched, Profile.created_at, Profile.id).limit(1)
    try:
        with connect() as connection:
            found = connection.execute(job).first() or (None, None, None)
            run = (
                select(MatchingRun.id)
                .where(MatchingRun.job_id == found[0], MatchingRun.outcome == RunOutcome.COMPLETED)
                .order_by(MatchingRun.started_at.desc())
                .limit(1)
            )
            statements = (to_delete, alias, run, webhook)
            others = [connection.scalar(each) for each in statements]
    except SQLAlchemyError:
        return {}  # the document is shown all the same
    names = (JOB_ID, PROFILE_ID, MATCH_ID, DELETED_PROFILE_ID, ALIAS_ID, RUN_ID, WEBHOOK_ID)
    ids = dict(zip(names, (*found, *others), strict=True))
    return {EMPLOYER_ID: employer} | {name: str(real) for name, real in ids.items() if real}
