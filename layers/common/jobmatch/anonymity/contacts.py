"""Mail addresses, links, domains, handles and telephone numbers, in the forms people use."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.anonymity.common_words import is_common
from jobmatch.anonymity.visible import compared

if TYPE_CHECKING:
    from collections.abc import Iterator

Span = tuple[int, int]

_DOT_WORDS = "dot|punkt|point|punto|ponto|kropka|pont|tečka|piste|punt"
_SIGN_WORDS = "arroba|arobase|arobas|chiocciola|klammeraffe|małpa|malpa|zavináč|kukac|apenstaartje"
_IN_BRACKETS = r"\s?[(\[{{]\s?(?:{})\s?[)\]}}]\s?"
_SPELT_DOT = rf"(?:{_IN_BRACKETS.format(_DOT_WORDS + '|[.]')}|\s(?:{_DOT_WORDS})\s)"
_AT = rf"(?:{_IN_BRACKETS.format(f'at|ät|bei|@|{_SIGN_WORDS}')}|\s(?:{_SIGN_WORDS})\s)"
_PIECE = r"[^\s@()\[\]{}<>,;:]{1,64}"
_LOCAL = rf"(?<![^\s@()\[\]{{}}<>,;:])(?:{_PIECE}{_SPELT_DOT}){{0,2}}{_PIECE}"
_LABEL = r"[^\s@()\[\]{}<>,;:.]{1,63}"
_SPACED_AT = r"\s(?:at|ät|bei|@)\s"
_SPELT_AT = re.compile(f"{_AT}|{_SPACED_AT}", re.IGNORECASE)
_WITH_SPELT_AT = [
    re.compile(rf"{_LOCAL}{_AT}{_LABEL}(?:(?:{_SPELT_DOT}|\s?\.){_LABEL}){{0,5}}", re.IGNORECASE),
    re.compile(rf"{_LOCAL}{_SPACED_AT}{_LABEL}(?:{_SPELT_DOT}{_LABEL}){{1,5}}", re.IGNORECASE),
]
_WITH_AT = [
    re.compile(r"[^\s@<>()\[\],;:]{1,64}@[^\s@<>()\[\],;:]{1,255}"),
    re.compile(rf"{_LOCAL}\s@\s{_LABEL}(?:\s?\.\s?{_LABEL}){{1,5}}"),
    re.compile(r"(?<![\w.@])@\w[\w.-]{1,63}"),
    # An at sign with anything on both sides is no ordinary word.
    re.compile(r"(?<!\S)[^\s@]*+@\S*+(?<=\w)"),
]
_LINKS = [
    re.compile(r"(?:h(?:tt|xx)ps?://|www[. ])\S+", re.IGNORECASE),
    # What is left of a link to a profile.
    re.compile(
        r"(?<![\w/-])(?:in|pub|u|users?|company)/(?=[\w%.]*[-\d])[\w%.-]{3,100}", re.IGNORECASE
    ),
]
_SPELT_SITE = re.compile(
    rf"(?<![\w-])(?P<name>[\w-]{{2,63}})(?:{_SPELT_DOT}|\s\.)"
    r"(?:com|org|info|law|legal|io|eu|de|fr)\b",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"(?<![^\W_])(?<![.@/-])[^\W_](?:[^\W_]|-){0,62}(?:\.[^\W_](?:[^\W_]|-){0,62})++(?:[/:?#]\S*)?"
)
_AT_DOMAIN = re.compile(
    r"(?<!\S)(?P<name>[^\s@]{1,64})\s(?:at|ät|bei)\s(?P<domain>[^\W_][\w.-]{0,80}\w)", re.IGNORECASE
)
_NETWORKS = (
    "ig|skype|telegram|we ?chat|weixin|whats ?app|viber|qq|instagram|insta|snapchat|tiktok|mastodon"
    "|bluesky|xing|github|gitlab|facebook|fb|twitter|discord|linkedin|orcid|threema|kakao(?:talk)?"
)
_AFTER_NETWORK = re.compile(
    rf"(?<!\w)(?:{_NETWORKS}|signal|line|x|threads|slack|handle|nick|username|id)"
    r"\s?(?::|=|\s-|\sid|\shandle|\sas)\s?(?P<name>[^\s,;()\[\]]{2,64})",
    re.IGNORECASE,
)
_BESIDE_NETWORK = re.compile(
    rf"(?<!\w)(?:{_NETWORKS})\s\(?(?P<name>[^\s,;()]{{2,64}})", re.IGNORECASE
)
_ENROLLED = re.compile(
    r"(?<![^\W_])(?:bar|sbn|roll|attorney|solicitor|practitioner|member(?:ship)?|licen[cs]e|admission"
    r"|reg(?:istration)?|sra)\W{0,3}(?:(?:no|nr|num(?:ber)?|id|reg(?:istration)?)\W{0,3}){0,2}"
    r"(?P<number>\d{1,3}[,. ]\d{3}|\d{4,6})(?![,.]?\d)",
    re.IGNORECASE,
)
"""Numbers under which a bar or an office lists a person; those of patents and marks are longer."""
_BORN = re.compile(
    r"(?<!\w)(?:born|dob|date of birth|geb(?:oren)?)\W{0,3}(?:on |in |am )?"
    r"(?P<date>\d[\d./ -]{2,12}\d)"
    r"|(?<!\w)(?:n[ée]e|geb\.|geborene)\s(?P<name>[^\W\d_][\w'\u2019-]{1,40})",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\w[._\d-]|\d")
# What has the form of a domain and is none: technologies, degrees, abbreviations.
_NO_DOMAINS = re.compile(
    r"(?:asp|ado|vb|ml)\.net|(?:socket|draw)\.io|[bmd]\.sc|[bm]\.tech|sp\.z|et\.al|lic\.iur|mag\.iur"
    r"|dr\.med|dr\.ing|fast\.ai|adr\.eu",
    re.IGNORECASE,
)


def contacts(text: str) -> Iterator[Span]:
    """Where contacts stand in a text as it is seen, without the punctuation behind them."""
    for start, end in _contacts(text):
        yield start, start + len(text[start:end].rstrip(".,;:!?)]}"))
    yield from _numbers(text)


def _contacts(text: str) -> Iterator[Span]:
    forms = list(_LINKS)
    # Most texts have neither, and to look for it takes a tenth of the time of the forms.
    if "@" in text:
        forms += _WITH_AT
    if _SPELT_AT.search(text):
        forms += _WITH_SPELT_AT
    for form in forms:
        yield from (found.span() for found in form.finditer(text))
    for found in _DOMAIN.finditer(text):
        if _is_domain(found[0]):
            yield found.span()
    for found in _SPELT_SITE.finditer(text):
        if not is_common(compared(found["name"])):
            yield found.span()
    for found in _AT_DOMAIN.finditer(text):
        if _is_domain(found["domain"]) and not is_common(compared(found["name"])):
            yield found.span()
    yield from _handles(text)
    yield from _of_persons(text)


def _handles(text: str) -> Iterator[Span]:
    for form in (_AFTER_NETWORK, _BESIDE_NETWORK):
        for found in form.finditer(text):
            name = found["name"].rstrip(".:")
            is_word = form is _BESIDE_NETWORK or is_common(compared(name))
            if _HANDLE.search(name) or not is_word:
                yield found.span("name")


def _of_persons(text: str) -> Iterator[Span]:
    """Numbers of lists of persons, dates of birth, names of birth."""
    for found in _ENROLLED.finditer(text):
        if not _YEAR.fullmatch(found["number"]):
            yield found.span("number")
    for found in _BORN.finditer(text):
        yield found.span("date" if found["date"] else "name")


@cache
def _top_level() -> frozenset[str]:
    path = Path(__file__).with_name("top_level_domains.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_SHORTEST_LABEL = 2


def _is_domain(text: str) -> bool:
    host = re.split(r"[/:?#]", text, maxsplit=1)[0]
    labels = host.split(".")
    last = labels[-1]
    if last.lower() not in _top_level() or _NO_DOMAINS.fullmatch(host):
        return False
    if len(text) > len(host) + 1:
        return True
    if all(len(label) < _SHORTEST_LABEL for label in labels[:-1]) or len(last) < _SHORTEST_LABEL:
        return False
    # "prosecution.In Munich" only lacks a space.
    return last.islower() or host.isupper() or not is_common(compared(last))


_DIGITS = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:\+|\(\+?)?\d(?:[ _()./\u2010-\u2015-]{0,3}\d)*+(?P<kind>[A-Z]\d?\b)?"
)
_CALLED = re.compile(
    r"(?<!\w)(?:tel|telephone|tel[eé]f[oó]no?|tfno|tél|phone|fon|mobile?|mob|mobil|cell|handy|fax"
    r"|portable|call|ring|whats ?app|puh|kom|telemóvel|ruf|dial|text|sms|durchwahl|ext)\W{0,3}$",
    re.IGNORECASE,
)
_RECORDED = re.compile(
    r"(?<![^\W_])(?:(?i:patents?|(?:patent|application|serial|publication|registration|reg|pub|case)"
    r"s?\.?(?:\s(?:nos?|nr|numbers?))?|eur|usd|gbp|chf|iso|iec|din)"
    r"|US|EP|WO|JP|DE|FR|GB|CN|KR|CA|AU|PCT|CFR|[€$£¥])[.:#]?\s?$"
)
_MONEY = re.compile(r"\s?(?:eur|euros?|usd|dollars?|gbp|chf|[€$£¥%]|[a-c]\d\b)", re.IGNORECASE)
_GROUP = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LAST_DAY = 31
_FEWEST_CALLED, _FEWEST, _MOST = 5, 7, 16
_CONTEXT = 24


def _numbers(text: str) -> Iterator[Span]:
    for found in _DIGITS.finditer(text):
        number = found[0]
        before = text[max(0, found.start() - _CONTEXT) : found.start()]
        called = _CALLED.search(before) is not None
        digits = sum(map(str.isdecimal, number))
        if digits < (_FEWEST_CALLED if called else _FEWEST) or found["kind"]:
            continue
        is_sum = number.endswith("000") or _MONEY.match(text, found.end())
        begins_so = number.startswith(("0", "(")) or digits > _MOST
        recorded = is_sum or _RECORDED.search(before)
        if called or "+" in number or not (_are_dates(number) or (recorded and not begins_so)):
            yield found.span()


def _are_dates(number: str) -> bool:
    """Whether these are years, with months and days or without."""
    groups = _GROUP.findall(number)
    years = sum(_YEAR.fullmatch(group) is not None for group in groups)
    small = sum(len(group) <= 2 and int(group) <= _LAST_DAY for group in groups)  # noqa: PLR2004
    return years > 0 and small <= 2 * years and years + small == len(groups)
