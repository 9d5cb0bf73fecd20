"""The wire models of matching runs, and of the messages that start them: ids, never data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from jobmatch.jobs.schemas import AdminJobListItem
from jobmatch.models import JobStatus, MatchingStatus, NotificationStatus, RunOutcome
from jobmatch.web.pages import Page
from jobmatch.wire import Input, wire


class MatchingMessage(Input):
    """A message: this job may be due for matching, or without one, changed candidates wait."""

    job_id: Annotated[UUID | None, Field(strict=False)]


@wire
class RunItem:
    """One matching run. The counts are null until it has completed.

    `passed` candidates passed the pre-filter, and the best of them were shortlisted (`kept`). Of
    these, `scored` were explained and written anew, and `reused` were left untouched because
    nothing had changed.

    A run that took up changed candidates scored these alone; its `passed` is of the last full run.

    Where a language model scores (`scorer` is bedrock), it was `asked` about so many candidates;
    `failed` of the shortlist have the rubric's scores instead, and `failures` counts them by
    reason. `fallback` is why the model counted as down.
    """

    id: UUID
    outcome: RunOutcome
    started_at: datetime
    finished_at: datetime | None
    scorer: str
    rubric_version: int
    vocabulary_version: str | None
    """By what values were read: the project's vocabulary, and the operator's aliases."""
    passed: int | None
    kept: int | None
    scored: int | None
    reused: int | None
    failed: int | None
    model_id: str | None
    prompt_version: int | None
    asked: int | None
    input_tokens: int | None
    output_tokens: int | None
    failures: dict[str, int] | None
    fallback: str | None
    error: str | None
    """Why it failed. Null for employers."""


@dataclass(frozen=True, slots=True)
class RunPage(Page[RunItem]):
    """A page of a job's runs, newest first."""

    items: list[RunItem]


@wire
class MailState:
    """A mail about a job's new matches. While it is due, it is sent at `dueAt` or later."""

    id: UUID
    status: NotificationStatus
    attempts: int
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None


@wire
class JobMatching:
    """Where the matching of a job in a list stands.

    `nextTryAt` is from when on the job is due again, null where that takes a change or a request.
    `failures` attempts in a row have failed, the last one by `lastError`.
    """

    is_due: bool
    is_given_up: bool
    failures: int
    last_error: str | None
    next_try_at: datetime | None


@wire
class JobWithMatching(AdminJobListItem):
    """A job in the list of all employers' jobs, with `include=matching`."""

    matching: JobMatching


@dataclass(frozen=True, slots=True)
class JobMatchingPage(Page[JobWithMatching]):
    """A page of all jobs, with `include=matching`."""

    items: list[JobWithMatching]


@wire
class MatchingState:
    """Why a job is or is not matched at present, for admins.

    `explanation` says it in words. `since` is when this state began, null where nothing has
    recorded it. `nextTryAt` is from when on the job is due again, null where that takes a change
    or a request. `failures` attempts in a row have failed, the last one by `lastError`. While
    profiles are not indexed that can be, the schedule queues no job. `lastMail` is the one that
    is due, or else that of the last completed run.
    """

    job_id: UUID
    status: JobStatus
    matching_status: MatchingStatus
    is_due: bool
    is_given_up: bool
    explanation: str
    since: datetime | None
    next_try_at: datetime | None
    lease_until: datetime | None
    failures: int
    last_error: str | None
    profiles_not_indexed: int | None
    last_run: RunItem | None
    last_mail: MailState | None
    unread: list[str]
    """What could not be read, because a table is missing or may not be read; its field is null."""
