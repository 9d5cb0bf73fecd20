"""The headers of a webhook's message, as Standard Webhooks 1.0 has them, and its secrets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret of 256 random bits, in the form that verifiers take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed_headers(
    event_id: UUID, timestamp: int, body: str, signing: Iterable[str]
) -> dict[str, str]:
    """The headers of a message: its id, when it is sent, and a signature by each secret.

    Args:
        timestamp: seconds since 1970; a receiver refuses what is older than some minutes.
        signing: the secrets that hold at present.
    """
    text = f"{event_id}.{timestamp}.{body}".encode()
    signatures = [_signature(secret, text) for secret in signing]
    return {
        "content-type": "application/json",
        "webhook-id": str(event_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, text: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
