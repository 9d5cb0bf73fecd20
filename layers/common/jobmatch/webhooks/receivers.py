"""Where webhooks may be sent: to public addresses over https, and nowhere into a network.

A webhook's address is checked twice: its form when it is stored, and the addresses that its name
stands for when a message is sent, to one of which, and no other, the sender connects.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from jobmatch.errors import FieldError, InvalidInputError

PORTS = (443, 8443)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}+(?<!-)", re.ASCII)
_LOCAL = (".localhost", ".local", ".internal", ".lan", ".home", ".arpa", ".onion")
# Forms of IPv6 that carry an address of IPv4, which may be one of a network: 6to4 and Teredo. And
# what is for documents, which Python does not know yet.
_NOT_MEANT = [ipaddress.ip_network(each) for each in ("2002::/16", "2001::/32", "3fff::/20")]
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_RELAYS = ipaddress.ip_network("192.88.99.0/24")


class Target(NamedTuple):
    """Where a message goes: the parts of a webhook's URL."""

    is_encrypted: bool
    host: str
    port: int
    path: str


def is_public(address: str) -> bool:
    """Whether an address of IPv4 or IPv6 is one of the internet, and of nothing behind it."""
    if "%" in address:  # a scope, as of fe80::1%eth0, names an interface of this machine
        return False
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found not in _RELAYS
    return found in _GLOBAL_UNICAST and not any(found in each for each in _NOT_MEANT)


def _is_name(host: str) -> bool:
    """Whether it is a name with a dot whose last part begins with a letter, so no address."""
    *others, last = host.split(".")
    return bool(others) and last[:1].isalpha() and all(map(_LABEL.fullmatch, (*others, last)))


def read_url(url: str, *, anywhere: bool) -> Target:
    """The parts of a webhook's URL.

    Args:
        anywhere: whether http, any port and any host will do, as on one machine.

    Raises:
        ValueError: what the URL must be and is not, in words for its owner.
    """
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise ValueError("must hold nothing but printable ASCII, and no backslash")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        raise ValueError("must be a URL") from None
    if parts.scheme != "https" and not (anywhere and parts.scheme == "http"):
        raise ValueError("must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or a password")
    if parts.fragment or url.endswith("#"):
        raise ValueError("must not hold a fragment")
    if not host:
        raise ValueError("must name a host")
    encrypted = parts.scheme == "https"
    if not anywhere:
        if not _is_name(host) or f".{host}".endswith(_LOCAL):
            raise ValueError("must name a public host, and not by an address")
        if port not in (None, *PORTS):
            raise ValueError("must have the port 443 or 8443")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(encrypted, host, port or (443 if encrypted else 80), path)


def require_url(url: str, *, anywhere: bool) -> None:
    """Check the form of a webhook's URL.

    Raises:
        InvalidInputError: it may not be sent to.
    """
    try:
        read_url(url, anywhere=anywhere)
    except ValueError as error:
        raise InvalidInputError(FieldError("/url", str(error))) from None
