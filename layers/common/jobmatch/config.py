"""Settings, read from the environment when they are asked for, never at import.

Each function answers from the environment of the moment: a lookup costs a fraction of a
microsecond, and there is no cache that a test or a second function could find stale.
"""

from __future__ import annotations

import os
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from jobmatch.errors import ConfigurationError


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ConfigurationError(f"The environment variable {name} is not set.")
    return value


def _integer(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    try:
        return int(text)
    except ValueError:
        raise ConfigurationError(f"{name} must be a whole number, not {text!r}.") from None


def _positive(name: str, default: int) -> int:
    number = _integer(name, default)
    if number < 1:
        raise ConfigurationError(f"{name} must be 1 or more, not {number}.")
    return number


def _period(unit: timedelta, name: str, default: int) -> timedelta:
    number = _integer(name, default)
    try:
        return number * unit
    except OverflowError:
        raise ConfigurationError(f"{name} is longer than any time that there is.") from None


def service_name() -> str:
    """What log lines and metrics are filed under: on AWS the name of the stack."""
    return os.environ.get("POWERTOOLS_SERVICE_NAME") or "jobmatch"


def metrics_namespace() -> str:
    """Where CloudWatch keeps our metrics."""
    return os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or "jobmatch"


def _switch(name: str, value: str) -> bool:
    """Whether a variable has the one value that it may have, rather than none."""
    given = os.environ.get(name) or ""
    if given not in ("", value):
        raise ConfigurationError(f"{name} must be {value} or empty, not {given!r}.")
    return given == value


def database_url() -> str:
    """SQLAlchemy URL of the database; on Lambda without a user, and never with a password."""
    return _required("DATABASE_URL")


def database_user() -> str | None:
    """The user of the database, instead of the one in its URL."""
    return os.environ.get("DATABASE_USER") or None


def database_secret_arn() -> str | None:
    """ARN of the Secrets Manager secret with the database's password, if there is one."""
    return os.environ.get("DATABASE_SECRET_ARN") or None


def database_iam() -> bool:
    """Whether the password is a token that proves this function's IAM role."""
    return _switch("DATABASE_AUTHENTICATION", "iam")


def database_tls() -> bool:
    """Whether the connection is encrypted and the server must prove who it is."""
    return _switch("DATABASE_TLS", "verify-full")


def database_rds_roots() -> bool:
    """Whether that proof comes from RDS's own roots, instead of the system's store."""
    return _switch("DATABASE_CA", "rds")


def database_connect_seconds() -> int:
    """How long a new connection is waited for; a paused Aurora takes about 15 s to wake up."""
    return _integer("DATABASE_CONNECT_SECONDS", 5)


def database_answer_seconds() -> int:
    """How long the server may be silent when it was asked; 0 for ever.

    Longer than any statement may take, and shorter than the function.
    """
    return _integer("DATABASE_ANSWER_SECONDS", 0)


def database_pool_size() -> int:
    """Connections kept per process: 1 on Lambda, where a process runs one event at a time."""
    return _integer("DATABASE_POOL_SIZE", 1)


def database_statement_timeout_ms() -> int:
    """Milliseconds after which PostgreSQL gives up a statement; 0 leaves it to the role."""
    return _integer("DATABASE_STATEMENT_TIMEOUT_MS", 0)


def database_idle_session_timeout_ms() -> int:
    """Milliseconds after which PostgreSQL drops a connection that nobody uses; 0 never does.

    A frozen function keeps its connection, and a database that scales to zero stays awake for it.
    """
    return _integer("DATABASE_IDLE_SESSION_TIMEOUT_MS", 0)


def migrations_folder() -> Path:
    """Where env.py, versions/ and roles.sql are: on Lambda in a layer."""
    return Path(os.environ.get("MIGRATIONS_FOLDER") or "/opt/migrations")


def database_cluster_arn() -> str:
    """ARN of the Aurora cluster whose users are created."""
    return _required("DATABASE_CLUSTER_ARN")


def database_master_secret_arn() -> str:
    """ARN of the secret of the cluster's master user."""
    return _required("DATABASE_MASTER_SECRET_ARN")


def database_name() -> str:
    """Name of the database in the cluster."""
    return _required("DATABASE_NAME")


def user_id_claim() -> str:
    """The token's claim, and the user pool's attribute, that is a user's id."""
    return os.environ.get("USER_ID_CLAIM") or "sub"


def create_user_function() -> str:
    """Name or ARN of the function create_user."""
    return _required("CREATE_USER_FUNCTION")


def database_prepared_statements() -> bool:
    """Whether connections keep their statements prepared: `on` but behind some poolers.

    One that hands a session to many clients forbids it, or pins the session to one of them.
    """
    value = os.environ.get("DATABASE_PREPARED_STATEMENTS") or "on"
    if value not in ("on", "off"):
        raise ConfigurationError(f"DATABASE_PREPARED_STATEMENTS must be on or off, not {value!r}.")
    return value == "on"


def matching_queue_url() -> str:
    """URL of the queue that carries one message per job to be matched."""
    return _required("MATCHING_QUEUE_URL")


def matching_dead_letter_queue_url() -> str:
    """URL of the queue for jobs whose matching failed too often."""
    return _required("MATCHING_DEAD_LETTER_QUEUE_URL")


def notification_queue_url() -> str:
    """URL of the queue that carries one message per mail that is due."""
    return _required("NOTIFICATION_QUEUE_URL")


def notification_dead_letter_queue_url() -> str:
    """URL of the queue for mails that were refused too often."""
    return _required("NOTIFICATION_DEAD_LETTER_QUEUE_URL")


def mail_sender() -> str:
    """Address that mails come from; verified with SES."""
    return _required("MAIL_SENDER")


def job_base_url() -> str:
    """Address of the employers' site; a job's page is this, a slash and the job's id."""
    return _required("JOB_BASE_URL").rstrip("/")


def matching_maximum_age() -> timedelta:
    """Age at which a completed matching is due again."""
    return _period(timedelta(days=1), "MATCHING_MAXIMUM_AGE_DAYS", 7)


def matching_lease() -> timedelta:
    """How long a run may hold a job; longer than the worker's own timeout."""
    return _period(timedelta(seconds=1), "MATCHING_LEASE_SECONDS", 90)


def _retention(name: str, days: int) -> timedelta | None:
    period = _period(timedelta(days=1), name, days)
    if period < timedelta(0):
        raise ConfigurationError(f"{name} must not be negative, as {period.days} is.")
    return period or None


def history_retention() -> timedelta | None:
    """Age at which history is deleted; none keeps it for ever."""
    return _retention("HISTORY_RETENTION_DAYS", 90)


def decision_retention() -> timedelta | None:
    """Age at which entries of the decision log are deleted; none keeps them for ever."""
    return _retention("DECISION_RETENTION_DAYS", 1_461)


class Scorer(StrEnum):
    """Who scores the candidates that are kept."""

    RUBRIC = "rubric"
    BEDROCK = "bedrock"


def match_scorer() -> Scorer:
    """Who scores: the rubric alone, or after it a language model of Amazon Bedrock."""
    value = os.environ.get("MATCH_SCORER") or Scorer.RUBRIC
    try:
        return Scorer(value)
    except ValueError:
        raise ConfigurationError(
            f"MATCH_SCORER must be {' or '.join(Scorer)}, not {value!r}."
        ) from None


def matching_limit() -> int:
    """How many of a job's best candidates are kept; with a model as scorer, its shortlist."""
    limit = _integer("MATCHING_LIMIT", 500)
    if match_scorer() is Scorer.RUBRIC:
        return limit
    return min(limit, _positive("MATCH_SHORTLIST", 50))


def model_id() -> str:
    """The model, or inference profile, that scores."""
    return _required("MATCH_MODEL_ID")


def model_concurrency() -> int:
    """How many candidates of a run the model is asked about at once."""
    return _positive("MATCH_MODEL_CONCURRENCY", 8)


def model_attempts() -> int:
    """How often it is asked about one, the first time included, before that counts as failed."""
    return _positive("MATCH_MODEL_ATTEMPTS", 3)


def model_answer_seconds() -> int:
    """How long each attempt waits for the answer."""
    return _positive("MATCH_MODEL_ANSWER_SECONDS", 30)


def model_seconds() -> int:
    """How long after its start a run may still ask; what it has asked then is waited for."""
    return _positive("MATCH_MODEL_SECONDS", 150)


def model_candidates() -> int:
    """How many candidates a run may ask about."""
    return _positive("MATCH_MODEL_CANDIDATES", 50)


def model_tokens() -> int:
    """How many tokens, in and out, a run may use before it asks no more."""
    return _positive("MATCH_MODEL_TOKENS", 250_000)
