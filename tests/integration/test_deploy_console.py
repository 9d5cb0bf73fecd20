"""What `make deploy` does for the console, on a simulated AWS and with a SAM that writes down."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from scripts import deploy, upload_console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

API = "https://a1.execute-api.us-east-1.amazonaws.com"
PAGE = "https://d1.cloudfront.example/console/"
SIGN_IN = "https://jobmatch-1.auth.us-east-1.amazoncognito.com"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def outputs(aws: None) -> dict[str, str]:
    """The outputs of a stack whose bucket and distribution exist."""
    boto3.client("s3").create_bucket(Bucket="files")
    origin = {
        "Id": "bucket",
        "DomainName": "files.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    made = boto3.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "bucket",
                "ViewerProtocolPolicy": "https-only",
            },
        }
    )
    return {
        "ApiUrl": API,
        "ConsoleUrl": PAGE,
        "ConsoleBucket": "files",
        "ConsoleDistributionId": made["Distribution"]["Id"],
        "ConsoleClientId": "client-1",
        "SignInUrl": SIGN_IN,
    }


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """The console, built."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "assets" / "index-a1.js").write_text("1")
    return folder


def test_files_are_kept_for_ever_or_asked_for_again_and_the_earlier_ones_forgotten(
    outputs: dict[str, str], build: Path
) -> None:
    upload_console.upload(build, API, outputs)
    storage = boto3.client("s3")
    stored = {
        each["Key"]: storage.get_object(Bucket="files", Key=each["Key"])
        for each in storage.list_objects_v2(Bucket="files")["Contents"]
    }
    assert {name: (each["ContentType"], each["CacheControl"]) for name, each in stored.items()} == {
        "console/index.html": ("text/html; charset=utf-8", "no-cache"),
        "console/config.json": ("application/json", "no-cache"),
        "console/assets/index-a1.js": (
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
    }
    assert json.loads(stored["console/config.json"]["Body"].read()) == {
        "apiUrl": API,
        "signIn": "cognito",
        "cognito": {"domain": SIGN_IN, "clientId": "client-1"},
    }
    listed = boto3.client("cloudfront").list_invalidations(
        DistributionId=outputs["ConsoleDistributionId"]
    )["InvalidationList"]["Items"]
    assert len(listed) == 1


def test_the_page_comes_after_what_it_names(
    outputs: dict[str, str], build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = []
    monkeypatch.setattr(
        upload_console, "put", lambda _storage, _bucket, name, *_: stored.append(name)
    )
    upload_console.upload(build, API, outputs)
    assert stored[-1] == "index.html"
    assert sorted(stored) == ["assets/index-a1.js", "config.json", "index.html"]


def test_without_a_build_nothing_is_uploaded(outputs: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        upload_console.upload(tmp_path, API, outputs)
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="files")


class Sam:
    """Stands for the command line: a stack that exists from the first deployment on."""

    def __init__(self, outputs: dict[str, str], *, exists: bool) -> None:
        self._outputs, self._exists = outputs, exists
        self.deployed: list[str] = []
        self.checked: list[str] = []

    def run(self, command: list[Any], **_: Any) -> Any:
        words = list(map(str, command))
        if words[1] == "list":
            entries = [
                {"OutputKey": key, "OutputValue": each} for key, each in self._outputs.items()
            ]
            code = 0 if self._exists else 1
            return type("Done", (), {"returncode": code, "stdout": json.dumps(entries).encode()})
        if words[1] == "deploy":
            self._exists = True
            self.deployed += [word for word in words if word.startswith("ConsoleApiOrigin=")]
        else:
            self.checked = words[1:]
        return None


def deployed(
    outputs: dict[str, str],
    build: Path,
    patch: pytest.MonkeyPatch,
    *,
    exists: bool,
    environment: str = "dev",
) -> Sam:
    sam = Sam(outputs, exists=exists)
    patch.setattr(subprocess, "run", sam.run)
    (build.parent / "template.yaml").write_text("Variables:\n  CONFIGURATION: none\n")
    (build.parent / "manifest.json").write_text('{"architecture": "arm64"}')
    deploy.deploy("sam", environment, build.parent, build)
    return sam


def test_the_first_deployment_tells_the_page_the_address_that_it_has_made(
    outputs: dict[str, str], build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = deployed(outputs, build, monkeypatch, exists=False)
    assert sam.deployed == ['ConsoleApiOrigin=""', f'ConsoleApiOrigin="{API}"']
    assert sam.checked == [API, "https://d1.cloudfront.example", PAGE]


def test_a_later_deployment_is_one(
    outputs: dict[str, str], build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deployed(outputs, build, monkeypatch, exists=True).deployed == [
        f'ConsoleApiOrigin="{API}"'
    ]


def test_without_the_console_nothing_is_uploaded(
    outputs: dict[str, str], build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del outputs["ConsoleUrl"]
    sam = deployed(outputs, build, monkeypatch, exists=False)
    assert sam.deployed == ['ConsoleApiOrigin=""']
    assert sam.checked == [API, ""]
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="files")


def test_the_api_is_at_its_own_domain_where_it_has_one() -> None:
    assert deploy.api_origin(['DomainName="api.example"'], {"ApiUrl": API}) == "https://api.example"
    assert deploy.api_origin(['DomainName=""'], {"ApiUrl": API}) == API
    assert deploy.api_origin([], {}) == ""


@pytest.mark.parametrize(("environment", "is_kept"), [("dev", False), ("prod", True)])
def test_nobody_deletes_the_stack_of_prod_by_mistake(
    outputs: dict[str, str],
    build: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: str,
    is_kept: bool,
) -> None:
    make, formation = boto3.client, boto3.client("cloudformation")
    monkeypatch.setattr(
        boto3,
        "client",
        lambda name, **given: formation if name == "cloudformation" else make(name, **given),
    )
    with Stubber(formation) as stub:  # moto does not know the operation
        if is_kept:
            kept = {"StackName": "jobmatch-prod", "EnableTerminationProtection": True}
            stub.add_response("update_termination_protection", {}, kept)
        deployed(outputs, build, monkeypatch, exists=True, environment=environment)
        stub.assert_no_pending_responses()
