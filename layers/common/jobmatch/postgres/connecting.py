"""Opening a connection: to whom, as whom, and how long that may take."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any, Self

from pg8000.exceptions import Error as PostgresError
from pg8000.exceptions import InterfaceError

from jobmatch.errors import ConfigurationError
from jobmatch.postgres import tls
from jobmatch.postgres.credentials import database_token, secret_login
from jobmatch.postgres.driver import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobmatch.config import Settings

PAUSE_SECONDS = 0.2
_STARTING = frozenset({"57P03"})
_NOT_YET_KNOWN = frozenset({"28000", "28P01"})
"""Refusals that pass where IAM vouches for us: a new permission takes seconds to be known."""


class UnreachableError(InterfaceError):  # type: ignore[misc]  # pg8000 is untyped
    """The server could not be talked to in the time that there is."""


class UntrustedServerError(InterfaceError):  # type: ignore[misc]  # as above
    """The server's certificate is not one that we trust for its host."""


@dataclass(frozen=True, slots=True)
class Access:
    """How this process gets into its database.

    Args:
        user: instead of the one in the URL.
        secret_arn: of the secret that holds the password, and the user where it names one.
        iam: whether the password is a token made here.
        tls: whether the server must prove who it is.
        rds_roots: whether RDS's own roots vouch for it, instead of the system's store.
        seconds: for a connection to be there; a server that is just waking up may need them.
        answer_seconds: for each answer on it; 0 sets no limit.
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
        """What the settings say.

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
            # Whoever reads a token can use it for 15 minutes.
            raise ConfigurationError("IAM authentication needs DATABASE_TLS=verify-full.")
        return access

    def open(
        self, _dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]
    ) -> Any:
        """A new connection of the driver; SQLAlchemy's `do_connect` event calls this.

        Raises:
            pg8000.exceptions.Error: there is none: no credentials, no server in time, not to be
                trusted, or it refused us.
            ConfigurationError: the environment lacks something.
        """
        parameters = {**parameters, **self._login(parameters)}
        # False, because None would have the driver encrypt for whoever answers.
        parameters["ssl_context"] = self.tls and tls.context(rds_roots=self.rds_roots)
        passing = _STARTING | _NOT_YET_KNOWN if self.iam else _STARTING
        driver = _retry_until_deadline(lambda left: _dial(parameters, left), self.seconds, passing)
        # From here on it is statements that take time, and PostgreSQL limits them. A server that
        # is frozen or cut off says nothing at all.
        driver.limit_answers(self.answer_seconds or None)
        return driver

    def _login(self, parameters: dict[str, Any]) -> dict[str, str]:
        user = self.user or parameters.get("user")
        if self.secret_arn:
            # A password belongs to the user beside it.
            login = secret_login(self.secret_arn)
            user = login.user or user
            password: str | None = login.password
        elif self.iam:
            host, port = parameters["host"], parameters.get("port", 5432)
            password = database_token(host, port, _named(user))
        else:
            password = parameters.get("password")
        given = {"user": user, "password": password}
        return {name: value for name, value in given.items() if value is not None}


def _named(user: str | None) -> str:
    if not user:
        raise ConfigurationError("Neither DATABASE_USER nor DATABASE_URL names a user.")
    return user


def _retry_until_deadline(
    dial: Callable[[float], Any], seconds: float, passing: frozenset[str]
) -> Any:
    """What `dial` returns, called until it succeeds or the time is over.

    Tried again is what a server does that is not there yet: it refuses, hangs up in the middle, or
    says what `passing` has. Other refusals stay.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return dial(max(deadline - time.monotonic(), PAUSE_SECONDS))
        except SSLCertVerificationError as error:
            raise UntrustedServerError(error.verify_message) from error
        except (OSError, PostgresError) as error:
            words = error.args[0] if error.args else None
            if isinstance(words, dict) and words.get("C") not in passing:
                raise  # the server's own words
            failure = error
        if time.monotonic() + PAUSE_SECONDS >= deadline:
            raise UnreachableError(str(failure)) from failure
        time.sleep(PAUSE_SECONDS)


def _dial(parameters: dict[str, Any], seconds: float) -> Any:
    """One attempt, whose every step may take `seconds`."""
    if "host" not in parameters:  # a socket file, on this machine
        return Connection(**parameters)
    address = (parameters["host"], parameters.get("port", 5432))
    # Made here: each step gets what is left of the time, and `pg8000.connect` takes no limit that
    # ends with the connecting.
    sock = socket.create_connection(address, seconds)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return Connection(sock=sock, **parameters)
    except BaseException:
        sock.close()
        raise
