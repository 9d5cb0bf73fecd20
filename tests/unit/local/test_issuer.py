import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.utils import base64url_encode

from local.issuer import AUDIENCE, ISSUER, InvalidTokenError, Issuer
from local.resources import Authorizer

AUTHORIZER = Authorizer(ISSUER, (AUDIENCE, "other"))


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer") / "key.pem")


def signed(issuer: Issuer, **changes: object) -> str:
    """A good token with some claims changed; None takes a claim away."""
    claims: dict[str, Any] = {"sub": "1", "iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 60}
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(kept, issuer._key, "RS256", {"kid": issuer._kid})


def test_an_issued_token_is_accepted_also_after_a_restart(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    token = Issuer(key).issue("some-id", ["admin", "employer"])
    claims = Issuer(key).verify(token, AUTHORIZER)
    assert (claims["sub"], claims["cognito:groups"]) == ("some-id", ["admin", "employer"])
    assert claims["token_use"] == "id"
    assert claims["exp"] - claims["iat"] == 12 * 3600
    assert key.stat().st_mode & 0o777 == 0o600


def test_the_published_key_verifies(issuer: Issuer) -> None:
    token = issuer.issue("1", [])
    keys = jwt.PyJWKSet.from_dict(issuer.jwks())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, ["RS256"], audience=AUDIENCE)["sub"] == "1"


@pytest.mark.parametrize(
    "changes",
    [{}, {"aud": ["x", "other"]}, {"aud": None, "client_id": AUDIENCE}, {"nbf": 1, "iat": 1}],
)
def test_accepted(issuer: Issuer, changes: dict[str, object]) -> None:
    assert issuer.verify(signed(issuer, **changes), AUTHORIZER)["sub"] == "1"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "them"},
        {"aud": None},
        {"aud": "them", "client_id": AUDIENCE},
        {"nbf": time.time() + 600},
        {"iat": time.time() + 600},
    ],
)
def test_refused(issuer: Issuer, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidTokenError):
        issuer.verify(signed(issuer, **changes), AUTHORIZER)


def test_forged_tokens_are_refused(issuer: Issuer, tmp_path: Path) -> None:
    good = issuer.issue("1", ["admin"])
    header, payload, signature = good.split(".")
    kid = jwt.get_unverified_header(good)["kid"]
    claims = jwt.decode(good, options={"verify_signature": False})
    none = base64url_encode(json.dumps({"alg": "none", "kid": kid}).encode()).decode()
    other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    # With the public key as the secret of a symmetric signature, a careless check succeeds.
    secret = issuer._key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    hs256 = base64url_encode(json.dumps({"alg": "HS256", "kid": kid}).encode()).decode()
    digest = hmac.digest(secret, f"{hs256}.{payload}".encode(), "sha256")
    symmetric = f"{hs256}.{payload}.{base64url_encode(digest).decode()}"
    forged = [
        "",
        "x.y.z",
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        symmetric,
        jwt.encode(claims, other_key, "RS256", {"kid": kid}),
        Issuer(tmp_path / "other.pem").issue("1", ["admin"]),
    ]
    for token in forged:
        with pytest.raises(InvalidTokenError):
            issuer.verify(token, AUTHORIZER)
