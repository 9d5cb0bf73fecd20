"""Anchors of a folder: whoever changes one, or signs another, is found out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from cli.anchors import read_anchors, read_heads
from cli.errors import CommandError
from jobmatch.audit.chains import Head
from local.anchors import LocalAnchors

if TYPE_CHECKING:
    from pathlib import Path

JOB = "00000000-0000-4000-8000-00000000000a"
HEAD = Head(3, "ab" * 32, "2026-01-01T00:00:00+00:00")
MESSAGE = json.dumps({"heads": {JOB: HEAD}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


@pytest.fixture
def ours(tmp_path: Path, folder: Path) -> LocalAnchors:
    return LocalAnchors(tmp_path / "ours.pem", folder)


def public_key(private: Path, encoding: serialization.Encoding) -> bytes:
    key = serialization.load_pem_private_key(private.read_bytes(), None)
    return key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_what_was_signed_is_read_and_the_key_lasts(
    tmp_path: Path, folder: Path, ours: LocalAnchors
) -> None:
    ours.store(MESSAGE)
    LocalAnchors(tmp_path / "ours.pem", folder).store(MESSAGE)
    found = read_anchors(str(folder))
    assert (found.count, found.heads) == (2, {(JOB, HEAD)})
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        given = tmp_path / "public"
        given.write_bytes(public_key(tmp_path / "ours.pem", encoding))
        assert read_anchors(str(folder), given) == found


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (r"\"2026-", r"\"2020-", "signature .* is wrong"),
        ("abab", "abac", "signature .* is wrong"),
        ('"signature": "M', '"signature": "N', "signature .* is wrong"),
        ('"document"', '"documents"', "is not an anchor"),
        ('"publicKey": "', '"publicKey": "!', "is not an anchor"),
        ("{", "", "is not an anchor"),
    ],
)
def test_a_changed_anchor_is_refused(
    folder: Path, ours: LocalAnchors, old: str, new: str, fault: str
) -> None:
    path = ours.store(MESSAGE)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(CommandError, match=fault):
        read_anchors(str(folder))


def test_an_anchor_by_another_key_is_refused(
    tmp_path: Path, folder: Path, ours: LocalAnchors
) -> None:
    LocalAnchors(tmp_path / "theirs.pem", folder).store(MESSAGE)
    given = tmp_path / "public"
    given.write_bytes(public_key(tmp_path / "ours.pem", serialization.Encoding.PEM))
    with pytest.raises(CommandError, match="another key"):
        read_anchors(str(folder), given)
    # Also where no key was given.
    ours.store(MESSAGE)
    with pytest.raises(CommandError, match="another key"):
        read_anchors(str(folder))


def test_where_there_is_no_anchor_nothing_is_verified(tmp_path: Path, ours: LocalAnchors) -> None:
    given = tmp_path / "public"
    given.write_bytes(public_key(tmp_path / "ours.pem", serialization.Encoding.PEM))
    for key in (None, given):
        with pytest.raises(CommandError, match="there is no anchor"):
            read_anchors(str(tmp_path / "nowhere"), key)
    with pytest.raises(CommandError, match="is not a public key"):
        read_anchors(str(tmp_path), tmp_path / "ours.pem")


def test_saved_heads_of_a_former_release_have_no_time(tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    file.write_text(json.dumps({"a": [3, "ff"], JOB: HEAD}))
    assert read_heads(file) == {"a": Head(3, "ff", None), JOB: HEAD}
    for text in ("", "[]", '{"a": 1}', '{"a": []}'):
        file.write_text(text)
        with pytest.raises(CommandError, match="does not hold the hashes"):
            read_heads(file)
