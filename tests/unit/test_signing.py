"""Our signatures are botocore's, whatever is signed by whom and when."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from types import SimpleNamespace

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.hooks import HierarchicalEmitter
from botocore.model import ServiceId
from botocore.signers import RequestSigner, generate_db_auth_token
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.postgres import credentials
from jobmatch.postgres.credentials import Keys, Scope, signed_headers

letters = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)
tokens = st.none() | st.text(string.ascii_letters + string.digits + "+/=", min_size=1)
keys = st.builds(Keys, letters, st.text(string.printable.strip() + "é", min_size=1), tokens)
moments = st.datetimes(datetime(2013, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
hosts = st.from_regex(
    r"[A-Za-z][A-Za-z0-9-]{0,20}(\.[A-Za-z][A-Za-z0-9-]{0,10}){0,4}", fullmatch=True
)
ports = st.integers(1, 65535) | st.just(443)
users = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
regions = st.sampled_from(["eu-west-1", "us-gov-east-1", "cn-north-1"])


def stop_clock(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    patch.setattr(botocore.auth, "get_current_datetime", lambda: moment)
    patch.setattr(credentials, "datetime", SimpleNamespace(now=lambda _: moment))


def become(patch: pytest.MonkeyPatch, keys: Keys, region: str) -> None:
    patch.setenv("AWS_REGION", region)
    patch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
    patch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
    patch.setenv("AWS_SESSION_TOKEN", keys.session_token or "")


def theirs(keys: Keys) -> Credentials:
    return Credentials(keys.access_key, keys.secret_key, keys.session_token)


@given(keys, moments, hosts, ports, users, regions)
def test_a_database_token_is_the_one_that_botocore_makes(
    keys: Keys, moment: datetime, host: str, port: int, user: str, region: str
) -> None:
    events = HierarchicalEmitter()  # held here: the signer has only a weak reference
    signer = RequestSigner(ServiceId("RDS"), region, "rds", "v4", theirs(keys), events)
    client = SimpleNamespace(_request_signer=signer, meta=SimpleNamespace(region_name=region))
    with pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, moment)
        become(patch, keys, region)
        ours = credentials.database_token(host, port, user)
        assert ours == generate_db_auth_token(client, host, port, user)


@given(keys, moments, hosts, st.binary(), st.text(string.ascii_letters + " .;=-"))
def test_a_post_is_signed_as_botocore_signs_it(
    keys: Keys, moment: datetime, host: str, body: bytes, value: str
) -> None:
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": value}
    request = AWSRequest("POST", f"https://{host}/", headers=headers, data=body)
    with pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, moment)
        botocore.auth.SigV4Auth(theirs(keys), "secretsmanager", "eu-west-1").add_auth(request)
    scope = Scope("eu-west-1", "secretsmanager", moment)
    ours = signed_headers(host.lower(), headers, body, scope, keys)
    signed = {name.lower(): text for name, text in request.headers.items()}
    assert {name: ours[name] for name in signed} == signed


def test_secrets_do_not_show() -> None:
    shown = repr([Keys("id", "hidden", "hidden"), credentials.Login("ada", "hidden")])
    assert "ada" in shown
    assert "hidden" not in shown
