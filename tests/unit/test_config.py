"""Settings: from the environment of the process, or their default."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest

from jobmatch.config import Settings, settings
from jobmatch.errors import ConfigurationError

INTEGERS: list[tuple[str, str, Any, Any]] = [
    ("database_connect_seconds", "DATABASE_CONNECT_SECONDS", 5, 12),
    ("database_answer_seconds", "DATABASE_ANSWER_SECONDS", 0, 12),
    ("database_pool_size", "DATABASE_POOL_SIZE", 1, 12),
    ("database_statement_timeout_ms", "DATABASE_STATEMENT_TIMEOUT_MS", 0, 12),
    ("database_idle_session_timeout_ms", "DATABASE_IDLE_SESSION_TIMEOUT_MS", 0, 12),
    (
        "matching_maximum_age",
        "MATCHING_MAXIMUM_AGE_DAYS",
        timedelta(days=7),
        timedelta(days=12),
    ),
    (
        "matching_lease",
        "MATCHING_LEASE_SECONDS",
        timedelta(seconds=90),
        timedelta(seconds=12),
    ),
    ("history_retention", "HISTORY_RETENTION_DAYS", timedelta(days=90), timedelta(days=12)),
    ("decision_retention", "DECISION_RETENTION_DAYS", timedelta(days=1461), timedelta(days=12)),
    ("matching_limit", "MATCHING_LIMIT", 500, 12),
    *(
        (f"model_{name}", f"MATCH_MODEL_{name.upper()}", default, 12)
        for name, default in (
            ("concurrency", 8),
            ("attempts", 3),
            ("answer_seconds", 30),
            ("seconds", 150),
            ("candidates", 50),
            ("tokens", 250_000),
        )
    ),
]


@pytest.mark.parametrize(("setting", "name", "default", "twelve"), INTEGERS)
def test_a_number_has_a_default(setting: str, name: str, default: object, twelve: object) -> None:
    assert getattr(Settings({}), setting) == default
    assert getattr(Settings({name: "12"}), setting) == twelve
    assert getattr(Settings({name: ""}), setting) == default
    with pytest.raises(ConfigurationError, match=f"^{name} must be a whole number"):
        getattr(Settings({name: "a dozen"}), setting)


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("matching_maximum_age", "MATCHING_MAXIMUM_AGE_DAYS"),
        ("matching_lease", "MATCHING_LEASE_SECONDS"),
        ("history_retention", "HISTORY_RETENTION_DAYS"),
    ],
)
def test_a_time_has_an_end(setting: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is longer than any time"):
        getattr(Settings({name: "1" + "0" * 20}), setting)


@pytest.mark.parametrize("kind", ["history", "decision"])
def test_history_is_kept_for_a_time_or_for_ever(kind: str) -> None:
    name = f"{kind.upper()}_RETENTION_DAYS"
    assert getattr(Settings({name: "0"}), f"{kind}_retention") is None
    with pytest.raises(ConfigurationError, match=f"^{name} must not be negative, as -1 is"):
        getattr(Settings({name: "-1"}), f"{kind}_retention")


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("database_url", "DATABASE_URL"),
        ("matching_queue_url", "MATCHING_QUEUE_URL"),
        ("matching_dead_letter_queue_url", "MATCHING_DEAD_LETTER_QUEUE_URL"),
        ("notification_queue_url", "NOTIFICATION_QUEUE_URL"),
        ("notification_dead_letter_queue_url", "NOTIFICATION_DEAD_LETTER_QUEUE_URL"),
        ("mail_sender", "MAIL_SENDER"),
        ("model_id", "MATCH_MODEL_ID"),
    ],
)
def test_an_address_must_be_given_once_it_is_asked_for(setting: str, name: str) -> None:
    assert getattr(Settings({name: "somewhere"}), setting) == "somewhere"
    for without in (Settings({name: ""}), Settings({})):
        message = f"^The environment variable {name} is not set.$"
        for _ in range(2):
            with pytest.raises(ConfigurationError, match=message):
                getattr(without, setting)


def test_there_may_be_no_console_to_link_to() -> None:
    for without in ({}, {"CONSOLE_URL": ""}):
        assert Settings(without).console_url is None
    given = Settings({"CONSOLE_URL": "https://jobs.example/console/"})
    assert given.console_url == "https://jobs.example/console"


def test_a_secret_is_optional() -> None:
    assert Settings({}).database_secret_arn is None
    assert Settings({"DATABASE_SECRET_ARN": ""}).database_secret_arn is None
    arn = "arn:aws:secretsmanager:x"
    assert Settings({"DATABASE_SECRET_ARN": arn}).database_secret_arn == arn


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("database_iam", "DATABASE_AUTHENTICATION", "iam"),
        ("database_tls", "DATABASE_TLS", "verify-full"),
        ("database_rds_roots", "DATABASE_CA", "rds"),
    ],
)
def test_a_switch_is_on_off_or_a_mistake(setting: str, name: str, value: str) -> None:
    assert getattr(Settings({}), setting) is False
    assert getattr(Settings({name: ""}), setting) is False
    assert getattr(Settings({name: value}), setting) is True
    wrong = value.upper()
    with pytest.raises(
        ConfigurationError, match=f"^{name} must be {value} or empty, not '{wrong}'"
    ):
        getattr(Settings({name: wrong}), setting)


@pytest.mark.parametrize(("value", "on"), [("", True), ("on", True), ("off", False)])
def test_statements_stay_prepared_unless_that_is_off(value: str, on: bool) -> None:
    given = Settings({"DATABASE_PREPARED_STATEMENTS": value})
    assert given.database_prepared_statements is on


def test_another_word_for_prepared_statements_is_refused() -> None:
    given = Settings({"DATABASE_PREPARED_STATEMENTS": "yes"})
    with pytest.raises(ConfigurationError, match="on or off"):
        given.database_prepared_statements  # noqa: B018 - that is when it is read


def test_the_rubric_scores_unless_a_model_is_chosen() -> None:
    for value, scorer in (("", "rubric"), ("rubric", "rubric"), ("bedrock", "bedrock")):
        assert Settings({"MATCH_SCORER": value}).match_scorer == scorer
    given = Settings({"MATCH_SCORER": "Bedrock"})
    with pytest.raises(ConfigurationError, match=r"^MATCH_SCORER must be rubric or bedrock"):
        given.match_scorer  # noqa: B018 - that is when it is read


@pytest.mark.parametrize(
    ("limit", "shortlist", "kept"), [("500", "", 50), ("500", "7", 7), ("5", "7", 5)]
)
def test_a_model_keeps_its_shortlist_and_the_rubric_all_of_the_limit(
    limit: str, shortlist: str, kept: int
) -> None:
    limits = {"MATCHING_LIMIT": limit, "MATCH_SHORTLIST": shortlist}
    assert Settings(limits).matching_limit == int(limit)
    by_model = {**limits, "MATCH_SCORER": "bedrock"}
    assert Settings(by_model).matching_limit == kept
    for wrong in ("0", "-1"):
        given = Settings({**by_model, "MATCH_SHORTLIST": wrong})
        with pytest.raises(ConfigurationError, match=r"^MATCH_SHORTLIST must be 1 or more"):
            given.matching_limit  # noqa: B018 - that is when it is read


def test_a_process_reads_its_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "3")
    before = settings()
    monkeypatch.setenv("MATCHING_LIMIT", "4")
    assert before.matching_limit == 3, "asked for only after the change"
    assert settings() is settings()
    assert settings().matching_limit == 4, "the test's own patch has it read anew"


def test_settings_are_frozen_and_tell_nothing_of_the_environment() -> None:
    given = Settings({"DATABASE_URL": "postgresql://user:secret@host/db"})
    for name in ("database_url", "environment"):
        with pytest.raises(FrozenInstanceError):
            setattr(given, name, "elsewhere")
    assert "secret" not in repr(given)
