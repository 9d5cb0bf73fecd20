"""What matching must answer: sections 4 and 5 of the contract once more, in plain Python.

From the JSON of a job and of profiles to the ranked list and what its explanations name. It shares
the vocabulary's data with the product and no code: a value is known by its exact name, places and
firms are those of the tests' own tables, months are sets and shares are fractions, and every
profile is looked at. Values outside these are for the tests of the words themselves.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.firms import firm_of
from tests.support.known_places import location_score
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WEIGHTS = {
    "specializationMatch": 30,
    "experienceFit": 25,
    "technicalBackground": 20,
    "barAdmissions": 15,
    "locationMatch": 10,
}
LABELS = [(75, "Strong Match"), (50, "Good Match"), (25, "Partial Match"), (0, "Weak Match")]
SEPARATORS = (" and ", " / ", "; ")
"""Between the terms of a value that names several; no known name in such a value holds one."""
OPEN_ENDS = [
    *("present", "current", "now", "to date", "today", "ongoing", "heute", "bis heute", "aktuell"),
    *("à ce jour", "aujourd'hui", "actualidad", "oggi", "heden", "現在", "至今"),
]
"""End dates that say that a position goes on."""
ACTIVE = [
    *("active", "in good standing", "currently registered", "eligible to practise", "admitted"),
    *("active member", "Active, in good standing", "zugelassen"),
]
"""Statuses of bar admissions that count; any other but a blank one does not."""
EARLIEST = (1940, 1)

_ENGLISH = "january february march april may june july august september october november december"
_GERMAN = "januar februar märz april mai juni juli august september oktober november dezember"
_FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTH_NAMES = [row.split() for row in (_ENGLISH, _GERMAN, _FRENCH, _SHORT)]
"""Names of the months, each row from the first to the twelfth."""

Month = tuple[int, int]
Subscores = dict[str, int]
Company = tuple[str, tuple[str, ...]]
Terms = frozenset[str]


class Ranked(NamedTuple):
    """One line of the ranked list."""

    profile_id: str
    overall_score: int
    subscores: Subscores
    recommendation: str


class Entry(NamedTuple):
    """A value of a list: as it is shown, and its terms."""

    shown: str
    terms: Terms


class Told(NamedTuple):
    """What an explanation must say of an entry of the job.

    `facts` are the candidate's values and terms that meet it, of which one must be named; empty
    where the candidate has a term of the entry itself, or does not meet it.
    """

    shown: str
    is_met: bool
    facts: frozenset[str]


@cache
def vocabulary() -> Any:
    """The known values by kind: "specializations", "technicalDomains" and "bars"."""
    path = ROOT / "layers/common/jobmatch/vocabulary/vocabulary.json"
    return json.loads(path.read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """A text in canonical form, before any alias."""
    normal = unicodedata.normalize("NFKC", text)
    seen = "".join(letter for letter in normal if unicodedata.category(letter) != "Cf")
    return " ".join(seen.split()).casefold()


def names_of(entry: Mapping[str, Any]) -> list[str]:
    """The label of a known value and its aliases."""
    return [entry["label"], *entry.get("aliases", []), *entry.get("otherLanguages", [])]


@cache
def labels(kind: str) -> dict[str, str]:
    """The label of each known value, by its names in canonical form."""
    return {fold(name): entry["label"] for entry in vocabulary()[kind] for name in names_of(entry)}


@cache
def _broader(kind: str) -> dict[str, Terms]:
    return {each["label"]: frozenset(each.get("broader", [])) for each in vocabulary()[kind]}


def terms(kind: str, value: str) -> Terms:
    """The terms of a value: the label of what is known, another's canonical form."""
    whole = fold(value)
    if whole in labels(kind):
        return frozenset([labels(kind)[whole]])
    between = next((each for each in SEPARATORS if each in whole), None)
    first, *others = whole.split(between) if between else [whole]
    return frozenset(
        [labels(kind).get(first, first), *(_named_behind(kind, first, part) for part in others)]
    )


def _named_behind(kind: str, first: str, part: str) -> str:
    """The term of a part: with words at the head of the first one if that makes it narrower.

    "European Patent Office / Patent Attorney" leaves out "European" before "Patent Attorney".
    """
    alone = labels(kind).get(part, part)
    words = first.split()
    heads = (" ".join([*words[:count], part]) for count in range(len(words) - 1, 0, -1))
    named = (labels(kind)[name] for name in heads if name in labels(kind))
    return next((label for label in named if alone in with_broader(kind, [label])), alone)


