"""Candidates of a preview by what they have in common: each row tells of at least five.

A row is made from a group of candidates who meet the same entries of the job with the same scores,
and says of them only what all have. What a single candidate has, alone or together with what else
is said, is said of nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from jobmatch.insights.schemas import PreviewedCandidate, rounded_down
from jobmatch.rules.explanations import Evidence, assess, duration
from jobmatch.rules.rubric import (
    Dimension,
    asked_dimensions,
    overall_score,
    score_of_years,
)
from jobmatch.vocabulary.terms import Met
from jobmatch.wording.queries import FEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from jobmatch.candidates.schemas import AnonymousCandidate
    from jobmatch.profiles.schemas import BarAdmissionDocument
    from jobmatch.rules.explanations import Assessment
    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Entries, Requirements

T = TypeVar("T")

_PLACES = {
    100: "Suits the place that is asked for.",
    75: "In the region that is asked for.",
    50: "In the country that is asked for, or at a place that is not known.",
    0: "At another place.",
}


class _Look(NamedTuple):
    """How a candidate appears in a preview, in nobody's own words."""

    overall_score: int
    scores: tuple[int, ...]
    """Of each dimension."""
    years: int | None
    """Whole years of experience, up to those asked for; `None` if unknown or not asked for."""
    evidence: Evidence | None
    """Which entries are met; `None` before that is looked for."""


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates who appear the same, five or a multiple, by id; and how they appear."""

    assessment: Assessment
    profile_ids: list[UUID]


def group_alike(
    requirements: Requirements, candidates: Iterable[Candidate], *, most: int
) -> list[Group]:
    """The groups of at least five, best first; who is in none is left out.

    Args:
        requirements: of the job.
        candidates: with their scores.
        most: how many candidates the groups hold together, a multiple of five.
    """
    found: list[Group] = []
    by_scores = _grouped((_look(requirements, each), each) for each in candidates)
    for look, members in sorted(by_scores.items(), key=lambda each: -each[0].overall_score):
        alike: dict[_Look, list[Candidate]] = {}
        for member in members if len(members) >= FEW else ():
            # What takes long is only looked for until there are enough.
            if sum(rounded_down(len(each)) for each in alike.values()) >= most:
                break
            seen = look._replace(evidence=_evidence(requirements, member))
            alike.setdefault(seen, []).append(member)
        for seen, group in alike.items():
            ids = [each.profile_id for each in group[: rounded_down(min(len(group), most))]]
            if ids:
                found.append(Group(_assess(requirements, seen, group[0]), ids))
                most -= len(ids)
    return found


def _grouped(pairs: Iterable[tuple[_Look, Candidate]]) -> dict[_Look, list[Candidate]]:
    groups: dict[_Look, list[Candidate]] = {}
    for look, candidate in pairs:
        groups.setdefault(look, []).append(candidate)
    return groups


def rows_of(
    group: Group, candidates: Sequence[AnonymousCandidate], *, most: int
) -> list[PreviewedCandidate]:
    """A row for each five of these members of a group, all the same; none for fewer than five.

    Args:
        group: how they appear.
        candidates: those members who are still there.
        most: how many rows there may be.
    """
    members = candidates[: rounded_down(min(len(candidates), most))]
    if not members:
        return []
    row = PreviewedCandidate(
        group.assessment.overall_score,
        group.assessment.recommendation,
        group.assessment.subscores,
        _same([each.location for each in members]),
        _same([each.months_of_experience for each in members]),
        _common([each.specializations for each in members]),
        _common([each.technical_domains for each in members]),
        _common_bars([each.bar_admissions for each in members]),
    )
    return [row] * len(members)


def _look(requirements: Requirements, candidate: Candidate) -> _Look:
    scores, years, minimum = dict(candidate.scores), None, requirements.minimum_experience
    if minimum and candidate.months is not None:
        # Months would tell most candidates apart.
        years = min(candidate.months // 12, minimum)
        scores[Dimension.EXPERIENCE] = score_of_years(years, minimum)
    overall = overall_score({name: scores[name] for name in asked_dimensions(requirements)})
    return _Look(overall, tuple(scores[name] for name in Dimension), years, None)


def _evidence(requirements: Requirements, candidate: Candidate) -> Evidence:
    required, evidence = requirements, Evidence.of(requirements, candidate)
    return Evidence(
        _as_asked(required.required_specializations, evidence.required_specializations),
        _as_asked(required.preferred_specializations, evidence.preferred_specializations),
        _as_asked(required.required_technical_domains, evidence.technical_domains),
        _as_asked(required.required_bar, evidence.bars),
    )


def _as_asked(entries: Entries, evidence: Sequence[Met | None]) -> tuple[Met | None, ...]:
    """Which entries are met, in the words of the job instead of the candidate's."""
    pairs = zip(entries, evidence, strict=True)
    return tuple(None if met is None else Met(label, label, same=True) for label, met in pairs)


def _assess(requirements: Requirements, look: _Look, member: Candidate) -> Assessment:
    scores = dict(zip(Dimension, look.scores, strict=True))
    seen = replace(member, overall_score=look.overall_score, scores=scores)
    assessment = assess(requirements, seen, look.evidence)
    subscores = dict(assessment.subscores)
    if requirements.minimum_experience:
        text = _experience(look.years, requirements.minimum_experience)
        subscores[Dimension.EXPERIENCE] = subscores[Dimension.EXPERIENCE] | {"explanation": text}
    if requirements.place is not None:
        text = _PLACES[scores[Dimension.LOCATION]]
        subscores[Dimension.LOCATION] = subscores[Dimension.LOCATION] | {"explanation": text}
    return replace(assessment, subscores=subscores)


def _experience(years: int | None, minimum: int) -> str:
    asked = f"{duration(12 * minimum)} asked for."
    if years is None:
        return f"Experience unknown; {asked}"
    if not years:
        return f"Less than 1 year of experience; {asked}"
    return f"At least {duration(12 * years)} of experience; {asked}"


def _same(values: Sequence[T]) -> T | None:
    return values[0] if all(value == values[0] for value in values) else None


def _common(lists: Sequence[Sequence[T]]) -> list[T]:
    """What is in every list, in the order of the first."""
    return [value for value in lists[0] if all(value in each for each in lists)]


def _common_bars(lists: Sequence[Sequence[BarAdmissionDocument]]) -> list[BarAdmissionDocument]:
    """The admissions that all have; where they differ in nothing but the year, without it."""
    dated = _common(lists)
    yearless = _common([[_without_year(bar) for bar in bars] for bars in lists])
    others = [bar for bar in yearless if bar not in map(_without_year, dated)]
    return dated + [bar for n, bar in enumerate(others) if bar not in others[:n]]


def _without_year(bar: BarAdmissionDocument) -> BarAdmissionDocument:
    return {**bar, "year": None}
