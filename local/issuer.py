"""The local issuer of tokens, and the check of a token as a JWT authorizer makes it."""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local.files import write
from local.resources import Authorizer

# Fixed, so that tokens outlive a restart and a change of port.
ISSUER = "https://issuer.jobmatch.example"
AUDIENCE = "jobmatch"


class InvalidTokenError(Exception):
    """The token is not accepted; the message says why, in the words of the protocol."""


class Issuer:
    """Issues tokens like those of a Cognito user pool.

    Args:
        key_file: keeps the private key between runs.
    """

    def __init__(self, key_file: Path) -> None:
        self._key = _private_key(key_file)
        public = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        digest = hashlib.sha256(public["n"].encode()).digest()
        self._kid = base64.urlsafe_b64encode(digest[:12]).decode()
        self._jwk = public | {"kid": self._kid, "alg": "RS256", "use": "sig"}

    def jwks(self) -> dict[str, Any]:
        """The public key as the issuer would publish it."""
        return {"keys": [self._jwk]}

    def issue(self, user_id: str | uuid.UUID, groups: Iterable[str], hours: float = 12) -> str:
        """A token of a user who is in `groups`, valid from now."""
        now = int(time.time())
        claims = {
            "sub": str(user_id),
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + int(hours * 3600),
            "jti": str(uuid.uuid4()),
            "token_use": "id",
            "cognito:groups": list(groups),
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})

    def verify(self, token: str, authorizer: Authorizer) -> dict[str, Any]:
        """The claims of a token that the authorizer accepts; InvalidTokenError for another."""
        try:
            if jwt.get_unverified_header(token).get("kid") != self._kid:
                raise InvalidTokenError("unable to find the signing key")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=["RS256", "RS384", "RS512"],
                issuer=authorizer.issuer,
                options={"require": ["exp"], "verify_aud": False, "verify_sub": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidTokenError("the token has expired") from error
        except jwt.PyJWTError as error:
            raise InvalidTokenError("invalid token") from error
        audience = claims.get("aud", claims.get("client_id"))
        named = audience if isinstance(audience, list) else [audience]
        if not set(authorizer.audience).intersection(map(str, named)):
            raise InvalidTokenError("the token does not have a valid audience")
        return claims


def _private_key(path: Path) -> rsa.RSAPrivateKey:
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write(path, pem.decode())
    loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(loaded, rsa.RSAPrivateKey)  # noqa: S101 - for the type checker: we wrote it
    return loaded
