"""Jobs and profiles as clients may send them, drawn from small pools so that values meet.

The pools hold what people type: aliases, narrower and broader terms, several terms in one value,
odd case, spaces and full-width letters, values that nobody listed, places in many spellings, dates
that can't be read.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.support import known_places, oracle
from tests.support.firms import (
    ADDRESSES,
    ADDRESSES_WITH_MORE,
    COMPANIES,
    OTHERS,
    SPELLINGS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TODAY = (2026, 3)
"""The month in which these profiles are read; their dates lie around it."""

LONGEST_VALUE = 100
"""Characters of an entry of a list."""
_POOLS = {
    "specializations": [
        *("Copyright", "Copyright Litigation", "IP Litigation", "Soft IP", "Data Protection"),
        *("Trademarks", "Trademark Prosecution", "Licensing", "Intellectual Property"),
    ],
    "technicalDomains": [
        *("Machine Learning", "Software", "Computer Science", "Biology", "Life Sciences"),
        *("Genetics", "Gene Editing", "Chemistry"),
    ],
    "bars": [
        *("New York", "California", "Any US State Bar", "USPTO", "Patent Attorney", "Germany"),
        *("Any EU Bar", "European Patent Office"),
    ],
}
"""Terms of a few families, broad and narrow."""
_UNKNOWN = ["Ius  Straßae", "Xyzzy Law 7", "Plugh Frobnication", "XYZZY law 7"]


def _wide(text: str) -> str:
    """The text in full-width letters."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


_SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    _wide,
    lambda text: f"  {text.replace(' ', '   ')}\t",
    lambda text: f"{text[:2]}\u200b{text[2:]}\u00ad",
]
COMPANY = COMPANIES[0]
"""An employer whose own people are among the profiles."""

_ODD_DATES = [
    *(None, "", "spring", "2019-13", "2025-02-29", "19", "20194", "2019-4", "Xyzzy 2019"),
    *("00/2019", "13.2019", "1939", "1939-12", "1940", "12/1939"),
]
_ENDS = [None, "", "  ", *oracle.OPEN_ENDS, "Present ", "PRESENT", "Bis Heute", "\u200bNow"]
_NOT_ACTIVE = [
    *("inactive", "retired", "not active", "suspended", "pending", "resigned", "not yet admitted"),
    *("ruhend", "voluntarily inactive", "xyzzy", "frobnicated"),
]
"""Listed as not active, and in neither list."""


