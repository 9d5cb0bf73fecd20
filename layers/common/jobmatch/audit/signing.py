"""Anchors: signed documents with heads of the decision log, as they were at some time.

Whoever owns the database can write a chain anew, but can't sign. So an anchor shows what a chain
must still hold. This module knows no database: who signs has no way to it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from jobmatch.wire import Input


class Head(NamedTuple):
    """The last entry of a job's chain: its number, hexadecimal hash, and time in ISO 8601."""

    number: int
    hash: str
    recorded_at: str


class HeadsMessage(Input):
    """A message: sign these heads, by the ids of their jobs."""

    heads: dict[str, Head]


def anchor(heads: Mapping[str, Head], sign: Callable[[bytes], tuple[bytes, bytes]]) -> str:
    """A signed document of heads, as JSON.

    Args:
        sign: gives the signature of some bytes by ECDSA with SHA-256 on P-256, and the public key,
            in DER. The bytes are the SHA-256 of the text `document`: KMS takes at most 4,096.
    """
    signed_at = datetime.now(UTC).isoformat()
    document = json.dumps({"signedAt": signed_at, "heads": heads}, separators=(",", ":"))
    signature, public_key = sign(hashlib.sha256(document.encode()).digest())
    return json.dumps(
        {
            "document": document,
            "signature": b64encode(signature).decode(),
            "publicKey": b64encode(public_key).decode(),
        }
    )
