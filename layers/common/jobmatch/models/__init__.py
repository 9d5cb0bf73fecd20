"""The tables as SQLAlchemy models, and the enums of their columns.

A table is mapped when it is first imported from here. To map a column takes SQLAlchemy half a
millisecond of a cold start, so a function that reads jobs does without the tables of webhooks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import MetaData

    from jobmatch.models.audit import CandidateKey, Decision, ExpiredDecision
    from jobmatch.models.callers import IdempotencyKey, PreviewCount, VocabularyAlias
    from jobmatch.models.changes import JobBound, JobFeatures, ProfileChange, Reserve
    from jobmatch.models.mails import Notification, NotificationSettings
    from jobmatch.models.marketplace import EmployerProfile, Job, JobMatch, Profile, User
    from jobmatch.models.matching import (
        EmployerFeatures,
        FoundMatch,
        MatchDecision,
        ProfileFeatures,
        ToldMatch,
    )
    from jobmatch.models.run_history import MatchingRun
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
    "all_tables",
]

_TABLES = {
    "audit": ("CandidateKey", "Decision", "ExpiredDecision"),
    "callers": ("IdempotencyKey", "PreviewCount", "VocabularyAlias"),
    "changes": ("JobBound", "JobFeatures", "ProfileChange", "Reserve"),
    "mails": ("Notification", "NotificationSettings"),
    "marketplace": ("EmployerProfile", "Job", "JobMatch", "Profile", "User"),
    "matching": (
        "EmployerFeatures",
        "FoundMatch",
        "MatchDecision",
        "ProfileFeatures",
        "ToldMatch",
    ),
    "run_history": ("MatchingRun",),
    "webhooks": ("Webhook", "WebhookEvent"),
}
"""By module; the imports above tell the type checker the same."""


def all_tables() -> MetaData:
    """All tables, each of them mapped."""
    for module in _TABLES:
        import_module(f"{__name__}.{module}")
    return Base.metadata


if not TYPE_CHECKING:  # which would take any name for one of this module's

    def __getattr__(name: str) -> Any:
        """Python asks this for a name that is not here yet: import its module."""
        for module, names in _TABLES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
