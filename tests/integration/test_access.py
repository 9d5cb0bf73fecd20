"""Getting into a database: encryption and trust, as whom, and patience with a server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pg8000
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError

from jobmatch.errors import ConfigurationError, sqlstate
from jobmatch.postgres import connect, engine
from jobmatch.postgres import connecting as access
from jobmatch.postgres.connecting import UnreachableError, UntrustedServerError
from jobmatch.postgres.credentials import CredentialsError, Login
from jobmatch.web.problems import database_error
from tests.support.addresses import Relay
from tests.support.encryption import Authority
from tests.support.rivals import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import StringIO

    from sqlalchemy import URL

PASSWORD = "made for one test"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("authority") / "ours.pem")


@pytest.fixture(scope="module")
def server(server_url: str) -> Iterator[URL]:
    """A server that knows `somebody` as well."""
    url = make_url(server_url)
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE ROLE somebody LOGIN PASSWORD '{PASSWORD}'"))
        yield url
        connection.execute(text("DROP ROLE somebody"))
    connection.engine.dispose()


@pytest.fixture(scope="module")
def relay(server: URL, authority: Authority) -> Iterator[Relay]:
    """The same server, encrypted: it is `localhost` and nobody else."""
    with Relay(server.port or 5432, tls=authority.vouch_for("localhost")) as relay:
        yield relay


@pytest.fixture
def encrypted(server: URL, relay: Relay) -> URL:
    return server.set(host="localhost", port=relay.port)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    access._context.cache_clear()
    yield monkeypatch
    access._context.cache_clear()


@pytest.fixture
def trusting(
    settings: pytest.MonkeyPatch, encrypted: URL, authority: Authority
) -> pytest.MonkeyPatch:
    """The settings of a function whose system trusts the encrypted server."""
    name(settings, encrypted)
    settings.setenv("DATABASE_TLS", "verify-full")
    settings.setenv("SSL_CERT_FILE", str(authority.path))
    return settings


def name(settings: pytest.MonkeyPatch, url: URL) -> None:
    settings.setenv("DATABASE_URL", url.render_as_string(hide_password=False))


def ask(statement: str) -> list[object]:
    """The row that a new connection answers with."""
    try:
        with connect() as connection:
            return list(connection.execute(text(statement)).one())
    finally:
        engine().dispose()


def refusal() -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        ask("SELECT 1")
    return caught.value


def assert_asks_for_patience(error: DBAPIError, log: StringIO, why: str) -> None:
    assert database_error(error).status_code == 503
    line = log.getvalue()
    assert why in line
    password = make_url(engine().url).password
    assert password
    assert password not in line


def test_a_server_that_the_system_trusts_is_talked_to_in_secret(
    trusting: pytest.MonkeyPatch, relay: Relay
) -> None:
    relay.versions.clear()
    assert ask("SELECT 1") == [1]
    assert relay.versions == ["TLSv1.3"]


def test_the_roots_of_the_functions_region_are_trusted_and_no_others(
    trusting: pytest.MonkeyPatch, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("certificates")
    other = Authority.create(folder / "amazon.pem")
    (folder / "eu-west-1.pem").write_bytes(authority.path.read_bytes())
    (folder / "us-east-1.pem").write_bytes(other.path.read_bytes())
    trusting.setattr(access, "CERTIFICATES", folder)
    trusting.setenv("DATABASE_CA", "rds")
    assert ask("SELECT 1") == [1]
    trusting.setenv("AWS_REGION", "us-east-1")
    assert isinstance(refusal().orig, UntrustedServerError)
    trusting.setenv("AWS_REGION", "us-east-9")
    with pytest.raises(ConfigurationError, match="us-east-9"):
        ask("SELECT 1")


def test_rds_proxy_has_a_certificate_of_amazon_trust_services(
    trusting: pytest.MonkeyPatch, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("certificates")
    Authority.create(folder / "eu-west-1.pem")
    (folder / "amazon.pem").write_bytes(authority.path.read_bytes())
    trusting.setattr(access, "CERTIFICATES", folder)
    trusting.setenv("DATABASE_CA", "rds")
    assert ask("SELECT 1") == [1]


@pytest.mark.parametrize("wrong", ["authority", "host"])
def test_a_server_that_cannot_prove_who_it_is_is_left_at_once(
    trusting: pytest.MonkeyPatch,
    encrypted: URL,
    tmp_path_factory: pytest.TempPathFactory,
    wrong: str,
    log: StringIO,
) -> None:
    if wrong == "host":
        name(trusting, encrypted.set(host="127.0.0.1"))
    else:
        stranger = Authority.create(tmp_path_factory.mktemp("stranger") / "stranger.pem")
        trusting.setenv("SSL_CERT_FILE", str(stranger.path))
    before = time.monotonic()
    error = refusal()
    assert time.monotonic() - before < 2
    assert isinstance(error.orig, UntrustedServerError)
    assert_asks_for_patience(error, log, "UntrustedServerError")


def test_without_encryption_the_server_refuses_us(
    trusting: pytest.MonkeyPatch, log: StringIO
) -> None:
    trusting.setenv("DATABASE_TLS", "")
    error = refusal()
    assert sqlstate(error) == "28000"
    assert_asks_for_patience(error, log, "28000")


def test_without_encryption_we_refuse_the_server(
    settings: pytest.MonkeyPatch, server_url: str, log: StringIO
) -> None:
    name(settings, make_url(server_url))
    settings.setenv("DATABASE_TLS", "verify-full")
    settings.setenv("DATABASE_CONNECT_SECONDS", "1")
    error = refusal()
    assert "refuses SSL" in str(error.orig)
    assert_asks_for_patience(error, log, "UnreachableError")


def test_an_encrypted_connection_that_the_server_closed_is_replaced_unnoticed(
    trusting: pytest.MonkeyPatch, encrypted: URL
) -> None:
    with connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    trusting.setenv("DATABASE_POOL_SIZE", "2")
    others = engine()
    with others.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        alive = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
        until(lambda: other.scalar(alive, {"pid": pid}) == 0)
    others.dispose()
    trusting.setenv("DATABASE_POOL_SIZE", "1")
    assert ask("SELECT pg_backend_pid()") != [pid]


def test_the_named_user_goes_before_the_addresss(
    trusting: pytest.MonkeyPatch, encrypted: URL
) -> None:
    name(trusting, encrypted.set(password=PASSWORD))
    assert sqlstate(refusal()) == "28P01"
    trusting.setenv("DATABASE_USER", "somebody")
    assert ask("SELECT current_user") == ["somebody"]


def test_a_secrets_user_goes_before_both(trusting: pytest.MonkeyPatch) -> None:
    secrets = [Login("somebody", PASSWORD), Login(None, PASSWORD)]
    asked = []

    def login(arn: str) -> Login:
        asked.append(arn)
        return secrets.pop(0)

    trusting.setattr(access, "secret_login", login)
    trusting.setenv("DATABASE_SECRET_ARN", "the-arn")
    trusting.setenv("DATABASE_USER", "nobody")
    assert ask("SELECT current_user") == ["somebody"]
    assert sqlstate(refusal()) == "28P01", "nobody has no such password"
    assert asked == ["the-arn", "the-arn"], "a new connection asks anew"


def test_a_token_is_made_for_each_connection(trusting: pytest.MonkeyPatch, encrypted: URL) -> None:
    made = []

    def token(*arguments: object) -> str:
        made.append(arguments)
        return PASSWORD

    trusting.setattr(access, "database_token", token)
    trusting.setenv("DATABASE_AUTHENTICATION", "iam")
    trusting.setenv("DATABASE_USER", "somebody")
    name(trusting, encrypted._replace(username=None, password=None))
    for _ in range(2):
        assert ask("SELECT current_user") == ["somebody"]
    assert made == [("localhost", encrypted.port, "somebody")] * 2
    trusting.setenv("DATABASE_USER", "")
    with pytest.raises(ConfigurationError, match="DATABASE_USER"):
        ask("SELECT 1")


def test_without_credentials_callers_are_asked_for_patience(
    trusting: pytest.MonkeyPatch, log: StringIO
) -> None:
    def login(arn: str) -> Login:
        raise CredentialsError("No credentials from here.")

    trusting.setattr(access, "secret_login", login)
    trusting.setenv("DATABASE_SECRET_ARN", "the-arn")
    assert_asks_for_patience(refusal(), log, "CredentialsError")


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"DATABASE_AUTHENTICATION": "iam", "DATABASE_TLS": ""}, "DATABASE_TLS"),
        ({"DATABASE_AUTHENTICATION": "iam", "DATABASE_SECRET_ARN": "x"}, "either"),
        ({"DATABASE_AUTHENTICATION": "password"}, "DATABASE_AUTHENTICATION must be iam"),
        ({"DATABASE_TLS": "require"}, "DATABASE_TLS must be verify-full"),
        ({"DATABASE_CA": "/tmp/ca.pem"}, "DATABASE_CA must be rds"),  # noqa: S108 - a name only
    ],
)
def test_settings_that_we_do_not_understand_are_no_settings(
    trusting: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    for variable, value in variables.items():
        trusting.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=message):
        engine()


@pytest.mark.parametrize(("closed", "rude"), [(2, 0), (0, 3)])
def test_a_server_that_is_waking_up_is_waited_for(
    settings: pytest.MonkeyPatch, server_url: str, closed: float, rude: int
) -> None:
    url = make_url(server_url)
    with Relay(url.port or 5432, closed=closed, rude=rude) as relay:
        name(settings, url.set(host="127.0.0.1", port=relay.port))
        before = time.monotonic()
        assert ask("SELECT 1") == [1]
        assert closed <= time.monotonic() - before < 4


def test_a_server_that_is_starting_is_waited_for() -> None:
    answers = iter([pg8000.DatabaseError({"C": "57P03"}), pg8000.DatabaseError({"C": "57P03"})])

    def dial(seconds: float) -> str:
        for error in answers:
            raise error
        return "connected"

    assert access._retry_until_deadline(dial, 5, access._STARTING) == "connected"


def test_a_permission_of_iams_that_is_not_yet_known_is_waited_for(
    trusting: pytest.MonkeyPatch, encrypted: URL
) -> None:
    passwords = iter(["not yet", PASSWORD])
    dialled = []

    def dial(parameters: dict[str, object], seconds: float) -> object:
        dialled.append(password := next(passwords))
        return connect_once({**parameters, "password": password}, seconds)

    connect_once = access._dial
    trusting.setattr(access, "_dial", dial)
    trusting.setattr(access, "database_token", lambda *_arguments: PASSWORD)
    trusting.setenv("DATABASE_AUTHENTICATION", "iam")
    trusting.setenv("DATABASE_USER", "somebody")
    name(trusting, encrypted._replace(username=None, password=None))
    assert ask("SELECT current_user") == ["somebody"]
    assert dialled == ["not yet", PASSWORD]


@pytest.mark.parametrize("silent", [True, False])
def test_a_server_that_stays_away_is_given_up_in_time(
    settings: pytest.MonkeyPatch, server_url: str, silent: bool, log: StringIO
) -> None:
    settings.setenv("DATABASE_CONNECT_SECONDS", "1")
    with Relay(None, closed=0 if silent else 30) as relay:
        name(settings, make_url(server_url).set(host="127.0.0.1", port=relay.port))
        before = time.monotonic()
        error = refusal()
        assert 0.5 < time.monotonic() - before < 2
        assert isinstance(error, InterfaceError)
        assert isinstance(error.orig, UnreachableError)
        assert_asks_for_patience(error, log, "UnreachableError")


def test_statements_may_take_longer_than_connecting(
    settings: pytest.MonkeyPatch, server_url: str
) -> None:
    name(settings, make_url(server_url))
    settings.setenv("DATABASE_CONNECT_SECONDS", "1")
    assert ask("SELECT 1 FROM pg_sleep(1.5)") == [1]
