"""Tokens that an issuer signs, and forged ones."""

from __future__ import annotations

import hmac
import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from local.issuer import AUDIENCE, ISSUER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.issuer import Issuer


def signed(issuer: Issuer, claims: Mapping[str, object], key: Any = None, **header: Any) -> str:
    """A token with these claims and the usual others; a claim that is None is left out.

    Args:
        issuer: signs the token.
        claims: of the token.
        key: signs it instead of the issuer's key.
        header: more fields of the header.
    """
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3600, "token_use": "id"}
    payload = {name: value for name, value in (good | dict(claims)).items() if value is not None}
    fields = {"kid": issuer._kid} | header
    return jwt.encode(payload, key or issuer._key, algorithm="RS256", headers=fields)


def forged(issuer: Issuer, claims: Mapping[str, object]) -> dict[str, str]:
    """Tokens that must be refused, whatever their claims are."""
    good = signed(issuer, claims)
    header, payload, signature = good.split(".")
    own = _own_key()
    own_public = json.loads(RSAAlgorithm.to_jwk(own.public_key()))
    pem = issuer._key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    past = int(time.time()) - 1
    other = signed(issuer, {**claims, "sub": str(uuid4())}).split(".")[1]
    return {
        "empty": "",
        "no token at all": "x.y.z",
        "expired": signed(issuer, {**claims, "exp": past}),
        "without an end": signed(issuer, {**claims, "exp": None}),
        "not valid yet": signed(issuer, {**claims, "nbf": past + 3600}),
        "wrong issuer": signed(issuer, {**claims, "iss": "https://other.example"}),
        "without issuer": signed(issuer, {**claims, "iss": None}),
        "issued later": signed(issuer, {**claims, "iat": past + 3600}),
        "wrong audience": signed(issuer, {**claims, "aud": "somebody-else"}),
        "wrong audience, right client": signed(
            issuer, {**claims, "aud": "somebody-else", "client_id": AUDIENCE}
        ),
        "without audience": signed(issuer, {**claims, "aud": None}),
        "alg none": f"{_part({'alg': 'none', 'kid': issuer._kid})}.{payload}.",
        "alg none, signed": f"{_part({'alg': 'none', 'kid': issuer._kid})}.{payload}.{signature}",
        "signature changed": f"{header}.{payload}.{'AB'[signature[0] == 'A']}{signature[1:]}",
        "signature left out": f"{header}.{payload}.",
        "claims exchanged": f"{header}.{other}.{signature}",
        "HS256 with the public key": _with_secret(issuer, payload, pem),
        "HS256 with an empty key": _with_secret(issuer, payload, b""),
        "a key of one's own": signed(issuer, claims, own),
        "a key of one's own, brought along": signed(issuer, claims, own, jwk=own_public),
        "an unknown key id": signed(issuer, claims, own, kid="mine"),
        "a key id that is a path": signed(issuer, claims, own, kid="../../dev/null"),
    }


@cache
def _own_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _part(value: object) -> str:
    return base64url_encode(json.dumps(value).encode()).decode()


def _with_secret(issuer: Issuer, payload: str, secret: bytes) -> str:
    message = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': issuer._kid})}.{payload}"
    digest = hmac.digest(secret, message.encode(), "sha256")
    return f"{message}.{base64url_encode(digest).decode()}"
