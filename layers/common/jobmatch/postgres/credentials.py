"""The password for the database: from a secret, or a token that this process signs.

Signed by AWS Signature Version 4, without botocore, which takes 350 ms to import.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pg8000.exceptions import InterfaceError

from jobmatch.errors import ConfigurationError

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that sign. The secret ones stay out of the representation, and so out of logs."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is valid for: one service in one region, from one moment (in UTC) on."""

    region: str
    service: str
    moment: datetime

    @property
    def timestamp(self) -> str:
        """The moment in the format of a signature, to the second."""
        return f"{self.moment:%Y%m%dT%H%M%SZ}"

    @property
    def path(self) -> str:
        """The scope in one line, as a part of credentials and of the text to sign."""
        return f"{self.moment:%Y%m%d}/{self.region}/{self.service}/aws4_request"


def presigned_query(
    host: str, parameters: Mapping[str, str], scope: Scope, keys: Keys, *, seconds: int
) -> str:
    """The signed query of a GET on `/` of a host, valid for some seconds.

    Args:
        host: in lower case, with the port unless that is 443.
        parameters: of the query, in the order of their names.
    """
    parameters = {
        **parameters,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{keys.access_key}/{scope.path}",
        "X-Amz-Date": scope.timestamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    if keys.session_token:
        parameters["X-Amz-Security-Token"] = keys.session_token
    pairs = urlencode(parameters, safe="-_.~", quote_via=quote).split("&")
    canonical = "&".join(sorted(pairs))
    signature = _signature("GET", canonical, {"host": host}, b"", scope, keys)
    return "&".join([*pairs, f"X-Amz-Signature={signature}"])


def signed_headers(
    host: str, headers: Mapping[str, str], body: bytes, scope: Scope, keys: Keys
) -> dict[str, str]:
    """These headers of a POST of `body` to `/` of a host, and those that sign it, in lower case."""
    headers = {**headers, "host": host, "x-amz-date": scope.timestamp}
    if keys.session_token:
        headers["x-amz-security-token"] = keys.session_token
    signature = _signature("POST", "", headers, body, scope, keys)
    names = ";".join(sorted(headers))
    credential = f"Credential={keys.access_key}/{scope.path}"
    authorization = f"{_ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": authorization}


def _signature(
    method: str, query: str, headers: Mapping[str, str], body: bytes, scope: Scope, keys: Keys
) -> str:
    names = sorted(headers)
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in names]
    digest = hashlib.sha256(body).hexdigest()
    request = "\n".join([method, "/", query, *lines, "", ";".join(names), digest])
    hashed = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{keys.secret_key}".encode()
    for part in scope.path.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"{_ALGORITHM}\n{scope.timestamp}\n{scope.path}\n{hashed}"
    return hmac.digest(key, text.encode(), "sha256").hex()


TOKEN_SECONDS = 900
"""The most that RDS allows. It checks a token only when a connection is opened."""
_HTTP_SECONDS = 2.0
_ATTEMPTS = 2


class CredentialsError(InterfaceError):  # type: ignore[misc]  # pg8000 is untyped
    """There are no credentials, so there is no connection: an error of the driver to SQLAlchemy.

    It has the members of botocore's errors from which the log takes what AWS refused.

    Args:
        refused: the operation of AWS that was refused, and what AWS answered.
    """

    def __init__(self, message: str, *, refused: tuple[str | None, bytes] = (None, b"")) -> None:
        super().__init__(message)
        self.operation_name, answer = refused
        self.response = {"Error": _error_in(answer)}


def _error_in(answer: bytes) -> dict[str, str]:
    """The code and the message in a refusal of a service that speaks JSON."""
    try:
        said = json.loads(answer)
        return {
            "Code": str(said["__type"]).rpartition("#")[2],
            "Message": str(said.get("Message") or said.get("message")),
        }
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the database, or `None` where the secret names no user, and the password."""

    user: str | None
    password: str = field(repr=False)


def database_token(host: str, port: int, user: str) -> str:
    """A password for RDS or RDS Proxy: a token that lets this function's role connect as `user`.

    Raises:
        CredentialsError: the role's own credentials could not be read.
        ConfigurationError: the environment has no role.
    """
    authority = f"{host}:{port}"
    query = presigned_query(
        authority.lower().removesuffix(":443"),
        {"Action": "connect", "DBUser": user},
        Scope(_required("AWS_REGION"), "rds-db", datetime.now(UTC)),
        _keys(),
        seconds=TOKEN_SECONDS,
    )
    return f"{authority}/?{query}"


def secret_login(arn: str) -> Login:
    """The login that a Secrets Manager secret holds: JSON with "password", often "username".

    It is not cached: connections are opened seldom, and a rotation makes an old password useless.

    Raises:
        CredentialsError: Secrets Manager was not reached, refused, or holds another value.
        ConfigurationError: the environment has no role.
    """
    region = _required("AWS_REGION")
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    endpoint = (
        os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER")
        or os.environ.get("AWS_ENDPOINT_URL")
        or f"https://secretsmanager.{region}.{suffix}"
    )
    body = json.dumps({"SecretId": arn}).encode()
    headers = signed_headers(
        urlsplit(endpoint).netloc,
        {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": "secretsmanager.GetSecretValue",
        },
        body,
        Scope(region, "secretsmanager", datetime.now(UTC)),
        _keys(),
    )
    answer = _request("POST", endpoint, headers, body)
    try:
        secret = json.loads(answer["SecretString"])
        user, password = secret.get("username"), secret["password"]
    except (KeyError, ValueError, AttributeError, TypeError, RecursionError):
        # Without the cause, whose text may quote the secret.
        raise CredentialsError("The secret is not a JSON object with a password.") from None
    if not isinstance(password, str) or not isinstance(user, str | None):
        raise CredentialsError("The secret's username or password is not a text.") from None
    return Login(user, password)


def _keys() -> Keys:
    """The credentials of this function's role.

    Lambda puts them into the environment. With SnapStart, the environment is older than they are;
    there Lambda gives an address on this machine that serves them.
    """
    if access_key := os.environ.get("AWS_ACCESS_KEY_ID"):
        token = os.environ.get("AWS_SESSION_TOKEN") or None
        return Keys(access_key, _required("AWS_SECRET_ACCESS_KEY"), token)
    url = _required("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    authorization = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    answer = _request("GET", url, {"authorization": authorization})
    try:
        return Keys(answer["AccessKeyId"], answer["SecretAccessKey"], answer["Token"])
    except (KeyError, TypeError):
        raise CredentialsError("The role's credentials could not be read.") from None


def _request(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Any:
    """The JSON that an AWS service answers; after a failure the request is sent once more."""
    # Imported here, because only secrets and SnapStart need it.
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415

    address = urlsplit(url)
    kind = HTTPConnection if address.scheme == "http" else HTTPSConnection
    path = f"{address.path or '/'}{'?' * bool(address.query)}{address.query}"
    target = headers.get("x-amz-target", "").rpartition(".")[2] or None
    failure, said = "", b""
    for _ in range(_ATTEMPTS):
        connection = kind(address.hostname or "", address.port, timeout=_HTTP_SECONDS)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            content = response.read()
            if response.status == HTTPStatus.OK:
                return json.loads(content)
            failure, said = f"status {response.status}", content
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            failure = type(error).__name__
        finally:
            connection.close()
    message = f"No credentials from {address.hostname}: {failure}."
    raise CredentialsError(message, refused=(target, said))


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ConfigurationError(f"The environment variable {name} is not set; Lambda sets it.")
    return value
