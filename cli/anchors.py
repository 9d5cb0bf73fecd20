"""Heads of the decision log outside it: a file of them, or anchors, in which they are signed."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cli.errors import CommandError
from jobmatch.audit.chains import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BUCKET = "s3://"


@dataclass(frozen=True, slots=True)
class Anchors:
    """What some anchors hold; `key` is the SHA-256 of the public key that verifies them all."""

    count: int
    key: str
    heads: set[tuple[str, Head]]


def read_heads(path: Path) -> dict[str, Head]:
    """The heads that a verification has saved in a file."""
    try:
        return {job_id: Head(*head) for job_id, head in json.loads(path.read_text()).items()}
    except (OSError, AttributeError, TypeError, ValueError) as error:
        raise CommandError(f"{path} does not hold the hashes of a verification: {error}") from None


def read_anchors(place: str, key_file: Path | None = None) -> Anchors:
    """The heads in the anchors of a place, whose signatures are verified.

    Args:
        place: a folder, or `s3://` and the name of a bucket.
        key_file: the public key, in PEM or DER. Without it the anchors' own counts, which must be
            one for all; compare its hash.

    Raises:
        CommandError: there is no anchor, or one is not signed by the key.
    """
    expected = _public_key(key_file) if key_file else None
    heads: set[tuple[str, Head]] = set()
    count = 0
    for name, content in _bucket(place) if place.startswith(BUCKET) else _folder(Path(place)):
        expected, found = _verified(name, content, expected)
        heads.update(found)
        count += 1
    if expected is None or not count:
        raise CommandError(f"there is no anchor in {place}")
    return Anchors(count, _sha256(expected).hex(), heads)


def _verified(
    name: str, content: bytes, expected: bytes | None
) -> tuple[bytes, Iterable[tuple[str, Head]]]:
    """The public key of an anchor, and its heads."""
    try:
        anchor = json.loads(content)
        document: str = anchor["document"]
        own = b64decode(anchor["publicKey"], validate=True)
        key: Any = serialization.load_der_public_key(own)  # of another kind, it verifies nothing
        signature = b64decode(anchor["signature"], validate=True)
        key.verify(signature, _sha256(document.encode()), ec.ECDSA(hashes.SHA256()))
        heads = [(job, Head(*head)) for job, head in json.loads(document)["heads"].items()]
    except InvalidSignature:
        raise CommandError(f"the signature of the anchor {name} is wrong") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CommandError(f"{name} is not an anchor: {error!r}") from None
    if expected is not None and own != expected:
        raise CommandError(f"the anchor {name} is signed with another key")
    return own, heads


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.glob("*.json")):
        yield str(path), path.read_bytes()


def _bucket(place: str) -> Iterator[tuple[str, bytes]]:
    """Every version of every object, also of those that were deleted since."""
    import boto3  # noqa: PLC0415 - only here, and it takes long
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    bucket = place.removeprefix(BUCKET).rstrip("/")
    client: Any = boto3.client("s3")
    try:
        pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket)
        for version in (each for page in pages for each in page.get("Versions", [])):
            wanted = {"Key": version["Key"], "VersionId": version["VersionId"]}
            answer = client.get_object(Bucket=bucket, **wanted)
            yield f"{version['Key']} ({version['VersionId']})", answer["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"{place} can't be read: {error}") from None


def _public_key(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        is_pem = content.lstrip().startswith(b"-----")
        load = serialization.load_pem_public_key if is_pem else serialization.load_der_public_key
        return load(content).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is not a public key: {error}") from None
