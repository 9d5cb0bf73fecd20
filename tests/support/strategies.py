"""Jobs and profiles as clients may send them, drawn from small pools so that values match.

The pools hold what people type: aliases, odd case, spaces and full-width letters, values that are
not in the vocabulary, dates that can't be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.support import oracle

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = (2026, 3)
"""The month in which these profiles are read; their dates are around it."""

_KNOWN = {
    "specializations": ["Copyright", "Data Protection"],
    "technicalDomains": ["Machine Learning", "Software"],
    "bars": ["New York", "USPTO"],
}
_UNKNOWN = ["Ius  Straßae"]


def _wide(text: str) -> str:
    """The text in full-width letters."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


_SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    _wide,
    lambda text: f"  {text.replace(' ', '   ')}\t",
]
_LOCATIONS = [
    "New York, NY",
    "new  york,ny",
    _wide(" NEW York ,NY "),
    "Albany, NY",
    "NY",
    ",NY,",
    "Paris, France",
    "Paris,, Île-de-France , FRANCE",
    "paris , france,",
    "Remote",
    " REMOTE",
    "remote, France",
    " , ,",
    "",
    None,
]
COMPANY = ("Lindqvist & Marrow LLP", ("lindqvist.example",))
"""An employer some of whose employees are among the profiles."""

_EMPLOYERS = [
    "Fenwick Arbor",
    "Fenwick Arbor",
    "Lindqvist & Marrow LLP",
    "LINDQVIST  Marrow, L.L.P.",
    _wide("lindqvist marrow"),
    "Lindqvist & Marrow GmbH & Co. KG",
    "Lindqvist & Marrow Partners",
    "Lindqvist %",
]
_ADDRESSES = [
    None,
    "",
    "ada@home.example",
    "ada@lindqvist.example",
    "ada@EU.Lindqvist.example",
    "ada@notlindqvist.example",
    "ada@lindqvist.example.com",
]
_ODD_DATES = [None, "", "spring", "2019-13", "2025-02-29", "19", "2019/04", "2019-4", "present"]
_ENDS = [None, "", "  ", "present", "Present ", "PRESENT"]


def in_the_database(examples: int) -> settings:
    """Settings for a property with a database: so many examples, with one set of fixtures."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def _values(kind: str) -> st.SearchStrategy[str]:
    known = {entry["label"]: entry["aliases"] for entry in oracle.vocabulary()[kind]}
    names = [[label, *known.get(label, [])[:3]] for label in _KNOWN[kind] + _UNKNOWN]
    return st.sampled_from(
        [spell(name) for group in names for name in group for spell in _SPELLINGS]
    )


def _distinct(kind: str, min_size: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(
        _values(kind),
        unique_by=lambda value: oracle.canonical(kind, value),
        min_size=min_size,
        max_size=3,
    )


_DATES = [
    form.format(year, month)
    for year in range(TODAY[0] - 9, TODAY[0] + 2)
    for month in (1, 2, 3, 4, 9, 12)
    for form in ("{0}", "{0}-{1:02}", "{0}-{1:02}-28", " {0}-{1:02} ")
]


@st.composite
def _positions(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.sampled_from(_DATES + _ODD_DATES))
    end = draw(st.sampled_from(_DATES) | st.sampled_from(_ENDS + _ODD_DATES))
    first, last = oracle.started(start), oracle.ended(end)
    if first and last and last < first:
        start, end = end, start
    dates = {"startDate": start, "endDate": end}
    given = {name: date for name, date in dates.items() if date or draw(st.booleans())}
    return {"employer": draw(st.sampled_from(_EMPLOYERS)), "title": "Counsel", **given}


def _admissions() -> st.SearchStrategy[dict[str, Any]]:
    statuses = [None, "", " ", "active", _wide("ACTIVE "), "inactive", "retired", "not active"]
    return st.fixed_dictionaries(
        {"jurisdiction": _values("bars")},
        optional={"status": st.sampled_from(statuses), "year": st.none() | st.just(2011)},
    )


def profiles() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of PUT /admin/profiles/{profileId}."""
    return st.fixed_dictionaries(
        {
            "name": st.just("Ada Example"),
            "status": st.sampled_from(["active"] * 7 + ["pending_review", "rejected"]),
            "specializations": st.lists(_values("specializations"), min_size=1, max_size=4),
            "technicalDomains": st.lists(_values("technicalDomains"), min_size=1, max_size=4),
            "barAdmissions": st.lists(_admissions(), min_size=1, max_size=4),
            "workHistory": st.lists(_positions(), max_size=4),
            "location": st.sampled_from(_LOCATIONS),
        },
        optional={"email": st.sampled_from(_ADDRESSES)},
    )


def jobs(*, least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of POST /jobs.

    Args:
        least: fewest required specializations; with one or more the job is open.
    """
    return st.fixed_dictionaries(
        {
            "title": st.just("Counsel"),
            "status": st.just("open" if least else "draft"),
            "requiredSpecializations": _distinct("specializations", least),
            "minimumExperience": st.sampled_from([None, 0, 1, 3, 4, 6, 7, 9, 11]),
            "preferredLocation": st.sampled_from(_LOCATIONS),
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


def pools() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """A few profiles by id."""
    return st.dictionaries(st.uuids().map(str), profiles(), min_size=2, max_size=6)
