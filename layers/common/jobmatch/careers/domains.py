"""Mail domains in a form to compare: A-labels, as the domain name system has them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from jobmatch.careers.addresses import FULL_STOPS, addresses_in, is_address, readable
from jobmatch.text import canonical_text

# What people write around a company's domain: a scheme, a mailbox, a path, a port.
_BEFORE = re.compile(r"^[a-z]{2,10}:(?://)?", re.IGNORECASE)
_BEHIND = re.compile(r"[/?#:,;\s]")
_PREFIX = re.compile(r"^(?:www\.|\*\.)+", re.IGNORECASE)
_LONGEST = 255
_MOST_LABELS = 127


def canonical_domain(domain: str) -> str:
    """A mail domain to compare, without an @ in front or a dot at the end.

    By UTS 46 (non-transitional) with A-labels for what is not ASCII; a label that has none is
    compared as text in canonical form.
    """
    return _canonical(domain.strip()) if len(domain) <= _LONGEST else canonical_text(domain)


def company_domain(text: str) -> str:
    """`canonical_domain` of what stands for a company: also "https://www.quill.example/team"."""
    plain = _BEFORE.sub("", text.strip()).rpartition("@")[2]
    plain = _PREFIX.sub("", plain)
    return canonical_domain(_BEHIND.split(plain, maxsplit=1)[0])


def mail_domains(address: str | None) -> list[str]:
    """The domain of a mail address and every domain above it; none without an address.

    What stands around an address, or several of them, is looked through, so that none is missed.
    """
    if not address or not (address := address.strip()):
        return []
    if is_address(address):
        return _with_those_above(address.rpartition("@")[2])
    found = [each.rpartition("@")[2] for each in addresses_in(address)]
    if not found:
        # No address at all; what comes after the last @, or stands alone, may still be a domain.
        rest = _BEHIND.split(readable(address).rpartition("@")[2].strip(), maxsplit=1)[0]
        found = [rest] if "." in rest else []
    return list(dict.fromkeys(each for domain in found for each in _with_those_above(domain)))


def _with_those_above(domain: str) -> list[str]:
    labels = canonical_domain(domain).split(".")[-_MOST_LABELS:]
    return [".".join(labels[start:]) for start in range(len(labels)) if labels[start]]


@lru_cache(maxsize=4096)
def _canonical(domain: str) -> str:
    # Some characters stand for a letter and a dot.
    plain = unicodedata.normalize("NFKC", domain).translate(FULL_STOPS)
    labels = map(_label, _bare(plain).split("."))
    # Once more, because nothing may be left of the first or the last label.
    return _bare(".".join(labels))


def _bare(domain: str) -> str:
    return domain.lstrip("@.").rstrip(".")


def _label(label: str) -> str:
    """One label as an A-label, or as text where it can't be one."""
    # Without the white space that a name can't have, and that some characters stand for. What stood
    # around it may then be one letter.
    lower = canonical_text("".join(canonical_text(label).split()))
    if label.isascii() and not lower.startswith("xn--"):
        return lower
    import idna  # noqa: PLC0415 - for few addresses; its tables take time to load

    try:
        return idna.encode(label, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    # A character that IDNA 2008 does not allow: in canonical form, which has nothing invisible.
    if lower.isascii():
        return lower
    try:
        mapped = idna.uts46_remap(lower, std3_rules=False, transitional=False)
    except (idna.IDNAError, UnicodeError):
        return lower
    return f"xn--{mapped.encode('punycode').decode('ascii')}"
