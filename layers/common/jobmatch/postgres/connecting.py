"""Opening a connection: the user, the password, the trust in the server, and the time it may take.

The certificates in `certificates/` are public: the roots of RDS, three a region, for clusters
(from https://truststore.pki.rds.amazonaws.com; `scripts/split_rds_bundle.py` renews the folder),
and the roots of Amazon Trust Services, for RDS Proxy. They expire in 2061 and 2038 at the earliest.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pg8000.exceptions import Error as PostgresError
from pg8000.exceptions import InterfaceError

from jobmatch.errors import ConfigurationError
from jobmatch.postgres.credentials import database_token, secret_login
from jobmatch.postgres.driver import Connection

if TYPE_CHECKING:
    from jobmatch.config import Settings

CERTIFICATES = Path(__file__).parent / "certificates"
PAUSE_SECONDS = 0.2
_STARTING = frozenset({"57P03"})
_NOT_YET_KNOWN = frozenset({"28000", "28P01"})
"""Refusals that pass with IAM authentication: a new permission takes seconds to spread."""


class UnreachableError(InterfaceError):  # type: ignore[misc]  # pg8000 is untyped
    """The server could not be reached in time."""


class UntrustedServerError(InterfaceError):  # type: ignore[misc]  # as above
    """The server's certificate is not trusted for its host."""


@dataclass(frozen=True, slots=True)
class Access:
    """How this process connects to its database.

    Args:
        user: instead of the user in the URL.
        secret_arn: of the secret that holds the password, and perhaps the user.
        iam: whether the password is a token that this process signs.
        tls: whether the server must prove its identity.
        rds_roots: whether to trust RDS's own roots instead of the system's store.
        seconds: limit for opening a connection; a server that is waking up may need them.
        answer_seconds: limit for each answer; 0 sets none.
    """

    user: str | None
    secret_arn: str | None
    iam: bool
    tls: bool
    rds_roots: bool
    seconds: int
    answer_seconds: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: they contradict each other.
        """
        access = cls(
            user=settings.database_user,
            secret_arn=settings.database_secret_arn,
            iam=settings.database_iam,
            tls=settings.database_tls,
            rds_roots=settings.database_rds_roots,
            seconds=settings.database_connect_seconds,
            answer_seconds=settings.database_answer_seconds,
        )
        if access.iam and access.secret_arn:
            raise ConfigurationError("A database has either a secret or IAM authentication.")
        if access.iam and not access.tls:
            # A token that is read in transit can be used for 15 minutes.
            raise ConfigurationError("IAM authentication needs DATABASE_TLS=verify-full.")
        return access

    def open(
        self, _dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]
    ) -> Any:
        """Open a connection of the driver; SQLAlchemy's `do_connect` event calls this.

        Raises:
            pg8000.exceptions.Error: no credentials, no server in time, or an untrusted one, or
                the server refused the connection.
            ConfigurationError: the environment lacks a setting.
        """
        parameters = {**parameters, **self._login(parameters)}
        # False where TLS is off: with `None` the driver would encrypt without any check.
        parameters["ssl_context"] = self.tls and tls_context(rds_roots=self.rds_roots)
        passing = _STARTING | _NOT_YET_KNOWN if self.iam else _STARTING
        driver = _retry_until_deadline(lambda left: _dial(parameters, left), self.seconds, passing)
        # PostgreSQL itself limits statements; this limit is for a server that is frozen or cut off.
        driver.limit_answers(self.answer_seconds or None)
        return driver

    def _login(self, parameters: dict[str, Any]) -> dict[str, str]:
        user = self.user or parameters.get("user")
        if self.secret_arn:
            # A password belongs to the user in the same secret.
            login = secret_login(self.secret_arn)
            user = login.user or user
            password: str | None = login.password
        elif self.iam:
            host, port = parameters["host"], parameters.get("port", 5432)
            if not user:
                raise ConfigurationError("Neither DATABASE_USER nor DATABASE_URL names a user.")
            password = database_token(host, port, user)
        else:
            password = parameters.get("password")
        given = {"user": user, "password": password}
        return {name: value for name, value in given.items() if value is not None}


def _retry_until_deadline(
    dial: Callable[[float], Any], seconds: float, passing: frozenset[str]
) -> Any:
    """Call `dial` until it succeeds or the time is over, and return its result.

    It is called again after what a starting server does: it refuses the connection, hangs up, or
    answers with a SQLSTATE of `passing`. Other answers are raised.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return dial(max(deadline - time.monotonic(), PAUSE_SECONDS))
        except ssl.SSLCertVerificationError as error:
            raise UntrustedServerError(error.verify_message) from error
        except (OSError, PostgresError) as error:
            answer = error.args[0] if error.args else None
            if isinstance(answer, dict) and answer.get("C") not in passing:
                raise  # an answer of the server
            failure = error
        if time.monotonic() + PAUSE_SECONDS >= deadline:
            raise UnreachableError(str(failure)) from failure
        time.sleep(PAUSE_SECONDS)


def _dial(parameters: dict[str, Any], seconds: float) -> Any:
    """One attempt, in which every step may take `seconds`."""
    if "host" not in parameters:  # a socket file, on this machine
        return Connection(**parameters)
    address = (parameters["host"], parameters.get("port", 5432))
    # The socket is opened here because a limit that `pg8000.connect` takes would not end with the
    # connecting.
    sock = socket.create_connection(address, seconds)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return Connection(sock=sock, **parameters)
    except BaseException:
        sock.close()
        raise


def tls_context(*, rds_roots: bool) -> ssl.SSLContext:
    """A context that refuses a server without a trusted certificate for its host.

    Args:
        rds_roots: trust the roots of RDS and RDS Proxy in this function's region, which load in
            2 ms, instead of the system's store, which takes 30.

    Raises:
        ConfigurationError: there are no roots of this region.
    """
    if not rds_roots:
        return _context()
    region = CERTIFICATES / f"{os.environ.get('AWS_REGION')}.pem"
    if not region.is_file():
        raise ConfigurationError(f"There are no RDS certificates for the region {region.stem!r}.")
    return _context(CERTIFICATES / "amazon.pem", region)


@cache
def _context(*roots: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=roots[0] if roots else None)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in roots[1:]:
        made.load_verify_locations(path)
    return made
