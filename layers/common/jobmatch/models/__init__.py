"""The tables as SQLAlchemy models, and the enums of their columns."""

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
from jobmatch.models.marketplace import EmployerProfile, Job, JobMatch, Profile, User
from jobmatch.models.matching import (
    CandidateKey,
    Decision,
    EmployerFeatures,
    IdempotencyKey,
    JobFeatures,
    MatchingRun,
    Notification,
    NotificationSettings,
    ProfileChange,
    ProfileFeatures,
    ToldMatch,
)

__all__ = [
    "Base",
    "CandidateKey",
    "Decision",
    "DecisionKind",
    "EmployerFeatures",
    "EmployerProfile",
    "IdempotencyKey",
    "Job",
    "JobFeatures",
    "JobMatch",
    "JobStatus",
    "MatchingRun",
    "MatchingStatus",
    "Notification",
    "NotificationSettings",
    "NotificationStatus",
    "Profile",
    "ProfileChange",
    "ProfileFeatures",
    "ProfileStatus",
    "RunOutcome",
    "ToldMatch",
    "User",
    "UserRole",
]
