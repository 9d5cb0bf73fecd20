"""In place of KMS and a locked bucket: a key file signs heads, and a folder holds the anchors.

Whoever has this machine can change both. Copy the anchors to where he can't.
"""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from jobmatch.audit.signing import HeadsMessage, anchor
from local.environments import Result
from local.files import write
from local.resources import Function

ANCHORS = "anchors"
"""The folder of anchors in the state folder."""


class LocalAnchors:
    """Does what sign_heads does on AWS.

    Args:
        key_file: keeps the private key between runs.
        folder: where anchors are stored.
    """

    def __init__(self, key_file: Path, folder: Path) -> None:
        self._sign = signer(key_file)
        self._folder = folder

    def invoke(self, _function: Function, event: Any) -> Result:
        """Handle the messages of a queue."""
        for record in event["Records"]:
            self.store(record["body"])
        return Result({"batchItemFailures": []})

    def store(self, message: str) -> Path:
        """Sign the heads in a message; returns the file of the anchor."""
        heads = HeadsMessage.model_validate_json(message).heads
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"heads-{uuid.uuid4()}.json"
        write(path, anchor(heads, self._sign))
        return path


def signer(key_file: Path) -> Callable[[bytes], tuple[bytes, bytes]]:
    """What signs a digest as `jobmatch.aws.sign` does, with a key that is made where none is."""
    if key_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
        key_file.parent.mkdir(parents=True, exist_ok=True)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write(key_file, pem.decode())
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} holds no key of an elliptic curve")
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return lambda digest: (key.sign(digest, ec.ECDSA(hashes.SHA256())), public)
