"""Settings: one frozen object per process, made of its environment when it is first asked for.

A function's environment holds only the variables that the function needs. So each setting is
converted at its first use, and only then is a missing or wrong one an error.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jobmatch.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class Scorer(StrEnum):
    """Who scores the candidates of a shortlist."""

    RUBRIC = "rubric"
    BEDROCK = "bedrock"


def _setting(name: str, convert: Callable[[str, str], T], default: str = "") -> cached_property[T]:
    """An attribute of Settings: what `convert` makes of a variable's name and text."""
    return cached_property(lambda given: convert(name, given.environment.get(name) or default))


def _optional(_name: str, text: str) -> str | None:
    return text or None


def _required(name: str, text: str) -> str:
    if not text:
        raise ConfigurationError(f"The environment variable {name} is not set.")
    return text


def _one_of(choices: Mapping[str, T]) -> Callable[[str, str], T]:
    def convert(name: str, text: str) -> T:
        if text not in choices:
            words = " or ".join(choice or "empty" for choice in choices)
            raise ConfigurationError(f"{name} must be {words}, not {text!r}.")
        return choices[text]

    return convert


def _integer(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigurationError(f"{name} must be a whole number, not {text!r}.") from None


def _positive(name: str, text: str) -> int:
    number = _integer(name, text)
    if number < 1:
        raise ConfigurationError(f"{name} must be 1 or more, not {number}.")
    return number


def _days(name: str, text: str, unit: timedelta = timedelta(days=1)) -> timedelta:
    try:
        return _integer(name, text) * unit
    except OverflowError:
        raise ConfigurationError(f"{name} is longer than any time that there is.") from None


def _seconds(name: str, text: str) -> timedelta:
    return _days(name, text, timedelta(seconds=1))


def _retention(name: str, text: str) -> timedelta | None:
    period = _days(name, text)
    if period < timedelta(0):
        raise ConfigurationError(f"{name} must not be negative, as {period.days} is.")
    return period or None


@dataclass(frozen=True, eq=False)
class Settings:
    """What the environment says. Each attribute names its variable, and its default if it has one.

    Asking for one that is missing or makes no sense raises ConfigurationError.
    """

    environment: Mapping[str, str] = field(repr=False)

    # What log lines and metrics are filed under: on AWS the name of the stack.
    service_name = _setting("POWERTOOLS_SERVICE_NAME", _required, "jobmatch")
    metrics_namespace = _setting("POWERTOOLS_METRICS_NAMESPACE", _required, "jobmatch")

    # For SQLAlchemy; on Lambda without a user, and never with a password.
    database_url = _setting("DATABASE_URL", _required)
    database_user = _setting("DATABASE_USER", _optional)  # instead of the one in the URL
    # Of the Secrets Manager secret with the password; or the password is a token of IAM.
    database_secret_arn = _setting("DATABASE_SECRET_ARN", _optional)
    database_iam = _setting("DATABASE_AUTHENTICATION", _one_of({"iam": True, "": False}))
    # Encrypted, with a server that must prove who it is; by RDS's own roots, or the system's.
    database_tls = _setting("DATABASE_TLS", _one_of({"verify-full": True, "": False}))
    database_rds_roots = _setting("DATABASE_CA", _one_of({"rds": True, "": False}))
    # For a new connection to be there; a paused Aurora takes about 15 s to wake up.
    database_connect_seconds = _setting("DATABASE_CONNECT_SECONDS", _integer, "5")
    # For each answer: more than any statement takes, less than the function has; 0 is no limit.
    database_answer_seconds = _setting("DATABASE_ANSWER_SECONDS", _integer, "0")
    # Connections per process, which on Lambda runs one event at a time.
    database_pool_size = _setting("DATABASE_POOL_SIZE", _integer, "1")
    # After these PostgreSQL gives up a statement (0 leaves it to the role), and drops an idle
    # connection (0 never does): a frozen function's keeps a database from scaling to zero.
    database_statement_timeout_ms = _setting("DATABASE_STATEMENT_TIMEOUT_MS", _integer, "0")
    database_idle_session_timeout_ms = _setting("DATABASE_IDLE_SESSION_TIMEOUT_MS", _integer, "0")
    # Off behind a pooler that would refuse prepared statements, or pin the session to a client.
    database_prepared_statements = _setting(
        "DATABASE_PREPARED_STATEMENTS", _one_of({"on": True, "off": False}), "on"
    )

    # What is deployed, as log lines name it; on one machine it has no name.
    release = _setting("CONFIGURATION", _optional)
    # Where env.py, versions/ and roles.sql are: on Lambda in a layer.
    migrations_folder = _setting("MIGRATIONS_FOLDER", lambda _, text: Path(text), "/opt/migrations")
    # The Aurora cluster in which users are created; without one, in the database of the URL.
    database_cluster_arn = _setting("DATABASE_CLUSTER_ARN", _optional)
    database_master_secret_arn = _setting("DATABASE_MASTER_SECRET_ARN", _required)
    database_name = _setting("DATABASE_NAME", _required)

    # The token's claim, and the user pool's attribute, that is a user's id.
    user_id_claim = _setting("USER_ID_CLAIM", _required, "sub")
    create_user_function = _setting("CREATE_USER_FUNCTION", _required)  # name or ARN

    matching_queue_url = _setting("MATCHING_QUEUE_URL", _required)
    matching_dead_letter_queue_url = _setting("MATCHING_DEAD_LETTER_QUEUE_URL", _required)
    notification_queue_url = _setting("NOTIFICATION_QUEUE_URL", _required)
    notification_dead_letter_queue_url = _setting("NOTIFICATION_DEAD_LETTER_QUEUE_URL", _required)
    # Webhooks with events that are due; events that are sent; and what became of them.
    webhook_dispatch_queue_url = _setting("WEBHOOK_DISPATCH_QUEUE_URL", _required)
    webhook_queue_url = _setting("WEBHOOK_QUEUE_URL", _required)
    webhook_result_queue_url = _setting("WEBHOOK_RESULT_QUEUE_URL", _required)
    # Only on one machine: also to http, to any port and to addresses that are not public.
    webhooks_to_anywhere = _setting(
        "WEBHOOKS_TO_ANYWHERE", _one_of({"on": True, "off": False}), "off"
    )
    # Where heads of the decision log wait to be signed, by which key, and where that is stored.
    anchor_queue_url = _setting("ANCHOR_QUEUE_URL", _required)
    anchor_key_id = _setting("ANCHOR_KEY_ID", _required)
    anchor_bucket = _setting("ANCHOR_BUCKET", _required)
    mail_sender = _setting("MAIL_SENDER", _required)  # an address that is verified with SES
    # By which SES reports bounces and complaints of what we send; without one it does not.
    mail_configuration_set = _setting("MAIL_CONFIGURATION_SET", _optional)
    # Where /jobs/{jobId}, /jobs/{jobId}/matches/{profileId} and /settings are: mails link to them.
    console_url = _setting("CONSOLE_URL", lambda _, text: text.rstrip("/") or None)

    # Where the tools for agents find the API; empty is the domain that the request came to.
    api_url = _setting("API_URL", _optional)
    cors_origins = _setting("CORS_ORIGINS", lambda _, text: frozenset(text.split(",")) - {""})

    matching_maximum_age = _setting("MATCHING_MAXIMUM_AGE_DAYS", _days, "7")  # then due again
    # How long a run may hold a job; longer than the worker's own timeout.
    matching_lease = _setting("MATCHING_LEASE_SECONDS", _seconds, "90")
    # Ages at which these are deleted; None, for 0 days, keeps them for ever.
    history_retention = _setting("HISTORY_RETENTION_DAYS", _retention, "90")
    decision_retention = _setting("DECISION_RETENTION_DAYS", _retention, "1461")

    match_scorer = _setting("MATCH_SCORER", _one_of({str(each): each for each in Scorer}), "rubric")
    _limit = _setting("MATCHING_LIMIT", _integer, "500")
    _model_limit = _setting("MATCH_SHORTLIST", _positive, "50")
    model_id = _setting("MATCH_MODEL_ID", _required)  # or the inference profile
    # How many candidates a run asks about: at once, and in all.
    model_concurrency = _setting("MATCH_MODEL_CONCURRENCY", _positive, "8")
    model_candidates = _setting("MATCH_MODEL_CANDIDATES", _positive, "50")
    # How often about one of them, the first time included, and how long for each answer.
    model_attempts = _setting("MATCH_MODEL_ATTEMPTS", _positive, "3")
    model_answer_seconds = _setting("MATCH_MODEL_ANSWER_SECONDS", _positive, "30")
    # After so many seconds, or tokens in and out, a run asks no more.
    model_seconds = _setting("MATCH_MODEL_SECONDS", _positive, "150")
    model_tokens = _setting("MATCH_MODEL_TOKENS", _positive, "250000")

    @cached_property
    def matching_limit(self) -> int:
        """How many of a job's best candidates a run shortlists; fewer where a model scores them."""
        if self.match_scorer is Scorer.RUBRIC:
            return self._limit
        return min(self._limit, self._model_limit)


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings(dict(os.environ))
