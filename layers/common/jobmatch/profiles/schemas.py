"""The wire models of profiles: the same fields to put, to get and to import."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from jobmatch.careers.dates import is_reversed
from jobmatch.careers.schemas import OptionalAddress
from jobmatch.models import ProfileStatus
from jobmatch.text import canonical_text
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import distinct_labels, label_of
from jobmatch.wire import Input, Optional, Text255, Value, WithoutNul, wire
from jobmatch.wording.schemas import AsSent, InputWarning, Omitted


def _null_is_empty(value: Any) -> Any:
    return [] if value is None else value


class _OrNull:
    """Documents that a list may be null."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "null"}]}


def _labels(kind: Kind) -> AfterValidator:
    """Replace values by their labels, one for each set of terms."""

    def labelled(values: list[str]) -> list[str]:
        if not all(map(canonical_text, values)):
            raise ValueError("must not contain a blank entry")
        return distinct_labels(kind, values)

    return AfterValidator(labelled)


T = TypeVar("T")
_List = Annotated[list[T], BeforeValidator(_null_is_empty), _OrNull()]
_Values = Annotated[_List[Value], Field(max_length=50)]
_Date = Optional[Annotated[str, Field(max_length=40), WithoutNul]]


class BarAdmission(Input):
    """An admission to a bar, present or past; without a status it counts as active."""

    jurisdiction: Annotated[Text255, AfterValidator(lambda value: label_of(Kind.BAR, value))]
    year: Annotated[int | None, Field(ge=1, le=9999)] = None
    status: Optional[Annotated[str, Field(max_length=255), WithoutNul]] = None


class Position(Input):
    """An entry of a work history; docs/rules.md says which dates are read."""

    employer: Text255
    title: Text255
    start_date: _Date = None
    end_date: _Date = None
    description: Optional[Annotated[str, Field(max_length=5_000), WithoutNul]] = None


def _in_order(position: Position) -> Position:
    if is_reversed(position.start_date, position.end_date):
        raise ValueError("endDate must not be before startDate")
    return position


class Profile(AsSent):
    """Body of PUT /admin/profiles/{profileId}; replaces the whole profile."""

    name: Text255
    email: OptionalAddress = None
    user_id: Annotated[UUID | None, Field(strict=False)] = None
    status: Annotated[ProfileStatus, Field(strict=False)] = ProfileStatus.PENDING_REVIEW
    location: Optional[Annotated[str, Field(max_length=255), WithoutNul]] = None
    specializations: Annotated[_Values, _labels(Kind.SPECIALIZATION)] = Field(default_factory=list)
    technical_domains: Annotated[_Values, _labels(Kind.TECHNICAL_DOMAIN)] = Field(
        default_factory=list
    )
    bar_admissions: Annotated[_List[BarAdmission], Field(max_length=100)] = Field(
        default_factory=list
    )
    work_history: Annotated[
        _List[Annotated[Position, AfterValidator(_in_order)]], Field(max_length=100)
    ] = Field(default_factory=list)


COLUMNS = {name: to_camel(name) for name in Profile.model_fields}
"""The columns of `profiles` that a request replaces, and their names on the wire."""


class ProfileAsStored(Profile):
    """A stored profile, perhaps from before an address and dates had to be as they must now."""

    email: Optional[str] = None
    work_history: Annotated[_List[Position], Field(max_length=100)] = Field(default_factory=list)


class ProfileWithId(Profile):
    """One profile of an import."""

    id: Annotated[UUID, Field(strict=False)]


class BarAdmissionDocument(TypedDict):
    """A bar admission as stored and shown."""

    jurisdiction: str
    year: int | None
    status: str | None


class PositionDocument(TypedDict):
    """A position as stored and shown."""

    employer: str
    title: str
    startDate: str | None
    endDate: str | None
    description: str | None


@wire
class ProfileDetail:
    """A stored profile."""

    name: str
    email: str | None
    user_id: UUID | None
    status: ProfileStatus
    location: str | None
    specializations: list[str]
    technical_domains: list[str]
    bar_admissions: list[BarAdmissionDocument]
    work_history: list[PositionDocument]


@wire
class StoredProfile(ProfileDetail):
    """A stored profile, and what of the input was not understood."""

    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0


@wire
class Found:
    """When the candidate was first among the matches of a job."""

    job_id: UUID
    found_at: datetime


@wire
class Reserved:
    """The candidate's score for a job in whose reserve they are: next to its shortlist."""

    job_id: UUID
    overall_score: int
