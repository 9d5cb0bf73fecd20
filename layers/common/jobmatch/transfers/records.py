"""The lines of an employer's file: each is a JSON object of one of these kinds.

The order of the kinds is that of `KINDS`, and lines of a kind are ordered by their key. A text is
taken as it is, and what a table refuses is refused here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from jobmatch.matches.schemas import LONGEST_SUMMARY, Subscores
from jobmatch.models import DecisionKind, JobStatus  # noqa: TC001 - of a model
from jobmatch.rules.rubric import Recommendation, recommendation
from jobmatch.runs.failures import MOST_FAILURES
from jobmatch.transfers.record_types import (
    Address,
    Any255,
    Count,
    Hash,
    Name255,
    Names,
    Note,
    Number,
    Past,
    Record,
    Soon,
    not_blank,
)
from jobmatch.wire import DecisionValue, Score, WithoutNul

FORMAT = "jobmatch-employer"
VERSION = 1


class Header(BaseModel):
    """The first line. Where `complete`, the file holds what its employer may not see."""

    model_config = Record.model_config

    format: Literal["jobmatch-employer"]
    version: Literal[1]
    complete: bool
    notice: Note
    exported_at: Past


class EmployerRecord(Record):
    """The account. Its role is employer."""

    kind: Literal["employer"]
    id: UUID
    email: Address
    is_active: bool
    created_at: Past


class CompanyRecord(Record):
    """The company that the employer hires for."""

    kind: Literal["company"]
    id: UUID
    company_name: Name255
    corporate_domains: Annotated[list[Name255], Field(max_length=100)] | None
    created_at: Past


class SettingsRecord(Record):
    """Mails: `enabled` is the wish; the other fields say whether an address took them."""

    kind: Literal["settings"]
    enabled: bool
    threshold: Score
    off_address: Note | None
    off_because: Literal["bounce", "complaint"] | None
    off_since: Past | None
    on_since: Past | None


class JobRecord(Record):
    """A job. One whose matching runs is written as pending, because no run goes on elsewhere."""

    KEY = ("id",)

    kind: Literal["job"]
    id: UUID
    title: Name255
    description: Annotated[str, Field(max_length=20_000), WithoutNul] | None
    status: JobStatus
    matching_status: Literal["pending", "completed", "failed"]
    required_specializations: Names | None
    preferred_specializations: Names | None
    minimum_experience: Annotated[int, Field(ge=0, le=60)] | None
    preferred_location: Any255 | None
    required_bar: Names | None
    required_technical_domains: Names | None
    created_by: UUID
    created_at: Past
    updated_at: Past
    matched_at: Past | None
    version: Number
    matching_failures: Annotated[int, Field(ge=0, le=MOST_FAILURES)]
    matching_retry_at: Soon | Literal["infinity"] | None
    last_error: Note | None
    matching_version: Note | None
    matching_due_since: Past
    identifier_name: Note | None
    identifier: Note | None


class _AboutCandidate(Record):
    KEY = ("job_id", "profile_id")

    job_id: UUID
    profile_id: UUID


class FoundRecord(_AboutCandidate):
    """When a candidate was first among the matches of a job."""

    kind: Literal["found"]
    found_at: Past


class ToldRecord(_AboutCandidate):
    """When the employer was told about a candidate."""

    kind: Literal["told"]
    notified_at: Past


class MatchRecord(_AboutCandidate):
    """A match as it is stored; `subscores` is JSON as text."""

    kind: Literal["match"]
    id: UUID
    overall_score: Score
    subscores: Annotated[str, Field(max_length=50_000), WithoutNul]
    summary: Annotated[str, Field(max_length=LONGEST_SUMMARY), WithoutNul]
    recommendation: Recommendation
    scored_at: Past
    notified_at: Past | None
    fingerprint: Note | None

    @field_validator("subscores")
    @classmethod
    def _are_the_five_dimensions(cls, value: str) -> str:
        if "\\u0000" in value:
            raise ValueError("must not contain NUL")
        Subscores.model_validate_json(value)
        return value

    @field_validator("recommendation")
    @classmethod
    def _is_the_label_of_the_score(cls, value: Recommendation, info: ValidationInfo) -> Any:
        score = info.data.get("overall_score")
        if score is not None and value != (label := recommendation(score)):
            raise ValueError(f"must be {label!r} for this overallScore")
        return value


class DecisionRecord(_AboutCandidate):
    """What the employer has decided about a candidate."""

    kind: Literal["decision"]
    decision: DecisionValue
    reason: Annotated[str, Field(max_length=2_000), WithoutNul, AfterValidator(not_blank)] | None
    decided_at: Past

    @field_validator("reason")
    @classmethod
    def _explains_a_refusal(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("decision") == "declined":
            raise ValueError("is required to decline a candidate")
        return value


class RunRecord(Record):
    """A matching run that has ended."""

    KEY = ("job_id", "id")

    kind: Literal["run"]
    job_id: UUID
    id: UUID
    started_at: Past
    finished_at: Past | None
    outcome: Literal["completed", "overtaken", "failed", "abandoned"]
    scorer: Note
    rubric_version: Count
    passed: Count | None
    kept: Count | None
    scored: Count | None
    reused: Count | None
    failed: Count | None
    error: Note | None
    model_id: Note | None
    prompt_version: Count | None
    vocabulary_version: Note | None
    asked: Count | None
    input_tokens: Count | None
    output_tokens: Count | None
    failures: Annotated[dict[Any255, Count], Field(max_length=100)] | None
    fallback: Note | None
    entry_number: Number | None
    takes_up: bool


class MailRecord(Record):
    """A mail about new matches that will not be sent any more; a claimed one may have gone out."""

    KEY = ("job_id", "id")

    kind: Literal["mail"]
    job_id: UUID
    id: UUID
    run_id: UUID
    status: Literal["claimed", "sent", "dropped", "refused"]
    due_at: Soon
    attempts: Count
    created_at: Past
    claimed_at: Past | None
    finished_at: Past | None


class ExpiredRecord(Record):
    """The last entry of a job's chain that was deleted at the end of its retention."""

    KEY = ("job_id",)

    kind: Literal["expired"]
    job_id: UUID
    number: Number
    recorded_at: Past
    hash: Hash


class EntryRecord(Record):
    """An entry of a job's chain in the decision log; `decided` is what kind of entry it is."""

    KEY = ("job_id", "number")

    kind: Literal["entry"]
    job_id: UUID
    number: Number
    recorded_at: Past
    decided: DecisionKind
    entry: Annotated[str, Field(max_length=3_000_000), WithoutNul]
    previous: Hash
    hash: Hash


class EndRecord(Record):
    """The last line: how many lines come before it. A file without it was cut off."""

    kind: Literal["end"]
    lines: Annotated[int, Field(ge=1)]


AnyRecord = Annotated[
    EmployerRecord
    | CompanyRecord
    | SettingsRecord
    | JobRecord
    | FoundRecord
    | ToldRecord
    | MatchRecord
    | DecisionRecord
    | RunRecord
    | MailRecord
    | ExpiredRecord
    | EntryRecord
    | EndRecord,
    Field(discriminator="kind"),
]
KINDS = (
    *("employer", "company", "settings", "job", "found", "told", "match", "decision"),
    *("run", "mail", "expired", "entry", "end"),
)
"""In the order of a file: what others refer to comes first."""
OF_CANDIDATES = frozenset({"found", "told", "match", "decision"})
"""Kinds that refer to a candidate, by the id of the profile alone."""
COMPLETE_ONLY = frozenset({"expired", "entry"})
"""Kinds that the employer's own file leaves out: they tell of candidates who are hidden."""
