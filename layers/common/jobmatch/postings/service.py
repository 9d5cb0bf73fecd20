"""Posting a job, in our own form or as a JobPosting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from jobmatch.errors import FieldError, InvalidInputError, pointer_to
from jobmatch.jobs.inputs import JobCreate
from jobmatch.jobs.service import create_job
from jobmatch.postings.job_posting import read_posting
from jobmatch.postings.posting_names import MEDIA_TYPE
from jobmatch.wire import message_of
from jobmatch.wording.checks import job_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.permissions import Caller
    from jobmatch.postings.job_posting import PostingRead
    from jobmatch.wording.schemas import Told

_READ = "posting"


def job_readers(
    context: dict[str, Any], boards: Mapping[str, Callable[[object], PostingRead]]
) -> dict[str, Callable[[object], dict[str, Any]]]:
    """By media type, the function that turns such a document into the body of POST /jobs.

    Args:
        context: of the request; what else was read is kept there for `post_job`.
        boards: by media type, what reads the documents of job boards.
    """

    def job_of(read: Callable[[object], PostingRead], document: object) -> dict[str, Any]:
        context[_READ] = posting = read(document)
        # Here and not by the route alone, whose pointers would lead into a job that nobody sent.
        try:
            JobCreate.model_validate(posting.job)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            raise _refused(
                posting, *(FieldError(pointer_to(each["loc"]), message_of(each)) for each in faults)
            ) from None
        return posting.job

    readers = {MEDIA_TYPE: read_posting, **boards}
    return {media_type: partial(job_of, read) for media_type, read in readers.items()}


def post_job(
    connection: Connection,
    data: JobCreate,
    context: dict[str, Any],
    employer_user_id: UUID | None = None,
    *,
    viewer: Caller,
    key: str | None,
    new_id: UUID,
) -> tuple[UUID, Told]:
    """Insert a job; within a transaction. Errors are those of `create_job`.

    Args:
        context: of the request, as `job_readers` takes it.
        employer_user_id: whom the query names, because a document can't.
        key: the idempotency key.
        new_id: the id for a new job.

    Returns:
        The id of the new job, or of the job that the key made before, and all warnings.
    """
    posting: PostingRead | None = context.get(_READ)
    if employer_user_id is not None:
        if data.employer_user_id not in (None, employer_user_id):
            raise InvalidInputError(FieldError("/employerUserId", "is another than in the query"))
        data = data.model_copy(update={"employer_user_id": employer_user_id})
    try:
        job_id = create_job(
            connection,
            data,
            viewer=viewer,
            idempotency_key=key,
            new_id=new_id,
            identifier=posting.identifier if posting else None,
        )
    except InvalidInputError as error:
        if posting is None:
            raise
        raise _refused(posting, *error.errors) from None
    told = job_warnings(connection, data.employer_user_id or viewer.user_id, data.sent)
    return job_id, posting.told(told) if posting else told


def _refused(posting: PostingRead, *faults: FieldError) -> InvalidInputError:
    """The faults of a job where its posting has them."""
    return InvalidInputError(*map(posting.placed, faults))
