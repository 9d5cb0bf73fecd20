"""The users of the database: what each may do, whoever creates them, and however often."""

# ruff: noqa: S603, S608 - the programs and the names in statements are our own

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from jobmatch.errors import sqlstate
from jobmatch.models import Webhook, all_tables
from jobmatch.postgres import connect, engine
from local.postgres import EmbeddedPostgres, _program
from tests.support.functions import FOLDERS, invoke
from tests.support.paths import ROOT
from tests.support.roles import MIGRATOR, READER, WRITER, role_of
from tests.support.roles import SQL as ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

PASSWORD = "made-for-these-tests"
MASTER = "master_of_tests"
PLATFORM = "platform_of_tests"
REFUSED = "42501"
TRIGGERED = "expired_decisions"
"""Only a trigger writes it, which has the rights of its owner."""

_signed_in: dict[URL, Connection] = {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A server of these tests' own, because users belong to all of its databases."""
    own = EmbeddedPostgres(tmp_path_factory.mktemp("roles"), durable=False)
    own.start()
    yield make_url(own.url())
    sign_out()
    own.stop()


@pytest.fixture
def url(server: URL) -> Iterator[URL]:
    """An empty database, and its owner: as the master user of RDS no superuser."""
    name = f"roles_{uuid4().hex}"
    run(
        server,
        f"CREATE ROLE {MASTER} LOGIN CREATEROLE PASSWORD '{PASSWORD}'",
        "CREATE ROLE rds_iam",
        f"GRANT rds_iam TO {MASTER} WITH ADMIN TRUE, INHERIT FALSE",
        f"CREATE DATABASE {name} OWNER {MASTER}",
    )
    yield server.set(username=MASTER, password=PASSWORD, database=name)
    sign_out()
    users = (READER, WRITER, MIGRATOR, PLATFORM, MASTER, "rds_iam")
    drops = (f"DROP ROLE IF EXISTS {user}" for user in users)
    run(server, f"DROP DATABASE {name} WITH (FORCE)", *drops)


def run(url: URL, *statements: str) -> list[tuple[object, ...]]:
    """What the last of some statements returns; each commits by itself."""
    if url not in _signed_in:
        _signed_in[url] = create_engine(url, isolation_level="AUTOCOMMIT").connect()
    found = [_signed_in[url].exec_driver_sql(statement) for statement in statements][-1]
    return [tuple(row) for row in found] if found.returns_rows else []


def sign_out() -> None:
    """Close the connections of `run`, which stay open because signing in takes the longest."""
    for connection in _signed_in.values():
        connection.close()
        connection.engine.dispose()
    _signed_in.clear()


def let_in(url: URL) -> None:
    """Give the three users a password, which roles.sql never does."""
    run(url, *(f"ALTER ROLE {name} PASSWORD '{PASSWORD}'" for name in (READER, WRITER, MIGRATOR)))


def migrate(url: URL, user: str = MIGRATOR, revision: str = "head") -> None:
    address = url.set(username=user).render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", revision],
        cwd=ROOT,
        env={"DATABASE_URL": address, "PYTHONPATH": "layers/common:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def refused(url: URL, statement: str) -> bool:
    try:
        run(url, statement)
    except ProgrammingError as error:
        return sqlstate(error) == REFUSED
    return False


def assert_least_privilege(url: URL) -> None:
    reader, writer, migrator = (url.set(username=name) for name in (READER, WRITER, MIGRATOR))
    for table in all_tables().tables:
        run(reader, f"SELECT FROM {table} LIMIT 1")
        if table == TRIGGERED:
            for change in (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT FROM {table}"):
                assert refused(writer, change)
        else:
            run(writer, f"SELECT FROM {table} LIMIT 1 FOR UPDATE")
            run(writer, f"DELETE FROM {table} WHERE false")
        assert refused(reader, f"DELETE FROM {table} WHERE false")
        assert refused(reader, f"INSERT INTO {table} SELECT FROM {table} WHERE false")
        assert refused(reader, f"SELECT FROM {table} FOR UPDATE")
        assert refused(writer, f"ALTER TABLE {table} ADD COLUMN x int")
        assert refused(writer, f"TRUNCATE {table}")
    for secret in ("secret", "previous_secret", "*"):
        assert refused(reader, f"SELECT {secret} FROM webhooks")
    shown = set(Webhook.__table__.c.keys()) - {"secret", "previous_secret"}
    run(reader, f"SELECT {', '.join(sorted(shown))} FROM webhooks")
    for user in (reader, writer):
        assert refused(user, "CREATE TABLE mine (id int)")
        assert refused(user, f"SET ROLE {MIGRATOR}")
    run(migrator, "CREATE TABLE later (id int)")
    run(reader, "SELECT FROM later")
    run(writer, "INSERT INTO later VALUES (1)")
    run(migrator, "DROP TABLE later")


def test_what_only_reads_is_called_so() -> None:
    readers = {operation for operation in FOLDERS if role_of(operation) == READER}
    elsewhere = {"confirm_user", "create_database_roles", "collect_heads", "sign_heads"}
    elsewhere |= {"drop_dead_letters", "send_webhook", "use_tools"}
    assert readers - elsewhere == {
        operation
        for operation in FOLDERS
        if operation.startswith(("get_", "draft_", "explain_", "export_", "suggest_", "verify_"))
    }


def test_an_empty_database_of_a_master_user_is_made_ready(url: URL) -> None:
    run(url, ROLES, ROLES)
    let_in(url)
    migrate(url)
    assert_least_privilege(url)
    run(url, ROLES)
    assert_least_privilege(url)


def test_without_a_data_api_the_master_user_signs_in_and_makes_the_others(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("DATABASE_CLUSTER_ARN", "")
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    for _ in range(2):
        assert invoke("create_database_roles", {}) == {}
    engine().dispose()
    let_in(url)
    migrate(url)
    assert_least_privilege(url)


def test_the_writer_deletes_from_the_log_only_what_its_retention_leaves(url: URL) -> None:
    run(url, ROLES)
    let_in(url)
    migrate(url)
    writer = url.set(username=WRITER)
    entry = (
        "INSERT INTO decisions SELECT gen_random_uuid(), 1, now() - interval '{} days', 'told',"
        " '{{}}', '', '{}'"
    )
    run(writer, entry.format(1460, "young"), entry.format(1462, "old"))
    for statement in ("DELETE FROM decisions", "DELETE FROM decisions WHERE hash = 'young'"):
        with pytest.raises(DBAPIError, match="until its retention is over"):
            run(writer, statement)
    run(writer, "DELETE FROM decisions WHERE hash = 'old'")
    assert run(writer, "SELECT convert_from(hash, 'UTF8') FROM expired_decisions") == [("old",)]
    body = "RETURNS interval LANGUAGE sql AS $$ SELECT interval '1 day' $$"
    assert refused(writer, f"CREATE OR REPLACE FUNCTION decision_retention() {body}")
    assert refused(writer, "ALTER TABLE decisions DISABLE TRIGGER ALL")
    assert refused(writer, "SET session_replication_role = replica")
    # Nor is it the writer's own function that counts, if it makes one.
    own = f"CREATE FUNCTION pg_temp.decision_retention() {body}"
    with pytest.raises(DBAPIError, match="until its retention is over"):
        run(writer, own, "SET search_path = pg_temp, public", "DELETE FROM decisions")


def test_whoever_creates_the_roles_does_not_stay_one_of_them(url: URL) -> None:
    run(url, ROLES, ROLES)
    usable = (
        "SELECT roleid::regrole FROM pg_auth_members WHERE member = current_user::regrole"
        " AND roleid::regrole::text LIKE 'jobmatch%' AND (inherit_option OR set_option)"
    )
    assert run(url, usable) == []
    members = "SELECT pg_has_role(rolname, 'rds_iam', 'MEMBER') FROM pg_roles WHERE rolname LIKE"
    assert run(url, f"{members} 'jobmatch\\_%%'") == [(True,)] * 3


def test_a_platform_keeps_its_tables(url: URL) -> None:
    base = ("users", "employer_profiles", "profiles")
    migrate(url, MASTER, "0001")
    run(
        url,
        f"CREATE ROLE {PLATFORM}",
        f"GRANT {PLATFORM} TO {MASTER} WITH INHERIT TRUE, SET TRUE",
        f"GRANT CREATE ON SCHEMA public TO {PLATFORM}",
        "CREATE TABLE payroll (id int)",
        *(f"ALTER TABLE {table} OWNER TO {PLATFORM}" for table in base),
        ROLES,
    )
    let_in(url)
    # As docs/deploy.md says, for as long as the migrations take.
    run(url, f"GRANT {PLATFORM} TO {MIGRATOR}")
    migrate(url)
    run(url, f"REVOKE {PLATFORM} FROM {MIGRATOR}")
    assert_least_privilege(url)
    owned = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relowner ="
    assert {name for (name,) in run(url, f"{owned} '{PLATFORM}'::regrole")} == {*base}
    mine = run(url, f"{owned} current_user::regrole")
    assert {name for (name,) in mine} == {"alembic_version", "payroll"}
    for user in (READER, WRITER, MIGRATOR):
        assert refused(url.set(username=user), "SELECT FROM payroll")


def test_tables_that_another_made_before_get_their_rights(url: URL) -> None:
    run(url, *(f"CREATE TABLE {table} (id int)" for table in all_tables().tables))
    run(url, ROLES)
    let_in(url)
    for table in all_tables().tables:
        run(url.set(username=READER), f"SELECT FROM {table}")
        inserting = f"INSERT INTO {table} VALUES (1)"
        if table == TRIGGERED:
            assert refused(url.set(username=WRITER), inserting)
        else:
            run(url.set(username=WRITER), inserting)


def test_psql_and_our_driver_run_the_file_as_it_is(url: URL) -> None:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    file = str(ROOT / "migrations" / "roles.sql")
    command = [_program("psql"), "-X", "-v", "ON_ERROR_STOP=1", "-d", address, "-f", file]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.strip()) == (0, "DO"), done.stderr
    run(url, ROLES)


@pytest.mark.parametrize(
    ("role", "limits"),
    [(READER, ("12s", "5s", "30s", "16MB")), (WRITER, ("55s", "5s", "30s", "16MB"))],
)
def test_limits_come_with_the_user(
    url: URL,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    limits: tuple[str, ...],
) -> None:
    run(url, ROLES)
    let_in(url)
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("DATABASE_USER", role)
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "work_mem")
    with connect() as connection:
        assert tuple(connection.scalar(text(f"SHOW {name}")) for name in names) == limits
    engine().dispose()