def in_the_database(examples: int) -> settings:
    """For a property of what is stored: so many examples, in the fixtures of one test."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@cache
def _names(kind: str) -> dict[str, list[str]]:
    """Names of all known values, by label."""
    return {entry["label"]: oracle.names_of(entry) for entry in oracle.vocabulary()[kind]}


def composites(kind: str) -> Iterator[str]:
    """Values that name two terms, neither of which leaves out a word that the other one has.

    That is clear of single words and of most longer labels, and not of "Germany and European Patent
    Attorney" or "intellectual property and copyright litigation".
    """
    names = [name for label in _POOLS[kind] for name in _names(kind)[label][:5]]
    words = [name for name in names if name.isalpha()]
    longer = [label for label in _POOLS[kind] if " " in label and label != "Intellectual Property"]
    for clear in (words, longer):
        for first in clear:
            for second in clear:
                if oracle.terms(kind, first) != oracle.terms(kind, second):
                    yield from (first + between + second for between in oracle.SEPARATORS)


def _fits(value: str) -> bool:
    return len(value.strip()) <= LONGEST_VALUE


@cache
def values_of(kind: str) -> st.SearchStrategy[str]:
    """Values of a list."""
    pool = [_names(kind)[label] for label in _POOLS[kind]]
    plain = [name for names in pool for name in names[:4]] + _UNKNOWN
    joined = list(composites(kind))
    every = [name for names in _names(kind).values() for name in names]
    labels = st.sampled_from(_POOLS[kind])
    named = labels | labels | st.sampled_from(plain) | st.sampled_from(joined)
    anything = st.sampled_from(plain) | st.sampled_from(every)
    spelled = st.builds(
        lambda value, spell: spell(value), named | anything, st.sampled_from(_SPELLINGS)
    )
    return (named | spelled).filter(_fits)


def _distinct(kind: str, min_size: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(values_of(kind), unique_by=oracle.fold, min_size=min_size, max_size=3)


def _locations(places: Sequence[str], more: Sequence[str | None]) -> st.SearchStrategy[str | None]:
    plain = st.sampled_from(places)
    others: st.SearchStrategy[str | None] = st.sampled_from(
        [*known_places.WITHIN, *known_places.ANYWHERE, *known_places.UNRESOLVED, *more]
    )
    spelled = st.builds(
        lambda text, spell: text and spell(text), plain | others, st.sampled_from(_SPELLINGS)
    )
    near = st.sampled_from([*known_places.UNRESOLVED, *known_places.BLANK])
    return plain | plain | st.sampled_from(known_places.JOINED) | spelled | near


def locations() -> st.SearchStrategy[str | None]:
    """Locations of candidates."""
    return _locations(known_places.PLACES_OF_CANDIDATES, known_places.BLANK)


def preferred_locations() -> st.SearchStrategy[str | None]:
    """Preferred locations of jobs."""
    several = [*known_places.WITHIN_FOR_JOBS, *known_places.JOINED_FOR_JOBS]
    return _locations(known_places.PLACES, several)


_DATES = [
    form.format(year, month)
    for year in range(TODAY[0] - 9, TODAY[0] + 2)
    for month in (1, 2, 3, 4, 9, 12)
    for form in (
        *("{0}", "{0}-{1:02}", "{0}-{1}", "{0}-{1:02}-28", " {0}-{1:02} ", "{1:02}/{0}"),
        *("{1:02}.{0}", "{0}-{1:02}-28T23:30:00Z", "{0}-{1:02}-01T00:00:00+02:00"),
    )
] + [
    f"{spell(row[month - 1])} {year}"
    for year in range(TODAY[0] - 9, TODAY[0] + 2, 2)
    for month in (1, 3, 8, 12)
    for row in oracle.MONTH_NAMES
    for spell in (str.title, str.upper)
]


def _firms() -> st.SearchStrategy[str]:
    spellings = [name for names in SPELLINGS.values() for name in names]
    return st.sampled_from(OTHERS) | st.sampled_from(spellings) | st.sampled_from(spellings[:40])


@st.composite
def _positions(draw: st.DrawFn, *, stored: bool) -> dict[str, Any]:
    start = draw(st.sampled_from(_DATES) | st.sampled_from([*_ODD_DATES, "present"]))
    end = draw(st.sampled_from(_DATES) | st.sampled_from(_ENDS) | st.sampled_from(_ODD_DATES))
    if not stored and oracle.is_reversed({"startDate": start, "endDate": end}):
        start, end = end, start
        if oracle.is_reversed({"startDate": start, "endDate": end}):
            end = None
    dates = {"startDate": start, "endDate": end}
    given = {name: date for name, date in dates.items() if date or draw(st.booleans())}
    return {"employer": draw(_firms()), "title": "Counsel", **given}


def _admissions() -> st.SearchStrategy[dict[str, Any]]:
    blank = st.sampled_from([None, "", " "])
    active = st.sampled_from([*oracle.ACTIVE, _wide("ACTIVE "), "In Good Standing"])
    return st.fixed_dictionaries(
        {"jurisdiction": values_of("bars")},
        optional={
            "status": blank | active | active | st.sampled_from(_NOT_ACTIVE),
            "year": st.none() | st.just(2011),
        },
    )


def profiles(*, stored: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of PUT /admin/profiles/{profileId}.

    Args:
        stored: as another system may have stored them, with what the API refuses.
    """
    addresses = [None, "", *ADDRESSES, *(ADDRESSES_WITH_MORE if stored else [])]
    return st.fixed_dictionaries(
        {
            "name": st.just("Ada Example"),
            "status": st.sampled_from(["active"] * 7 + ["pending_review", "rejected"]),
            "specializations": st.lists(values_of("specializations"), min_size=1, max_size=4),
            "technicalDomains": st.lists(values_of("technicalDomains"), min_size=1, max_size=4),
            "barAdmissions": st.lists(_admissions(), min_size=1, max_size=4),
            "workHistory": st.lists(_positions(stored=stored), max_size=4),
            "location": locations(),
        },
        optional={"email": st.sampled_from(addresses)},
    )


def jobs(*, least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of POST /jobs.

    Args:
        least: how many required specializations there must be: an open job has one.
    """
    return st.fixed_dictionaries(
        {
            "title": st.just("Counsel"),
            "status": st.just("open" if least else "draft"),
            "requiredSpecializations": _distinct("specializations", least),
            "minimumExperience": st.sampled_from([None, 0, 1, 3, 4, 6, 7, 9, 11]),
            "preferredLocation": preferred_locations(),
        },
        optional={
            "preferredSpecializations": st.none()
            | _distinct("specializations")
            | _distinct("specializations", 2),
            "requiredTechnicalDomains": st.none()
            | _distinct("technicalDomains")
            | _distinct("technicalDomains", 2),
            "requiredBar": st.none() | _distinct("bars") | _distinct("bars", 2),
        },
    )


def pools(*, stored: bool = False) -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """A few profiles by id."""
    return st.dictionaries(st.uuids().map(str), profiles(stored=stored), min_size=2, max_size=6)


def companies() -> st.SearchStrategy[oracle.Company]:
    """Employers, some of whose people are among the profiles."""
    return st.sampled_from(COMPANIES)
