"""Firms in the spellings of those who work there, and mail addresses in the domains of firms."""

from __future__ import annotations

import itertools

PARTNERS, HYPHENATED, ARTICLE = "Lindqvist & Marrow", "Harrow & Müller-Lyle", "The Quill Company"

_NAMES = {
    PARTNERS: [
        *("Lindqvist & Marrow", "LINDQVIST  AND marrow", "Lindqvist + Marrow", "Lindqvist&Marrow"),
        *("lindqvist und Marrow", "The Lindqvist & Marrow", "Lindqvist et Marrow"),
        *(
            "Lind\u00adqvist &\u200b Marrow\u00ae",
            "Lindqvist \uff06 \uff2darrow",
            "Lindqvist Marrow",
        ),
    ],
    HYPHENATED: [
        *("Harrow & Müller-Lyle", "Harrow and Mueller Lyle", "HARROW & MUELLER-LYLE"),
        *("Harrow + Mu\u0308ller\u2010Lyle", "Harrow&Müller\u2013Lyle"),
    ],
}
_ENDS = [
    *("", " LLP", ", L.L.P.", " LLC", " GmbH", " GmbH & Co. KG", " PartGmbB", " (LLP)", " Ltd."),
    *(", Inc.", ", London", " (London)", " LLP (UK)", " LLP, London", " LLP LLP", " S.r.l."),
]
SPELLINGS = {
    **{
        firm: [name + end for name, end in itertools.product(names, _ENDS)]
        for firm, names in _NAMES.items()
    },
    ARTICLE: [
        "The Quill Company",
        "Quill",
        "The Quill",
        "Quill Company",
        "QUILL Inc.",
        "Quill LLC",
    ],
}
OTHERS = [
    *("Fenwick Arbor", "Lindqvist & Marrow Partners", "Lindqvist", "Marrow & Lindqvist LLP"),
    *("Lindqvist %", "Lindqvist, Marrow & Vale", "Harrow & Miller-Lyle", "Harrow & Mull LLP"),
    *("Quills", "Quill & Sons", "LLP"),
]
"""Other firms than these and than each other, however alike."""

_FIRMS = {spelling: firm for firm, names in SPELLINGS.items() for spelling in names}
DOMAINS = {
    PARTNERS: ("lindqvist.example",),
    HYPHENATED: ("müller-lyle.example", "straße.example"),
    ARTICLE: ("quill.example", "quill-law.example"),
}
COMPANIES = [
    ("Lindqvist & Marrow LLP", DOMAINS[PARTNERS]),
    ("Harrow & Müller-Lyle PartGmbB", DOMAINS[HYPHENATED]),
    ("The Quill Company", DOMAINS[ARTICLE]),
]
"""Companies as they name themselves, each with its mail domains."""

ADDRESSES = [
    *("ada@home.example", "ada@lindqvist.example", "ada@EU.Lindqvist.example"),
    *("ada@notlindqvist.example", "ada@lindqvist.example.com", "ada@lindqvist.examples"),
    *("ada@müller-lyle.example", "ada@MÜLLER-Lyle.example", "ada@xn--mller-lyle-9db.example"),
    *("ada@mail.xn--mller-lyle-9db.example", "ada@muller-lyle.example", "ada@straße.example"),
    *("ada@strasse.example", "ada@xn--strae-oqa.example", "ada@quill-law.example"),
]
"""Addresses that the API takes."""
_AROUND = [
    *("Ada Example <{}>", '"Example, Ada" <{}>', "<{}>", "mailto:{}", "{},", "{};", "{}\u3002"),
    *("{}\u200b", "{} (work)", "Ada Example {}"),
]
ADDRESSES_WITH_MORE = [way.format(each) for way in _AROUND for each in ADDRESSES]
"""Addresses with something around them, as another system may have stored them."""


def firm_of(name: str) -> str:
    """Which firm a name means; one that is in no table is a firm by itself."""
    return _FIRMS.get(name, " ".join(name.split()).casefold())
