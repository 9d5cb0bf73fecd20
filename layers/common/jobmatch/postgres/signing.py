"""AWS Signature Version 4, as far as getting into a database needs it.

botocore does the same and more, but takes 300 ms to import, which every cold start would pay. The
tests hold this against botocore, signature by signature.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs. The secret parts stay out of its representation, and so out of logs."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is good for: one service in one region, from one moment on.

    Args:
        moment: in UTC.
    """

    region: str
    service: str
    moment: datetime

    @property
    def timestamp(self) -> str:
        """The moment as the signature has it, to the second."""
        return f"{self.moment:%Y%m%dT%H%M%SZ}"

    @property
    def path(self) -> str:
        """The scope in one line, as credentials and the text to sign have it."""
        return f"{self.moment:%Y%m%d}/{self.region}/{self.service}/aws4_request"


def presigned_query(
    host: str, parameters: Mapping[str, str], scope: Scope, keys: Keys, *, seconds: int
) -> str:
    """The query of a GET on `/` of a host that is good for some seconds, with the signature in it.

    Args:
        host: in lower case, with the port where that is not 443.
        parameters: of the query; here in the order of their names.
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
    pairs = [f"{_encoded(name)}={_encoded(value)}" for name, value in parameters.items()]
    canonical = "&".join(sorted(pairs))
    signature = _signature("GET", canonical, {"host": host}, b"", scope, keys)
    return "&".join([*pairs, f"X-Amz-Signature={signature}"])


def signed_headers(
    host: str, headers: Mapping[str, str], body: bytes, scope: Scope, keys: Keys
) -> dict[str, str]:
    """The headers of a POST of `body` to `/` of a host, with those that sign it.

    Args:
        headers: with names in lower case.
    """
    headers = {**headers, "host": host, "x-amz-date": scope.timestamp}
    if keys.session_token:
        headers["x-amz-security-token"] = keys.session_token
    signature = _signature("POST", "", headers, body, scope, keys)
    names = ";".join(sorted(headers))
    credential = f"Credential={keys.access_key}/{scope.path}"
    authorization = f"{_ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": authorization}


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


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