def with_broader(kind: str, these: Iterable[str]) -> Terms:
    """Terms and everything broader."""
    found = frozenset(these)
    while True:
        wider = found.union(*(_broader(kind).get(term, frozenset()) for term in found))
        if wider == found:
            return found
        found = wider


def entries(kind: str, values: Iterable[str] | None) -> list[Entry]:
    """The values of a list, of those with the same terms the first."""
    found: dict[Terms, Entry] = {}
    for value in values or []:
        these = terms(kind, value)
        is_one = len(these) == 1 and these <= _broader(kind).keys()
        shown = next(iter(these)) if is_one else value.strip()
        found.setdefault(these, Entry(shown, these))
    return list(found.values())


def _day(text: str | None, month_if_missing: int) -> Month | None:
    plain = (text or "").strip().casefold()
    if match := re.fullmatch(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{2})(?:t.*)?)?)?", plain):
        year, month, day = (int(each) if each else None for each in match.groups())
    elif match := re.fullmatch(r"([0-9]{2})[/.]([0-9]{4})", plain):
        month, year, day = int(match[1]), int(match[2]), None
    else:
        name, _, number = plain.partition(" ")
        month = next((row.index(name) + 1 for row in MONTH_NAMES if name in row), None)
        if month is None or not re.fullmatch("[0-9]{4}", number):
            return None
        year, day = int(number), None
    month = month_if_missing if month is None else month
    try:
        dt.date(year or 0, month, 1 if day is None else day)
    except ValueError:
        return None
    return year or 0, month


def started(text: str | None) -> Month | None:
    """The month of a readable start."""
    return _day(text, 1)


def ended(text: str | None) -> Month | None:
    """The month of a readable end; "present" is none."""
    return _day(text, 12)


def goes_on(text: str | None) -> bool:
    """Whether an end date says that a position goes on."""
    return fold(text or "") in ("", *map(fold, OPEN_ENDS))


def is_reversed(position: Mapping[str, Any]) -> bool:
    """Whether a position ends before it starts."""
    first, last = started(position.get("startDate")), ended(position.get("endDate"))
    return bool(first and last and last < first)


def _worked(position: Mapping[str, Any], today: Month) -> set[Month] | None:
    end = position.get("endDate")
    first = started(position.get("startDate"))
    last = today if goes_on(end) else ended(end)
    if first is None or last is None or first < EARLIEST or is_reversed(position):
        return None
    return {
        (year, month)
        for year in range(first[0], min(last, today)[0] + 1)
        for month in range(1, 13)
        if first <= (year, month) <= min(last, today)
    }


def _months(profile: Mapping[str, Any], today: Month) -> int | None:
    readable = [
        months
        for position in profile.get("workHistory") or []
        if (months := _worked(position, today)) is not None
    ]
    return len(set().union(*readable)) if readable else None


