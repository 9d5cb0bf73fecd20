"""What a job requires, in canonical form, and which candidates can suit it at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, and_, any_, column, exists, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures, ProfileStatus
from jobmatch.places.keys import place_identity, wanted_place
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, SQLColumnExpression

    from jobmatch.careers.employers import Employer
    from jobmatch.places.keys import WantedPlace
    from jobmatch.vocabulary.terms import Aliases


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


def meets_any(column: Any, terms: Sequence[str]) -> ColumnElement[bool]:
    """Whether a candidate's terms, or what is broader, hold one of these.

    Args:
        column: a text array of `profile_features`.
        terms: the keys of an entry, or of a whole list.
    """
    if len(terms) == 1:
        # One comparison: an overlap of arrays takes longer.
        return literal(terms[0], Text) == any_(column)
    overlaps: ColumnElement[bool] = column.overlap(literal(list(terms), ARRAY(Text)))
    return overlaps


class Filter(StrEnum):
    """What a candidate must fulfil, by the code of what they lack."""

    ACTIVE = "not-active"
    SPECIALIZATION = "no-required-specialization"
    BAR = "no-required-bar"
    TECHNICAL_DOMAIN = "no-required-technical-domain"


def filters(requirements: Requirements) -> dict[Filter, ColumnElement[bool]]:
    """The predicates that a candidate must fulfil.

    Active, and at least one entry met of each required list that is not empty.
    Experience and location are scored, never filtered. `insights` and `jobs.due.may_admit` know
    each filter too: whoever adds one adds it there.
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


def is_indexed() -> ColumnElement[bool]:
    """Whether a row of `profile_features` can be compared with an employer.

    One that an older release has written can't: it has the names of firms in another form, and
    until it is made anew the candidate is shown to nobody.
    """
    return ProfileFeatures.places.is_not(None)


def is_employed_by(
    company: SQLColumnExpression[str], this_month: ColumnElement[int] | int
) -> ColumnElement[bool]:
    """Whether a candidate of `profile_features` works there in `this_month`, by a position."""
    position = (
        func.unnest(ProfileFeatures.employers, ProfileFeatures.employed_until)
        .table_valued(column("company", Text), column("until", Integer), name="position")
        .render_derived()
    )
    employed = exists(
        select(1)
        .select_from(position)
        .where(position.c.company == company, position.c.until >= this_month)
        # Of the employer who is asked about, whose table may be of the statement around all this.
        .correlate_except(position)
    )
    # The first half alone decides almost always, and looks at no position.
    return and_(company == any_(ProfileFeatures.employers), employed)


def has_address_in(domains: SQLColumnExpression[list[str]]) -> ColumnElement[bool]:
    """Whether their mail address is in one of the domains or below it; without one it is not."""
    shared: ColumnElement[bool] = ProfileFeatures.mail_domains.overlap(domains)
    return shared


def works_for(
    company: SQLColumnExpression[str],
    domains: SQLColumnExpression[list[str]],
    this_month: ColumnElement[int] | int,
) -> ColumnElement[bool]:
    """Whether a candidate of `profile_features` is with an employer at present.

    By a position that goes on in `this_month`, or by a mail address of the employer's.
    """
    return or_(is_employed_by(company, this_month), has_address_in(domains))


def works_for_employer(employer: Employer, this_month: int) -> ColumnElement[bool]:
    """`works_for` with an employer whose canonical values are at hand."""
    company, domains = employer_values(employer)
    # What an employer has none of is not compared: each comparison is one for every candidate.
    named = is_employed_by(company, this_month) if employer.company is not None else false()
    return or_(named, has_address_in(domains) if employer.domains else false())


def employer_values(employer: Employer) -> tuple[ColumnElement[str], ColumnElement[list[str]]]:
    """Company and mail domains of an employer, as the predicates above take them."""
    return literal(employer.company or "", Text), literal(employer.domains, ARRAY(Text))
