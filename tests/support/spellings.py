"""Every spelling of a firm's name that people write, and of a mail address.

A firm is written as its plain words with "&" where its partners are joined, with umlauts and
hyphens as on its sign: "Harrow & Müller-Lyle". Only what makes no other firm of it is varied.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

JOINTS = ["&", " & ", "+", " + ", " and ", " AND ", " und ", " et ", "\uff06", " &amp; "]
INVISIBLE = [
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u2060",
    "\u200d",
    "\u200c",
    "\u200e",
    "\ufe0f",
    "\u3164",
]
MARKS = ["\u00ae", "\u2122", "\u00a9", "(R)", " (TM)", "\u2120"]
HYPHENS = ["-", " ", "\u2010", "\u2011", "\u2013", " - ", "\u00ad"]
LEGAL_FORMS = [
    *("LLP", "L.L.P.", "L L P", "LLC", "Ltd", "Ltd.", "Limited", "Inc.", "P.C.", "PLLC", "P.A."),
    *("PLC", "Corp.", "Company", "& Co.", "and Company", "& Co. KG", "GmbH", "GmbH & Co. KG"),
    *("G.m.b.H.", "AG", "Aktiengesellschaft", "OHG", "e.K.", "PartmbB", "PartGmbB", "PartG mbB"),
    *("Partnerschaftsgesellschaft mbB", "Partnerschaft mbB", "mbB", "KGaA", "GbR", "UG"),
    *("UG (haftungsbeschränkt)", "Rechtsanwaltsgesellschaft mbH", "Patentanwaltsgesellschaft mbH"),
    *("S.A.", "SAS", "S.à r.l.", "SELARL", "SCP", "S.p.A.", "S.r.l.", "S.L.P.", "B.V.", "N.V."),
    *("A/S", "ApS", "AB", "Oy", "ASA", "s.r.o.", "a.s.", "d.o.o.", "sp. z o.o.", "sp.k.", "Kft."),
    *("Zrt.", "SRL", "OÜ", "UAB", "SIA", "A.Ş.", "Ltd. Şti.", "Pvt. Ltd.", "Pty Ltd", "(Pty) Ltd"),
    *("Pte. Ltd.", "K.K.", "Co., Ltd.", "Sdn. Bhd.", "Ltda.", "S.A. de C.V.", "Lda.", "ULC"),
    *("Chartered", "A Professional Corporation", "Limited Liability Partnership", "(LLP)", "SE"),
]
PLACES = [
    *("London", "UK", "U.K.", "USA", "US", "Germany", "Deutschland", "München", "Munich"),
    *("Muenchen", "New York", "Tokyo", "Zürich", "France", "Berlin", "Hong Kong", "San Francisco"),
]
QUOTES = ['"{}"', "\u201c{}\u201d", "\u201e{}\u201c", "\u00ab{}\u00bb", "'{}'"]
_DIGRAPHS: dict[str, str | int | None] = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "ß": "ss",
}


def _wide(text: str) -> str:
    """The text in full-width letters."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def _plain(text: str) -> str:
    return "".join(
        each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each)
    )


_CASES: list[Callable[[str], str]] = [str, str.upper, str.lower, str.title, _wide]
_ACCENTS: list[Callable[[str], str]] = [
    str,
    lambda text: text.translate(str.maketrans(_DIGRAPHS)),
    lambda text: _plain(text.replace("ß", "ss")),
    lambda text: unicodedata.normalize("NFD", text),
]


@st.composite
def names_of(draw: st.DrawFn, firm: str) -> str:
    """A spelling of the firm's name alone: case, accents, joints, hyphens, what can't be seen."""
    name = draw(st.sampled_from(_ACCENTS))(firm)
    parts = name.split(" & ")
    text = parts[0]
    for part in parts[1:]:
        text += draw(st.sampled_from(JOINTS)) + part
    words = text.split("-")
    text = words[0]
    for word in words[1:]:
        text += draw(st.sampled_from(HYPHENS)) + word
    # "&amp;" is what a machine writes, and it changes no case.
    text = text if "&amp;" in text else draw(st.sampled_from(_CASES))(text)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        if "&amp;" not in text:
            text = text[:at] + draw(st.sampled_from(INVISIBLE)) + text[at:]
    return draw(st.sampled_from(["", "", "The ", "the ", "THE "])) + text


@st.composite
def spellings_of(draw: st.DrawFn, firm: str) -> str:
    """A spelling of the firm as somebody may write it who works there, or the firm itself."""
    text = draw(names_of(firm))
    text += draw(st.sampled_from(["", "", *MARKS]))
    forms = draw(st.lists(st.sampled_from(LEGAL_FORMS), max_size=2))
    place = draw(st.sampled_from(["", "", *PLACES]))
    in_front = bool(place) and draw(st.booleans())
    if in_front:
        text += draw(st.sampled_from([" ({})", ", {}"])).format(place)
    for form in forms:
        text += draw(st.sampled_from([" ", ", "])) + form
    if place and not in_front:
        ways = [" ({})", ", {}"] + ([" {}", " - {}", " | {}"] if forms[-1:] in _CLEAR else [])
        text += draw(st.sampled_from(ways)).format(place)
    text += draw(st.sampled_from(["", "", "\u00ae", ".", ",", ";", " "]))
    return draw(st.sampled_from(["{}", "{}", "  {}\t", *QUOTES])).format(text)


_CLEAR: list[list[str]] = [["LLP"], ["Ltd"], ["GmbH"], ["Inc."], ["PartGmbB"]]
"""Legal forms behind which a place needs no comma."""


@st.composite
def around_addresses(draw: st.DrawFn, address: str) -> str:
    """What people and machines write around an address; never the address alone."""
    ways = [
        *("Robin Field <{}>", '"Field, Robin" <{}>', "<{}>", "mailto:{}", "mailto:{}?subject=CV"),
        *("{},", "{};", "{}\u3002", "{}.", "{}\u200b", "\ufeff{}", "{} (work)", "({})", "[{}]"),
        *("'{}'", '"{}"', "E-mail: {}", "  {}", "{}\n", "Robin Field {}", "{} / +1 212 555 0100"),
        *("<mailto:{}>", "Robin <{}>; ", "[{}](mailto:{})", "{}\u00a0"),
    ]
    way = draw(st.sampled_from(ways))
    return way.replace("{}", address)
