"""What a job requires, in canonical form, and which candidates can suit it at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from jobmatch.models import ProfileFeatures, ProfileStatus
from jobmatch.places.keys import place_identity, wanted_place
from jobmatch.rules.suppression import is_indexed
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from jobmatch.places.keys import WantedPlace
    from jobmatch.vocabulary.terms import Aliases


REQUIREMENTS = (
    "required_specializations",
    "preferred_specializations",
    "minimum_experience",
    "preferred_location",
    "required_bar",
    "required_technical_domains",
)
"""The fields of a job that matching reads."""
Entries = dict[str, tuple[str, ...]]
"""The entries of one list by their labels, in the job's order, with the keys of their terms."""


def _entries(kind: Kind, values: Sequence[str] | None, aliases: Aliases | None) -> Entries:
    """The entries; of those worded differently with the same terms, the first."""
    entries: Entries = {}
    seen = set()
    for value in values or ():
        terms = terms_of(kind, value, aliases)
        if terms and frozenset(terms) not in seen:
            seen.add(frozenset(terms))
            entries[value] = terms
    return entries


@dataclass(frozen=True, slots=True)
class Requirements:
    """The six requirement fields, resolved to terms and places."""

    required_specializations: Entries
    preferred_specializations: Entries
    minimum_experience: int | None
    preferred_location: str | None
    """As typed, for the explanations."""
    place: WantedPlace | None
    """`None` where the job names no place."""
    required_bar: Entries
    required_technical_domains: Entries
    aliases: Aliases | None = None
    """The operator's own, by which the candidates' values are read, too."""

    @classmethod
    def of(cls, job: Mapping[Any, Any], aliases: Aliases | None = None) -> Requirements:
        """The requirements of a job, from its columns by name."""
        return cls(
            required_specializations=_entries(
                Kind.SPECIALIZATION, job["required_specializations"], aliases
            ),
            preferred_specializations=_entries(
                Kind.SPECIALIZATION, job["preferred_specializations"], aliases
            ),
            minimum_experience=job["minimum_experience"],
            preferred_location=job["preferred_location"],
            place=wanted_place(job["preferred_location"]),
            required_bar=_entries(Kind.BAR, job["required_bar"], aliases),
            required_technical_domains=_entries(
                Kind.TECHNICAL_DOMAIN, job["required_technical_domains"], aliases
            ),
            aliases=aliases,
        )

    def as_typed(self) -> dict[str, Any]:
        """The columns by name, from which `of` makes the same again."""
        return {
            "required_specializations": [*self.required_specializations],
            "preferred_specializations": [*self.preferred_specializations],
            "minimum_experience": self.minimum_experience,
            "preferred_location": self.preferred_location,
            "required_bar": [*self.required_bar],
            "required_technical_domains": [*self.required_technical_domains],
        }

    def same_as(self, other: Requirements) -> bool:
        """Whether nothing that matching reads differs: lists are compared as sets of terms."""
        return not self.changed_fields(other)

    def changed_fields(self, other: Requirements) -> list[str]:
        """The fields, as columns, in which matching reads something else than of the other."""
        names = (
            "required_specializations",
            "preferred_specializations",
            "required_bar",
            "required_technical_domains",
            "minimum_experience",
            "preferred_location",
        )
        values = zip(names, self._values(), other._values(), strict=True)
        return [name for name, mine, theirs in values if mine != theirs]

    def _values(self) -> tuple[object, ...]:
        lists = (
            self.required_specializations,
            self.preferred_specializations,
            self.required_bar,
            self.required_technical_domains,
        )
        sets = [{frozenset(terms) for terms in entries.values()} for entries in lists]
        return (*sets, self.minimum_experience or None, place_identity(self.place))


def terms_in(entries: Entries) -> list[str]:
    """The keys of all terms of a list, sorted."""
    return sorted({term for terms in entries.values() for term in terms})


class Filter(StrEnum):
    """What a candidate must fulfil, by the code of what they lack."""

    ACTIVE = "not-active"
    SPECIALIZATION = "no-required-specialization"
    BAR = "no-required-bar"
    TECHNICAL_DOMAIN = "no-required-technical-domain"


def filters(requirements: Requirements) -> dict[Filter, ColumnElement[bool]]:
    """The predicates that a candidate must fulfil.

    Active, and at least one entry met of each required list that is not empty.
    Experience and location are scored, never filtered. `insights` and `jobs.concerned.may_admit`
    know each filter too: whoever adds one adds it there.
    """
    features, required = ProfileFeatures, requirements
    lists = {
        Filter.SPECIALIZATION: (features.specializations, required.required_specializations),
        Filter.BAR: (features.bars, required.required_bar),
        Filter.TECHNICAL_DOMAIN: (features.technical_domains, required.required_technical_domains),
    }
    met = {
        name: column.overlap(terms_in(entries))
        for name, (column, entries) in lists.items()
        if entries
    }
    return {Filter.ACTIVE: ProfileFeatures.status == ProfileStatus.ACTIVE, **met}


def passes(requirements: Requirements) -> list[ColumnElement[bool]]:
    """`filters` as conditions of a statement, for candidates who are indexed."""
    return [is_indexed(), *filters(requirements).values()]
