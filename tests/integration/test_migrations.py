"""Migrations: up, down, side by side, and what they make of a platform that is there already."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from typing import Any

import pytest
from alembic import command, op
from alembic.config import Config
from sqlalchemy import text

from jobmatch.errors import ConflictError
from jobmatch.postgres import connect
from tests.support.paths import ROOT
from tests.support.postings import SUBSCORES
from tests.support.rivals import until
from tests.support.schema import ENUMS, INDEXES, REFERENCES, TABLES


@pytest.fixture
def alembic_config() -> Config:
    """What `alembic` itself is configured with, on the command line."""
    return Config(toml_file=ROOT / "pyproject.toml")


def rows(query: str, **parameters: str) -> list[Any]:
    with connect() as connection:
        return list(connection.execute(text(query), parameters))


def columns(table: str) -> dict[str, tuple[str, bool, str | None]]:
    """Type, whether it may be null, and default of each column."""
    found = rows(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,"
        " pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a"
        " LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)"
        " WHERE a.attrelid = CAST(:t AS regclass) AND a.attnum > 0 AND NOT a.attisdropped",
        t=table,
    )
    return {name: tuple(shape) for name, *shape in found}


def indexes(table: str) -> dict[str, str]:
    """The columns of each index, after UNIQUE where it is that."""
    return {
        name: f"{'UNIQUE ' * ('UNIQUE' in definition)}{definition.partition('btree ')[2]}"
        for name, definition in rows(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :t", t=table
        )
    }


def constraints(table: str, kind: str) -> set[str]:
    return {
        definition
        for (definition,) in rows(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = CAST(:t AS regclass) AND contype = :kind",
            t=table,
            kind=kind,
        )
    }


def enums() -> dict[str, list[str]]:
    return dict(
        rows(
            "SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)"
            " FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname"
        )
    )


def tables() -> set[str]:
    return {
        name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    } - {"alembic_version"}


def test_migrations_go_up_to_the_models_and_down_to_nothing_and_up_again(
    own_database: str, alembic_config: Config
) -> None:
    for _ in range(2):
        command.upgrade(alembic_config, "head")
        command.check(alembic_config)
        assert enums() == ENUMS
        command.downgrade(alembic_config, "base")
        assert (tables(), enums()) == (set(), {})


def test_jobs_and_matches_come_exactly_as_the_platform_adopts_them(
    own_database: str, alembic_config: Config
) -> None:
    command.upgrade(alembic_config, "0001")
    assert tables() == {"users", "employer_profiles", "profiles"}
    command.upgrade(alembic_config, "0002")
    assert tables() == TABLES.keys()
    for table in ("jobs", "job_matches"):
        assert columns(table) == TABLES[table]
        assert indexes(table) == INDEXES[table]
        assert constraints(table, "f") == REFERENCES[table]
        assert constraints(table, "c") == set()


@pytest.mark.parametrize("table", TABLES)
def test_later_migrations_keep_all_that_the_platform_has(migrated_url: str, table: str) -> None:
    assert TABLES[table].items() <= columns(table).items()
    assert INDEXES.get(table, {}).items() <= indexes(table).items()
    assert constraints(table, "f") == REFERENCES.get(table, set())
    if table in ("users", "employer_profiles"):
        assert len(constraints(table, "u")) == 1


def test_what_employers_were_told_before_is_carried_over(
    own_database: str, alembic_config: Config
) -> None:
    command.upgrade(alembic_config, "0003")
    with connect() as connection:
        connection.execute(
            text(
                "WITH employer AS (INSERT INTO users (email, role) VALUES ('a@b', 'employer')"
                " RETURNING id), job AS (INSERT INTO jobs (employer_user_id, created_by, title)"
                " SELECT id, id, 'Counsel' FROM employer RETURNING id), candidate AS (INSERT INTO"
                " profiles (name) VALUES ('told'), ('not told') RETURNING id, name) INSERT INTO"
                " job_matches (job_id, profile_id, overall_score, subscores, summary,"
                " recommendation, notified_at) SELECT job.id, candidate.id, 80, :subscores, '',"
                " 'Strong Match', CASE name WHEN 'told' THEN timestamptz '2025-05-05' END"
                " FROM job, candidate"
            ),
            {"subscores": SUBSCORES},
        )
    command.upgrade(alembic_config, "head")
    told = rows("SELECT job_id, profile_id, notified_at FROM told_matches")
    assert told == rows(
        "SELECT job_id, profile_id, notified_at FROM job_matches WHERE notified_at IS NOT NULL"
    )
    assert len(told) == 1


def test_what_had_expired_from_the_decision_log_is_recorded(
    own_database: str, alembic_config: Config
) -> None:
    """As past the retention, since nothing else has deleted before."""
    command.upgrade(alembic_config, "0018")
    entry = "INSERT INTO decisions SELECT '{}', {}, now(), 'told', '{{}}', '{}', '{}'"
    whole, shortened = "0" * 31 + "1", "0" * 31 + "2"
    with connect() as connection:
        for job, numbers in ((whole, (1, 2)), (shortened, (3, 4))):
            for number in numbers:
                statement = entry.format(job, number, f"hash {number - 1}", f"hash {number}")
                connection.execute(text(statement))
    command.upgrade(alembic_config, "head")
    (recorded,) = rows(
        "SELECT job_id, number, hash, recorded_at < now() - decision_retention()"
        " FROM expired_decisions"
    )
    assert (recorded[0].hex, *recorded[1:]) == (shortened, 2, b"hash 2", True)


def test_rows_that_break_a_check_are_named_and_nothing_is_changed(
    own_database: str, alembic_config: Config
) -> None:
    command.upgrade(alembic_config, "0013")
    ((job,),) = rows(
        "WITH employer AS (INSERT INTO users (email, role) VALUES ('a@b', 'employer') RETURNING id)"
        " INSERT INTO jobs (employer_user_id, created_by, title, minimum_experience)"
        " SELECT id, id, 'Counsel', 61 FROM employer RETURNING id"
    )
    with pytest.raises(ConflictError, match=f"jobs_minimum_experience_check: {job}$"):
        command.upgrade(alembic_config, "head")
    assert constraints("jobs", "c") == {"CHECK ((version > 0))"}
    rows("UPDATE jobs SET minimum_experience = 60 RETURNING id")
    command.upgrade(alembic_config, "head")
    assert len(constraints("jobs", "c")) > 1


def test_an_upgrade_whose_index_could_not_be_built_can_be_repeated(
    own_database: str, alembic_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_index = op.create_index

    def time_out(*arguments: Any, **options: Any) -> None:
        if "postgresql_concurrently" in options:
            raise TimeoutError
        create_index(*arguments, **options)

    monkeypatch.setattr(op, "create_index", time_out)
    with pytest.raises(TimeoutError):
        command.upgrade(alembic_config, "head")
    monkeypatch.setattr(op, "create_index", create_index)
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def lock_key() -> int:
    """The key of the advisory lock that migrations take."""
    source = (ROOT / "migrations/env.py").read_text(encoding="utf-8")
    found = re.search(r"ADVISORY_LOCK = ([\d_]+)", source)
    assert found is not None
    return int(found[1])


def migrating() -> subprocess.Popen[str]:
    """A deployment in a process of its own: alembic keeps its state in module globals."""
    code = (
        "import json; from tests.support.functions import invoke;"
        "print(json.dumps(invoke('migrate_database', {})))"
    )
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'layers/common'}{os.pathsep}{ROOT}",
            "MIGRATIONS_FOLDER": str(ROOT / "migrations"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def sessions() -> int:
    """How many are connected to the database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    return int(rows(query)[0][0])


def test_two_deployments_migrate_one_after_the_other(own_database: str) -> None:
    with connect() as connection:
        before = sessions()
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": lock_key()})
        deployments = [migrating(), migrating()]
        until(lambda: sessions() == before + 2)
        time.sleep(0.3)  # in which they would have begun
        assert tables() == set()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": lock_key()})
    said = [deployment.communicate(timeout=60)[0] for deployment in deployments]
    assert [deployment.returncode for deployment in deployments] == [0, 0], said
    answers = sorted(
        (json.loads(text.splitlines()[-1]) for text in said), key=lambda each: each["applied"]
    )
    every = [each.name[:4] for each in sorted((ROOT / "migrations/versions").glob("*.py"))]
    nothing = {"revision": every[-1], "applied": [], "waiting": []}
    assert sorted(answers, key=lambda each: len(each["applied"])) == [
        nothing,
        {**nothing, "applied": every},
    ]
    assert TABLES.keys() <= tables()
