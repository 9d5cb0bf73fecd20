"""What `sam local` is given: the built template, and the environment of each function."""

from __future__ import annotations

import json
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import boto3
from sqlalchemy import make_url

from local.aws import client_environment
from local.events import ACCOUNT_ID, REGION
from local.files import write
from local.intrinsics import read_yaml
from local.issuer import AUDIENCE, ISSUER
from local.runtime import DATABASE_ACCESS
from local.template import Template

if TYPE_CHECKING:
    from pathlib import Path

    from local.running import Running
    from scripts.sam_local.way_in import WayIn

PATHS = {"AWS::Serverless::Function": "CodeUri", "AWS::CloudFormation::Stack": "TemplateURL"}
"""Which property of a resource is a path."""
LONGEST = 900
"""Seconds that a function may take: here its machine may be busy with other things."""


def write_settings(
    folder: Path, built: Path, architecture: str, running: Running, way_in: WayIn
) -> None:
    """Write template.json and env.json, and the layers as if sam had downloaded them.

    sam gives a function only the variables that its template names; so this template names those
    for AWS too, which a deployment must not have. Layers of the template itself sam would copy into
    the image again at each call, which takes longer than the call.

    Args:
        folder: for the files.
        built: a folder that `make build` made, for this machine's architecture.
        architecture: Lambda's name of it.
        running: the runtime whose database and AWS the functions use.
        way_in: how they reach them.
    """
    endpoint = f"http://{way_in.host}:{way_in.aws_port}"
    address = make_url(running.database_url).set(host=way_in.host, port=way_in.database_port)
    path = built / "template.yaml"
    template = Template(
        path,
        {"TokenIssuer": ISSUER, "TokenAudience": AUDIENCE},
        endpoint=endpoint,
        environment={
            **dict.fromkeys(DATABASE_ACCESS, ""),
            "DATABASE_URL": address.render_as_string(hide_password=False),
            **_notary(running),
        },
    )
    clients = client_environment(endpoint) | {"NO_PROXY": way_in.host}
    environment = {
        name: {**function.environment, **clients} for name, function in template.functions.items()
    }
    write(folder / "env.json", json.dumps(environment, indent=2))
    document = read_yaml(path)
    document["Parameters"]["Architecture"]["Default"] = architecture
    document["Globals"]["Function"]["Environment"]["Variables"] |= dict.fromkeys(clients, "")
    resources = document["Resources"]
    layers = {
        name: _downloaded(name, folder / "layers", built)
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    }
    parts = [resource.get("Properties", {}) for resource in resources.values()]
    for part in (document["Globals"]["Function"], *parts):
        if "Timeout" in part:
            part["Timeout"] = LONGEST
        if "Layers" in part:
            part["Layers"] = [layers[layer["Ref"]] for layer in part["Layers"]]
    for resource, part in zip(resources.values(), parts, strict=True):
        if key := PATHS.get(resource["Type"]):
            part[key] = str((built / part[key]).resolve())
    write(folder / "template.json", json.dumps(document, indent=2))


def _downloaded(name: str, cache: Path, built: Path) -> str:
    """The ARN of a layer whose version is its content, and which is in sam's cache of layers."""
    artefacts = json.loads((built / "manifest.json").read_text())["artefacts"]
    version = int(artefacts[name]["sha256"][:12], 16)
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:layer:{name}:{version}"
    link = cache / f"{name}-{version}-{sha256(arn.encode()).hexdigest()[:10]}"
    cache.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to((built / name).resolve())
    return arn


def _notary(running: Running) -> dict[str, str]:
    """A key and a bucket for sign_heads: on one machine `make run` signs with a key file."""
    client = partial(
        boto3.client,
        endpoint_url=f"http://127.0.0.1:{running.aws_port}",
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the simulated AWS asks for any
    )
    created = client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    bucket = "sam-local-anchors"
    client("s3").create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    return {"ANCHOR_KEY_ID": created["KeyMetadata"]["KeyId"], "ANCHOR_BUCKET": bucket}
