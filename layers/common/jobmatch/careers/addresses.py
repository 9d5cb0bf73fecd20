"""Mail addresses: what is one and nothing else, and taking one out of what stands around it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from jobmatch.text import without_invisible

_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# As HTML's e-mail input has it: https://html.spec.whatwg.org/#valid-e-mail-address
_LOCAL_PART = rf"(?<!{_LOCAL}){_LOCAL}++"
_ADDRESS = re.compile(rf"{_LOCAL_PART}@{_LABEL}(?:\.{_LABEL})*")
_LOCAL_BEFORE = re.compile(rf"{_LOCAL_PART}\Z")
_DOMAIN_AFTER = re.compile(r"[A-Za-z0-9.-]+")
_IN_ANGLES = re.compile(r"<([^<>@]*+@[^<>]*+)>")
_COMMENT = re.compile(r"\([^()]*\)")
_AT = re.compile(r"\s?[(\[{]\s?(?:at|@)\s?[)\]}]\s?|\sat\s|\s?@\s?", re.IGNORECASE)
_DOT = re.compile(r"\s?[(\[{]\s?(?:dot|\.)\s?[)\]}]\s?|\sdot\s", re.IGNORECASE)
FULL_STOPS = str.maketrans("\u3002\uff0e\uff61", "...")
"""The dots that separate the labels of a domain, beside the one of ASCII."""
_MATES = {mate: mate for mate in "'`*_|~"} | {"{": "}"}
"""What may stand around an address though it may be a part of one, with what closes it."""
_LONGEST = 1_000
"""Characters; nothing that holds one address is longer."""
_MOST = 20
"""Addresses in one text; more are not looked for."""


def is_address(text: str) -> bool:
    """Whether a text is a mail address and nothing else.

    As HTML's e-mail input takes it, and with letters of any script in the name and in the domain.
    """
    return _ADDRESS.fullmatch(_as_ascii(text)) is not None


def unpack_address(text: str) -> str | None:
    """The mail address in a text that holds more: a display name, `mailto:`, a full stop behind it.

    What stands in angle brackets goes before all else; of several addresses the first is taken.

    Returns:
        None where no address is in it.
    """
    return next(iter(addresses_in(text)), None)


def addresses_in(text: str) -> list[str]:
    """All addresses in a text, those in angle brackets first; one address alone is itself."""
    if is_address(text):
        return [text]
    shown = readable(text)
    found: dict[str, None] = {}
    for part in (*_IN_ANGLES.findall(shown), shown):
        found.update(dict.fromkeys(_addresses(part)))
    if not found:
        # Comments within, and "at" and "dot" for what harvesters look for.
        plain = _AT.sub("@", _DOT.sub(".", shown))
        found.update(dict.fromkeys((*_addresses(plain), *_addresses(_COMMENT.sub("", plain)))))
    return list(found)


def readable(text: str) -> str:
    """A text that may hold an address, without what can't be seen and with plain signs."""
    shown = without_invisible(unicodedata.normalize("NFKC", text[:_LONGEST]))
    shown = " ".join(shown.translate(FULL_STOPS).split())
    return unquote(shown) if "@" not in shown or "mailto:" in shown.casefold() else shown


def _addresses(text: str) -> list[str]:
    ascii_text = _as_ascii(text)
    found = []
    parts = ascii_text.split("@", _MOST)
    at = -1
    for before in parts[:-1]:
        at += len(before) + 1
        name = _LOCAL_BEFORE.search(before)
        domain = _DOMAIN_AFTER.match(ascii_text, at + 1)
        if name is None or domain is None:
            continue
        start, end = at - len(name[0]), at + 1 + len(domain[0].rstrip(".-"))
        if end < len(text) and _MATES.get(text[start]) == text[end]:
            start += 1
        address = text[start:end]
        if is_address(address):
            found.append(address)
    return found


def _as_ascii(text: str) -> str:
    """The text with an "a" for each letter or digit of other scripts, a blank for other signs."""
    if text.isascii():
        return text
    return "".join(each if each.isascii() else _sign(each) for each in text)


def _sign(character: str) -> str:
    category = unicodedata.category(character)
    return "a" if category[0] in "LM" or category == "Nd" else " "
