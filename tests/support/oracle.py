"""The right result of matching: sections 4 and 5 of the contract again, in plain Python.

It computes the ranked list from the JSON of a job and of profiles. It shares data with the product
(the vocabulary and the legal forms) but no code: it uses sets of months and fractions, and looks at
every profile.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import unicodedata
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

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

Month = tuple[int, int]
Subscores = dict[str, int]
Company = tuple[str, tuple[str, ...]]


class Ranked(NamedTuple):
    """An entry of the ranked list."""

    profile_id: str
    overall_score: int
    subscores: Subscores
    recommendation: str


@cache
def vocabulary() -> Any:
    """The known values by kind: "specializations", "technicalDomains" and "bars"."""
    path = ROOT / "layers/common/jobmatch/rules/vocabulary.json"
    return json.loads(path.read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """A text in canonical form, before any alias."""
    normal = unicodedata.normalize("NFKC", text)
    words = "".join(" " if letter.isspace() else letter for letter in normal).split(" ")
    return " ".join(word for word in words if word).casefold()


@cache
def _aliases(kind: str) -> dict[str, str]:
    return {
        fold(name): fold(entry["label"])
        for entry in vocabulary()[kind]
        for name in [entry["label"], *entry["aliases"]]
    }


def canonical(kind: str, value: str) -> str:
    """A value of a list in canonical form."""
    return _aliases(kind).get(fold(value), fold(value))


def _all(kind: str, values: Iterable[str] | None) -> set[str]:
    return {canonical(kind, value) for value in values or []}


def _place(location: str | None) -> list[str]:
    """The parts of a location between commas, without empty ones."""
    return [part.strip() for part in fold(location or "").split(",") if part.strip()]


def _day(text: str | None, month_if_missing: int) -> Month | None:
    parts = (text or "").strip().split("-")
    if [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]):
        return None
    if not all(letter in "0123456789" for letter in "".join(parts)):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers + [month_if_missing, 1][len(numbers) - 1 :]
    try:
        dt.date(year, month, day)
    except ValueError:
        return None
    return year, month


def started(text: str | None) -> Month | None:
    """The month of a start; None where it can't be read."""
    return _day(text, 1)


def ended(text: str | None) -> Month | None:
    """The month of an end; None where it can't be read, as "present"."""
    return _day(text, 12)


def _worked(position: Mapping[str, Any], today: Month) -> set[Month] | None:
    end = (position.get("endDate") or "").strip()
    first = started(position.get("startDate"))
    last = today if end.lower() in ("", "present") else ended(end)
    if first is None or last is None:
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


def _share(wanted: set[str], present: set[str]) -> Fraction:
    return Fraction(len(wanted & present), len(wanted))


def _bars(profile: Mapping[str, Any]) -> set[str]:
    return _all(
        "bars",
        (
            admission["jurisdiction"]
            for admission in profile.get("barAdmissions") or []
            if fold(admission.get("status") or "") in ("", "active")
        ),
    )


def _specialization(job: Mapping[str, Any], present: set[str]) -> Fraction | None:
    required = _all("specializations", job.get("requiredSpecializations"))
    preferred = _all("specializations", job.get("preferredSpecializations"))
    if required and preferred:
        return 80 * _share(required, present) + 20 * _share(preferred, present)
    stated = required or preferred
    return 100 * _share(stated, present) if stated else None


def _experience(minimum: int | None, months: int | None) -> Fraction | None:
    if not minimum:
        return None
    if months is None:
        return Fraction(50)
    return min(Fraction(100), 100 * Fraction(months, 12) / minimum)


def _location(preferred: str | None, actual: str | None) -> Fraction | None:
    wanted, place = _place(preferred), _place(actual)
    if not wanted:
        return None
    if wanted in (["remote"], place):
        return Fraction(100)
    if not place or wanted[-1] == place[-1]:
        return Fraction(50)
    return Fraction(0)


@cache
def _legal_forms() -> list[str]:
    """The legal forms with a space in front, as they end a name; the longest first."""
    path = ROOT / "layers/common/jobmatch/rules/legal_forms.json"
    forms = {_bare(form) for form in json.loads(path.read_text(encoding="utf-8"))}
    return sorted((f" {form}" for form in forms), key=lambda form: -form.count(" "))


def _bare(name: str) -> str:
    letters = "".join(letter for letter in fold(name) if unicodedata.category(letter)[0] != "P")
    return " ".join(letters.split())


def _company(name: str) -> str:
    bare = _bare(name)
    form = next((form for form in _legal_forms() if bare.endswith(form)), "")
    return bare[: len(bare) - len(form)]


def works_for(company: Company, profile: Mapping[str, Any], today: Month) -> bool:
    """Whether a candidate is suppressed for a company: by a present position or an address."""
    name, domains = company
    for position in profile.get("workHistory") or []:
        end = position.get("endDate")
        last = ended(end)
        present = fold(end or "") in ("", "present") or (last is not None and last >= today)
        if present and _company(position["employer"]) == _company(name):
            return True
    host = fold(profile.get("email") or "").rpartition("@")[2]
    return any(host == fold(domain) or host.endswith(f".{fold(domain)}") for domain in domains)


def _subscores(
    job: Mapping[str, Any], profile: Mapping[str, Any], today: Month
) -> dict[str, int | None] | None:
    """The five scores, None where nothing is required; None if the pre-filter excludes them."""
    specializations = _all("specializations", profile.get("specializations"))
    domains = _all("technicalDomains", profile.get("technicalDomains"))
    bars = _bars(profile)
    wanted_domains = _all("technicalDomains", job.get("requiredTechnicalDomains"))
    wanted_bars = _all("bars", job.get("requiredBar"))
    required = _all("specializations", job.get("requiredSpecializations"))
    lists = ((required, specializations), (wanted_domains, domains), (wanted_bars, bars))
    if profile.get("status") != "active" or any(w and not w & has for w, has in lists):
        return None
    exact = {
        "specializationMatch": _specialization(job, specializations),
        "experienceFit": _experience(job.get("minimumExperience"), _months(profile, today)),
        "technicalBackground": 100 * _share(wanted_domains, domains) if wanted_domains else None,
        "barAdmissions": 100 * _share(wanted_bars, bars) if wanted_bars else None,
        "locationMatch": _location(job.get("preferredLocation"), profile.get("location")),
    }
    return {name: None if score is None else _half_up(score) for name, score in exact.items()}


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
        limit: how many are shortlisted.
        company: name and mail domains of the job's employer.
    """
    lines = []
    for profile_id, profile in profiles.items():
        scores = _subscores(job, profile, today)
        if scores is None or works_for(company, profile, today):
            continue
        required = {name: score for name, score in scores.items() if score is not None}
        weight = sum(WEIGHTS[name] for name in required)
        total = sum(WEIGHTS[name] * score for name, score in required.items())
        overall = _half_up(Fraction(total, weight)) if required else 100
        label = next(label for least, label in LABELS if overall >= least)
        shown = {name: required.get(name, 100) for name in scores}
        lines.append(Ranked(profile_id, overall, shown, label))
    return sorted(lines, key=lambda line: (-line.overall_score, line.profile_id))[:limit]
