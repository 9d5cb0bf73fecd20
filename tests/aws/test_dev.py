"""Profile `dev`, as it is in samconfig.toml: Aurora, to which IAM alone gives access."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from local.postgres import EmbeddedPostgres
from tests.aws.report import REPORT
from tests.aws.stack import Stack
from tests.aws.steps import MAIL, follow_the_guide, tear_down
from tests.support.artefacts import check
from tests.support.encryption import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.aws.checkout import Checkout
    from tests.aws.emulator import Emulator

# What RDS has made before anybody can use the cluster.
RDS = """
CREATE ROLE rds_iam;
CREATE ROLE jobmatch_master LOGIN CREATEROLE CREATEDB;
GRANT rds_iam TO jobmatch_master WITH ADMIN OPTION;
ALTER DATABASE jobmatch OWNER TO jobmatch_master;
ALTER SCHEMA public OWNER TO jobmatch_master;
"""


def _address() -> str:
    """An address of this machine whose port 5432 is free."""
    for number in range(2, 255):
        with socket.socket() as probe:
            try:
                probe.bind((f"127.0.0.{number}", 5432))
            except OSError:
                continue
            return f"127.0.0.{number}"
    raise RuntimeError("No address of this machine has a free port 5432.")


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """A server for Aurora, which lets in everybody: the emulator's gate is before it."""
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    (folder / "postgres").mkdir()
    server.start()
    for statement in RDS.strip().splitlines():
        server.query(statement)
    (folder / "postgres" / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n")
    server.query("SELECT pg_reload_conf()")
    host = _address()
    authority = Authority.create(folder / "roots.pem")
    authority.vouch_for(host)
    yield {
        "AURORA_HOST": host,
        "AURORA_SERVER_PORT": str(server.port),
        "AURORA_CERTIFICATE": str(folder / f"{host}.pem"),
        "AURORA_ROOTS": str(authority.path),
    }
    server.stop()


@pytest.fixture(scope="module")
def stack(emulator: Emulator, checkout: Checkout) -> Stack:
    """The stack, deployed."""
    checkout.configure("dev", MAIL)
    with REPORT.timed("jobmatch-dev: create"):
        checkout.deploy("dev")
    return Stack(emulator, "jobmatch-dev")


def test_the_stack_is_created(stack: Stack) -> None:
    assert stack.status() in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    REPORT.count(stack)


def test_the_guide_leads_to_the_first_match_and_its_mail(stack: Stack, checkout: Checkout) -> None:
    follow_the_guide(stack, checkout)


def test_the_roles_of_the_database_are_made_again(stack: Stack) -> None:
    operation = "create_database_roles"
    check(operation, stack.invoke("CreateDatabaseRolesFunction", operation), stack.emulator.tail())


def test_the_database_lets_nobody_in_whom_iam_does_not(stack: Stack, emulator: Emulator) -> None:
    """Without the right that the template gives, a function has no database."""
    iam, policy = emulator.client("iam"), stack.physical("WriteDatabase")
    # It has not run yet; others have a connection.
    role = stack.live("PurgeHistoryFunction")["Role"].rpartition("/")[2]
    iam.detach_role_policy(RoleName=role, PolicyArn=policy)
    assert "errorMessage" in stack.invoke("PurgeHistoryFunction", "purge_history")
    iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    assert "isComplete" in stack.invoke("PurgeHistoryFunction", "purge_history")


def test_the_stack_is_deleted(stack: Stack, checkout: Checkout) -> None:
    tear_down(stack, checkout)