def _half_up(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


def active_bars(profile: Mapping[str, Any]) -> list[str]:
    """The jurisdictions of the admissions that count."""
    return [
        admission["jurisdiction"]
        for admission in profile.get("barAdmissions") or []
        if fold(admission.get("status") or "") in ("", *map(fold, ACTIVE))
    ]


def _all(kind: str, values: Iterable[str] | None) -> Terms:
    return with_broader(kind, (term for value in values or [] for term in terms(kind, value)))


def _share(wanted: list[Entry], has: Terms) -> Fraction | None:
    if not wanted:
        return None
    return Fraction(sum(bool(entry.terms & has) for entry in wanted), len(wanted))


def _specialization(required: Fraction | None, preferred: Fraction | None) -> Fraction | None:
    if required is not None and preferred is not None:
        return 80 * required + 20 * preferred
    stated = preferred if required is None else required
    return None if stated is None else 100 * stated


def _experience(minimum: int | None, months: int | None) -> Fraction | None:
    if not minimum:
        return None
    if months is None:
        return Fraction(50)
    return min(Fraction(100), 100 * Fraction(months, 12) / minimum)


def _label(label: str) -> str:
    """A label of a domain name as the domain name system has it, "ß" as itself."""
    text = unicodedata.normalize("NFC", label).lower()
    return text if text.isascii() else "xn--" + text.encode("punycode").decode()


def _domain(text: str) -> str:
    return ".".join(map(_label, text.split(".")))


def works_for(company: Company, profile: Mapping[str, Any], today: Month) -> bool:
    """Whether a candidate must not appear to the company: a present position, or an address."""
    name, domains = company
    for position in profile.get("workHistory") or []:
        last = ended(position.get("endDate"))
        # What can't be read, or can't be right, may mean that they are still there.
        is_past = last is not None and last < today and not is_reversed(position)
        if not is_past and firm_of(position["employer"]) == firm_of(name):
            return True
    hosts = re.findall(r"@((?:\w[\w-]*\.)+\w+)", profile.get("email") or "")
    return any(
        _domain(host) == _domain(each) or _domain(host).endswith("." + _domain(each))
        for host in hosts
        for each in domains
    )


def _subscores(
    job: Mapping[str, Any], profile: Mapping[str, Any], today: Month
) -> dict[str, int | None] | None:
    """The five scores, none for what is not asked for; nothing if the pre-filter drops them."""
    specializations = _all("specializations", profile.get("specializations"))
    required = _share(
        entries("specializations", job.get("requiredSpecializations")), specializations
    )
    preferred = _share(
        entries("specializations", job.get("preferredSpecializations")), specializations
    )
    domains = _share(
        entries("technicalDomains", job.get("requiredTechnicalDomains")),
        _all("technicalDomains", profile.get("technicalDomains")),
    )
    bars = _share(entries("bars", job.get("requiredBar")), _all("bars", active_bars(profile)))
    if profile.get("status") != "active" or 0 in (required, domains, bars):
        return None
    exact = {
        "specializationMatch": _specialization(required, preferred),
        "experienceFit": _experience(job.get("minimumExperience"), _months(profile, today)),
        "technicalBackground": None if domains is None else 100 * domains,
        "barAdmissions": None if bars is None else 100 * bars,
    }
    rounded = {name: None if score is None else _half_up(score) for name, score in exact.items()}
    location = location_score(job.get("preferredLocation"), profile.get("location"))
    return {**rounded, "locationMatch": location}


def ranked(
    job: Mapping[str, Any],
    profiles: Mapping[str, Mapping[str, Any]],
    *,
    today: Month,
    limit: int = 500,
    company: Company = ("", ()),
) -> list[Ranked]:
    """The best candidates for a job, best first.

    Args:
        job: body of POST /jobs.
        profiles: bodies of PUT /admin/profiles/{profileId}, by lower-case id.
        today: year and month.
        limit: how many are kept.
        company: name and mail domains of the job's employer.
    """
    lines = []
    for profile_id, profile in profiles.items():
        scores = _subscores(job, profile, today)
        if scores is None or works_for(company, profile, today):
            continue
        asked = {name: score for name, score in scores.items() if score is not None}
        weight = sum(WEIGHTS[name] for name in asked)
        total = sum(WEIGHTS[name] * score for name, score in asked.items())
        overall = _half_up(Fraction(total, weight)) if asked else 100
        label = next(label for least, label in LABELS if overall >= least)
        shown = {name: asked.get(name, 100) for name in scores}
        lines.append(Ranked(profile_id, overall, shown, label))
    return sorted(lines, key=lambda line: (-line.overall_score, line.profile_id))[:limit]


def _told(kind: str, wanted: list[Entry], values: Iterable[str] | None) -> list[Told]:
    """What an explanation says of each entry to a candidate with these values."""
    has = entries(kind, values)
    own = frozenset().union(*(entry.terms for entry in has))
    told = []
    for entry in wanted:
        facts = {
            name
            for each in has
            for term in each.terms
            if with_broader(kind, [term]) & entry.terms
            for name in (each.shown, term)
        }
        named = frozenset() if entry.terms & own else frozenset(facts)
        told.append(Told(entry.shown, bool(facts), named))
    return told


def explained(job: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, list[Told]]:
    """What the explanations of the three dimensions of lists must name; nothing if not asked."""
    required, preferred = (
        entries("specializations", job.get(name))
        for name in ("requiredSpecializations", "preferredSpecializations")
    )
    domains = entries("technicalDomains", job.get("requiredTechnicalDomains"))
    bars = entries("bars", job.get("requiredBar"))
    return {
        "specializationMatch": _told(
            "specializations", [*required, *preferred], profile.get("specializations")
        ),
        "technicalBackground": _told("technicalDomains", domains, profile.get("technicalDomains")),
        "barAdmissions": _told("bars", bars, active_bars(profile)),
    }
