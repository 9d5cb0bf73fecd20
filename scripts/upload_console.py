"""Upload the console: its files to the bucket, and the addresses that it needs beside them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3

from local.page import ALWAYS_ASK, START, caching, kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST = "index.html"
"""Names the others: it comes last, so that nobody gets it before what it names."""


def upload(folder: Path, api: str, outputs: Mapping[str, str]) -> None:
    """Upload the files of a build, then let CloudFront forget the earlier ones.

    Files of earlier builds stay, for whoever has an earlier page open.

    Args:
        folder: of the build.
        api: the address of the API.
        outputs: the stack's.

    Raises:
        FileNotFoundError: there is no build in the folder.
    """
    bucket, storage = outputs["ConsoleBucket"], boto3.client("s3")
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=_is_first)
    if folder / FIRST not in files:
        raise FileNotFoundError(folder / FIRST)
    put(storage, bucket, "config.json", config(api, outputs), "application/json", ALWAYS_ASK)
    for path in files:
        name = path.relative_to(folder).as_posix()
        put(storage, bucket, name, path.read_bytes(), kind(path), caching(path))
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["ConsoleDistributionId"],
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": [f"{START}*"]},
            "CallerReference": str(time.time_ns()),
        },
    )
    print(f"The console is at {outputs['ConsoleUrl']}")


def config(api: str, outputs: Mapping[str, str]) -> bytes:
    """What the page asks for first."""
    cognito = {"domain": outputs["SignInUrl"], "clientId": outputs["ConsoleClientId"]}
    return json.dumps({"apiUrl": api, "signIn": "cognito", "cognito": cognito}).encode()


def put(storage: Any, bucket: str, name: str, content: bytes, kind: str, caching: str) -> None:
    """Store a file under the page's path."""
    storage.put_object(
        Bucket=bucket,
        Key=f"{START.removeprefix('/')}{name}",
        Body=content,
        ContentType=kind,
        CacheControl=caching,
    )


def _is_first(path: Path) -> bool:
    return path.name == FIRST
