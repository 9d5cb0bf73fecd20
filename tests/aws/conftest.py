"""Fixtures: an emulated account, PostgreSQL, and the project deployed there.

The tests of a file run in their order: each begins with what the one before has left.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from jobmatch.postgres import connect, engine
from tests.aws.checkout import Checkout
from tests.aws.emulator import Emulator
from tests.aws.report import REPORT
from tests.aws.steps import MAIL
from tests.support.roles import USERS, users_with
from tests.support.trust import FULL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "invented"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this file's own."""
    return tmp_path_factory.mktemp("aws")


@pytest.fixture(scope="module")
def cluster() -> dict[str, str]:
    """Variables that tell the emulator of a server for Aurora; here there is none."""
    return {}


@pytest.fixture(scope="module")
def emulator(folder: Path, cluster: dict[str, str]) -> Iterator[Emulator]:
    """An account in which mails may be sent from example.com and to it."""
    with Emulator(folder / "emulator", cluster) as emulator:
        emulator.client("sesv2").create_email_identity(EmailIdentity=MAIL["MailIdentity"])
        yield emulator


@pytest.fixture(scope="module")
def checkout(emulator: Emulator, folder: Path) -> Checkout:
    """The project, as an operator has it."""
    return Checkout(folder / "jobmatch", emulator)


@pytest.fixture(scope="module")
def own_database(empty_database_url: str, emulator: Emulator) -> Iterator[dict[str, str]]:
    """The parameters of a PostgreSQL of one's own; the environment points to it, too."""
    address = make_url(empty_database_url)
    secrets = emulator.client("secretsmanager")
    parameters = {
        "Database": "own",
        "DatabaseHost": str(address.host),
        "DatabasePort": str(address.port),
        "DatabaseName": str(address.database),
        "DatabaseTls": "",
        "DatabaseCa": "",
    }
    for role in ("reader", "writer", "migrator"):
        login = {"username": f"jobmatch_{role}", "password": PASSWORD}
        made = secrets.create_secret(Name=f"jobmatch/{role}", SecretString=json.dumps(login))
        parameters[f"Database{role.capitalize()}SecretArn"] = made["ARN"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", empty_database_url)
        with users_with(PASSWORD):
            yield parameters
            # Another file has the same database, and begins with an empty one.
            with connect() as connection:
                for user in USERS:
                    connection.exec_driver_sql(f"DROP OWNED BY {user} CASCADE")
        engine().dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was emulated and what has only a name; `make trust` writes it down."""
    for line in (*REPORT.lines(), *REPORT.times()):
        terminalreporter.write_line(line)
    if FULL:
        REPORT.write()
