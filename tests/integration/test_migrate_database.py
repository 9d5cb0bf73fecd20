"""migrate_database: what it runs, where it stops, and what it says."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from jobmatch.errors import ConflictError, FunctionFailedError
from jobmatch.operations import custom_resource
from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import connect
from tests.support.functions import invoke
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from io import StringIO
    from pathlib import Path

SECRET = "ada@firm.example"
MIGRATION = """
from alembic import op
revision = {revision!r}
down_revision = {before!r}
phase = {phase!r}
def upgrade():
    op.execute({sql!r})
"""

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with made-up migrations: add some with `migration`."""
    (tmp_path / "versions").mkdir()
    shutil.copy(ROOT / "migrations" / "env.py", tmp_path)
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(tmp_path))
    return tmp_path


def migration(folder: Path, number: int, phase: str | None = "expand", sql: str = "") -> None:
    values = {
        "revision": f"{number:04}",
        "before": f"{number - 1:04}" if number > 1 else None,
        "phase": phase,
        "sql": sql or f"CREATE TABLE made_by_{number} ()",
    }
    (folder / "versions" / f"{number:04}.py").write_text(MIGRATION.format(**values))


def tables() -> set[str]:
    with connect() as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return {*connection.scalars(text(query))} - {"alembic_version"}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What CloudFormation is told."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(custom_resource, "_put", lambda _url, body: told.append(body))
    return told


def deploy() -> None:
    event = {
        "RequestType": "Update",
        "ResponseURL": "https://s3.example/answer",
        **dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x"),
    }
    assert invoke("migrate_database", event) is None


def test_an_empty_database_gets_the_whole_schema_and_then_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    first = invoke("migrate_database", {})
    assert first["applied"][0] == "0001"
    assert first["revision"] == first["applied"][-1]
    assert {"jobs", "profiles", "profile_features"} <= tables()
    assert invoke("migrate_database", {}) == {**first, "applied": []}


def test_a_deployment_stops_before_the_first_contract_step_and_says_so(
    folder: Path, answers: list[dict[str, Any]]
) -> None:
    for number, phase in enumerate(("expand", "expand", "contract", "expand"), 1):
        migration(folder, number, phase)
    deploy()
    (answer,) = answers
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {"Revision": "0002", "Waiting": "0003 0004"}
    assert tables() == {"made_by_1", "made_by_2"}
    waiting = {"revision": "0002", "applied": [], "waiting": ["0003", "0004"]}
    assert invoke("migrate_database", {}) == waiting
    done = invoke("migrate_database", {"contract": True})
    assert done == {"revision": "0004", "applied": ["0003", "0004"], "waiting": []}
    # What was contracted by hand stands in nobody's way later.
    migration(folder, 5)
    deploy()
    assert answers[-1]["Data"] == {"Revision": "0005", "Waiting": ""}


def test_a_failing_migration_fails_the_deployment_and_leaves_the_database_as_it_was(
    folder: Path, answers: list[dict[str, Any]], log: StringIO
) -> None:
    migration(folder, 1)
    invoke("migrate_database", {})
    migration(folder, 2, sql=f"CREATE TABLE half_done (); SELECT CAST('{SECRET}' AS integer)")
    deploy()
    (answer,) = answers
    assert answer["Status"] == "FAILED"
    # The log may go with the rollback, so the answer says which migration failed and how.
    assert answer["Reason"].startswith("ProgrammingError (22P02), in 0002.py. See ")
    assert tables() == {"made_by_1"}
    said = log.getvalue()
    assert "22P02" in said
    assert SECRET not in said + json.dumps(answer)
    with pytest.raises(FunctionFailedError) as error:
        invoke("migrate_database", {})
    assert SECRET not in str(error.value)
    # Mended, it goes on from there.
    migration(folder, 2)
    assert invoke("migrate_database", {})["applied"] == ["0002"]


def test_a_wrong_setting_is_named_to_who_deploys(
    folder: Path, answers: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECISION_RETENTION_DAYS", "four years")
    deploy()
    (answer,) = answers
    assert "DECISION_RETENTION_DAYS must be a whole number" in answer["Reason"]


def test_a_migration_without_a_phase_runs_nothing(folder: Path) -> None:
    migration(folder, 1)
    migration(folder, 2, phase=None)
    with pytest.raises(ConflictError, match="0002 names no phase"):
        upgrade(folder)
    assert tables() == set()


def test_after_a_rollback_the_database_is_ahead_and_that_is_no_error(
    folder: Path, answers: list[dict[str, Any]]
) -> None:
    migration(folder, 1)
    migration(folder, 2)
    invoke("migrate_database", {})
    (folder / "versions" / "0002.py").unlink()
    deploy()
    (answer,) = answers
    assert (answer["Status"], answer["Data"]["Revision"]) == ("SUCCESS", "0002")
    assert tables() == {"made_by_1", "made_by_2"}


@pytest.mark.parametrize("revision", ["4f2a9c", "0000", "10000"])
def test_a_revision_of_somebody_else_is_refused(folder: Path, revision: str) -> None:
    migration(folder, 1)
    upgrade(folder)
    with connect() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(statement, {"revision": revision})
    with pytest.raises(ConflictError, match="unknown revision"):
        upgrade(folder)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% done"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(ROOT / "migrations" / "env.py", folder)
    migration(folder, 1)
    assert upgrade(folder).applied == ["0001"]
