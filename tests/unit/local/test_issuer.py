from pathlib import Path

import jwt
import pytest

from local.issuer import AUDIENCE, ISSUER, InvalidTokenError, Issuer
from local.resources import Authorizer
from tests.support import tokens

AUTHORIZER = Authorizer(ISSUER, (AUDIENCE, "other"))


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer") / "key.pem")


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
    assert issuer.verify(tokens.signed(issuer, {"sub": "1", **changes}), AUTHORIZER)["sub"] == "1"


def test_forged_tokens_are_refused(issuer: Issuer, tmp_path: Path) -> None:
    forged = tokens.forged(issuer, {"sub": "1", "cognito:groups": ["admin"]})
    forged["another issuer's"] = Issuer(tmp_path / "other.pem").issue("1", ["admin"])
    for token in forged.values():
        with pytest.raises(InvalidTokenError):
            issuer.verify(token, AUTHORIZER)
