"""What a job asks for, in the canonical form in which it is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobmatch.rules.vocabulary import Kind, canonical, canonical_location, region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
