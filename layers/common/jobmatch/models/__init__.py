"""The tables as SQLAlchemy models, and the enums of their columns."""

from jobmatch.models.audit import CandidateKey, Decision, ExpiredDecision
from jobmatch.models.base import (
    Base,
    DecisionKind,
    JobStatus,
    MatchingStatus,
    NotificationStatus,
    ProfileStatus,
    RunOutcome,
    UserRole,
)
from jobmatch.models.changes import JobBound, JobFeatures, ProfileChange, Reserve
from jobmatch.models.mails import Notification, NotificationSettings
from jobmatch.models.marketplace import EmployerProfile, Job, JobMatch, Profile, User
from jobmatch.models.matching import (
    EmployerFeatures,
    FoundMatch,
    IdempotencyKey,
    MatchDecision,
    MatchingRun,
    PreviewCount,
    ProfileFeatures,
    ToldMatch,
    VocabularyAlias,
)
from jobmatch.models.webhooks import Webhook, WebhookEvent

__all__ = [
    "Base",
    "CandidateKey",
    "Decision",
    "DecisionKind",
    "EmployerFeatures",
    "EmployerProfile",
    "ExpiredDecision",
    "FoundMatch",
    "IdempotencyKey",
    "Job",
    "JobBound",
    "JobFeatures",
    "JobMatch",
    "JobStatus",
    "MatchDecision",
    "MatchingRun",
    "MatchingStatus",
    "Notification",
    "NotificationSettings",
    "NotificationStatus",
    "PreviewCount",
    "Profile",
    "ProfileChange",
    "ProfileFeatures",
    "ProfileStatus",
    "Reserve",
    "RunOutcome",
    "ToldMatch",
    "User",
    "UserRole",
    "VocabularyAlias",
    "Webhook",
    "WebhookEvent",
]
