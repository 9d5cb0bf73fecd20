"""Settings: from the environment of the moment, or their default."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch import config
from jobmatch.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

INTEGERS: list[tuple[Callable[[], Any], str, Any, Any]] = [
    (config.database_connect_seconds, "DATABASE_CONNECT_SECONDS", 5, 12),
    (config.database_answer_seconds, "DATABASE_ANSWER_SECONDS", 0, 12),
    (config.database_pool_size, "DATABASE_POOL_SIZE", 1, 12),
    (config.database_statement_timeout_ms, "DATABASE_STATEMENT_TIMEOUT_MS", 0, 12),
    (
        config.matching_maximum_age,
        "MATCHING_MAXIMUM_AGE_DAYS",
        timedelta(days=7),
        timedelta(days=12),
    ),
    (
        config.matching_lease,
        "MATCHING_LEASE_SECONDS",
        timedelta(seconds=90),
        timedelta(seconds=12),
    ),
    (config.matching_limit, "MATCHING_LIMIT", 500, 12),
    *(
        (setting, f"MATCH_MODEL_{name}", default, 12)
        for setting, name, default in (
            (config.model_concurrency, "CONCURRENCY", 8),
            (config.model_attempts, "ATTEMPTS", 3),
            (config.model_answer_seconds, "ANSWER_SECONDS", 30),
            (config.model_seconds, "SECONDS", 150),
            (config.model_candidates, "CANDIDATES", 50),
            (config.model_tokens, "TOKENS", 250_000),
        )
    ),
]


@pytest.mark.parametrize(("setting", "name", "default", "twelve"), INTEGERS)
def test_a_number_has_a_default_and_is_read_anew_each_time(
    setting: Callable[[], Any],
    name: str,
    default: object,
    twelve: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(name, raising=False)
    assert setting() == default
    monkeypatch.setenv(name, "12")
    assert setting() == twelve
    monkeypatch.setenv(name, "")
    assert setting() == default
    monkeypatch.setenv(name, "a dozen")
    with pytest.raises(ConfigurationError, match=f"^{name} must be a whole number"):
        setting()


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (config.matching_maximum_age, "MATCHING_MAXIMUM_AGE_DAYS"),
        (config.matching_lease, "MATCHING_LEASE_SECONDS"),
        (config.history_retention, "HISTORY_RETENTION_DAYS"),
    ],
)
def test_a_time_has_an_end(
    setting: Callable[[], Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1" + "0" * 20)
    with pytest.raises(ConfigurationError, match=f"^{name} is longer than any time"):
        setting()


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (config.database_url, "DATABASE_URL"),
        (config.matching_queue_url, "MATCHING_QUEUE_URL"),
        (config.matching_dead_letter_queue_url, "MATCHING_DEAD_LETTER_QUEUE_URL"),
        (config.notification_queue_url, "NOTIFICATION_QUEUE_URL"),
        (config.notification_dead_letter_queue_url, "NOTIFICATION_DEAD_LETTER_QUEUE_URL"),
        (config.mail_sender, "MAIL_SENDER"),
        (config.job_base_url, "JOB_BASE_URL"),
        (config.model_id, "MATCH_MODEL_ID"),
    ],
)
def test_an_address_must_be_given(
    setting: Callable[[], str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "somewhere")
    assert setting() == "somewhere"
    monkeypatch.setenv(name, "")
    with pytest.raises(ConfigurationError, match=name):
        setting()
    monkeypatch.delenv(name)
    with pytest.raises(ConfigurationError, match=name):
        setting()


def test_a_secret_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_SECRET_ARN", raising=False)
    assert config.database_secret_arn() is None
    monkeypatch.setenv("DATABASE_SECRET_ARN", "")
    assert config.database_secret_arn() is None
    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:x")
    assert config.database_secret_arn() == "arn:aws:secretsmanager:x"


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        (config.database_iam, "DATABASE_AUTHENTICATION", "iam"),
        (config.database_tls, "DATABASE_TLS", "verify-full"),
        (config.database_rds_roots, "DATABASE_CA", "rds"),
    ],
)
def test_a_switch_is_on_off_or_a_mistake(
    setting: Callable[[], bool], name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    assert setting() is False
    monkeypatch.setenv(name, "")
    assert setting() is False
    monkeypatch.setenv(name, value)
    assert setting() is True
    monkeypatch.setenv(name, value.upper())
    with pytest.raises(ConfigurationError, match=name):
        setting()


@pytest.mark.parametrize(("value", "on"), [("", True), ("on", True), ("off", False)])
def test_statements_stay_prepared_unless_that_is_off(
    value: str, on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PREPARED_STATEMENTS", value)
    assert config.database_prepared_statements() is on


def test_another_word_for_prepared_statements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PREPARED_STATEMENTS", "yes")
    with pytest.raises(ConfigurationError, match="on or off"):
        config.database_prepared_statements()


def test_the_rubric_scores_unless_a_model_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, scorer in (("", "rubric"), ("rubric", "rubric"), ("bedrock", "bedrock")):
        monkeypatch.setenv("MATCH_SCORER", value)
        assert config.match_scorer() == scorer
    monkeypatch.setenv("MATCH_SCORER", "Bedrock")
    with pytest.raises(ConfigurationError, match=r"^MATCH_SCORER must be rubric or bedrock"):
        config.match_scorer()


@pytest.mark.parametrize(
    ("limit", "shortlist", "kept"), [("500", "", 50), ("500", "7", 7), ("5", "7", 5)]
)
def test_a_model_keeps_its_shortlist_and_the_rubric_all_of_the_limit(
    limit: str, shortlist: str, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", limit)
    monkeypatch.setenv("MATCH_SHORTLIST", shortlist)
    assert config.matching_limit() == int(limit)
    monkeypatch.setenv("MATCH_SCORER", "bedrock")
    assert config.matching_limit() == kept
    for wrong in ("0", "-1"):
        monkeypatch.setenv("MATCH_SHORTLIST", wrong)
        with pytest.raises(ConfigurationError, match=r"^MATCH_SHORTLIST must be 1 or more"):
            config.matching_limit()
