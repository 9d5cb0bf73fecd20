"""What a job requires, in canonical form, and which candidates can suit it at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, and_, any_, column, exists, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures, ProfileStatus
from jobmatch.rules.vocabulary import Kind, canonical, canonical_location, region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, SQLColumnExpression

    from jobmatch.rules.work_history import Employer


def _by_form(kind: Kind, values: Sequence[str] | None) -> dict[str, str]:
    return {form: value for value in values or () if (form := canonical(kind, value))}


@dataclass(frozen=True, slots=True)
class Requirements:
    """The six requirement fields; the lists map canonical value to label, in the job's order."""

    required_specializations: dict[str, str]
    preferred_specializations: dict[str, str]
    minimum_experience: int | None
    preferred_location: str | None
    """As typed, for the explanations."""
    location: str | None
    """In canonical form, or none where the job names no place."""
    required_bar: dict[str, str]
    required_technical_domains: dict[str, str]

    @classmethod
    def of(cls, job: Mapping[Any, Any]) -> Requirements:
        """The requirements of a job, from its columns by name."""
        return cls(
            required_specializations=_by_form(Kind.SPECIALIZATION, job["required_specializations"]),
            preferred_specializations=_by_form(
                Kind.SPECIALIZATION, job["preferred_specializations"]
            ),
            minimum_experience=job["minimum_experience"],
            preferred_location=job["preferred_location"],
            location=canonical_location(job["preferred_location"]),
            required_bar=_by_form(Kind.BAR, job["required_bar"]),
            required_technical_domains=_by_form(
                Kind.TECHNICAL_DOMAIN, job["required_technical_domains"]
            ),
        )

    def as_typed(self) -> dict[str, Any]:
        """The columns by name, from which `of` makes the same again."""
        return {
            "required_specializations": [*self.required_specializations.values()],
            "preferred_specializations": [*self.preferred_specializations.values()],
            "minimum_experience": self.minimum_experience,
            "preferred_location": self.preferred_location,
            "required_bar": [*self.required_bar.values()],
            "required_technical_domains": [*self.required_technical_domains.values()],
        }

    @property
    def remote(self) -> bool:
        """Whether the job can be done from anywhere."""
        return self.location == "remote"

    @property
    def region(self) -> str | None:
        """State or country: the last part of the location."""
        return region(self.location)

    def same_as(self, other: Requirements) -> bool:
        """Whether nothing that matching reads differs: lists are compared as sets."""
        return self._values() == other._values()

    def _values(self) -> tuple[object, ...]:
        return (
            self.required_specializations.keys(),
            self.preferred_specializations.keys(),
            self.minimum_experience,
            self.location,
            self.required_bar.keys(),
            self.required_technical_domains.keys(),
        )


class Filter(StrEnum):
    """What a candidate must fulfil, by the code of what they lack."""

    ACTIVE = "not-active"
    SPECIALIZATION = "no-required-specialization"
    BAR = "no-required-bar"
    TECHNICAL_DOMAIN = "no-required-technical-domain"


def filters(requirements: Requirements) -> dict[Filter, ColumnElement[bool]]:
    """The predicates that a candidate must fulfil.

    Active, and at least one shared value with each required list that is not empty.
    Experience and location are scored, never filtered.
    """
    shares = {
        name: column.overlap(list(wanted))
        for name, column, wanted in (
            (
                Filter.SPECIALIZATION,
                ProfileFeatures.specializations,
                requirements.required_specializations,
            ),
            (Filter.BAR, ProfileFeatures.bars, requirements.required_bar),
            (
                Filter.TECHNICAL_DOMAIN,
                ProfileFeatures.technical_domains,
                requirements.required_technical_domains,
            ),
        )
        if wanted
    }
    return {Filter.ACTIVE: ProfileFeatures.status == ProfileStatus.ACTIVE, **shares}


def passes(requirements: Requirements) -> list[ColumnElement[bool]]:
    """`filters` as conditions of a statement."""
    return list(filters(requirements).values())


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
