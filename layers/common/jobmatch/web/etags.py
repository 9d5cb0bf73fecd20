"""Entity tags (RFC 9110, section 8.8.3) of versioned resources."""

from __future__ import annotations

import re

_STRONG_TAG = re.compile(r'(?:^|,)\s*"([1-9]\d{0,8})(?:-ld)?"\s*(?=,|$)', re.ASCII)


def etag(version: int, form: str = "") -> str:
    """The strong entity tag of a version, in one of its forms: `-ld` is JSON-LD."""
    return f'"{version}{form}"'


def versions_in(if_match: str | None) -> frozenset[int] | None:
    """The versions that an If-Match header admits, or none for any.

    Weak tags and tags that are not ours name no version, so that they never match.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(version) for version in _STRONG_TAG.findall(if_match))
