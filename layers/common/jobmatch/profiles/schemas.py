"""The wire models of profiles: the same fields to put, to get and to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from jobmatch.careers.addresses import is_address, unpack_address
from jobmatch.careers.dates import is_reversed
from jobmatch.careers.schemas import OptionalAddress
from jobmatch.errors import FieldError
from jobmatch.models import ProfileStatus
from jobmatch.profiles.json_resume import profile_of
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


def _distinct_ids(profiles: list[ProfileWithId]) -> list[ProfileWithId]:
    if len({profile.id for profile in profiles}) < len(profiles):
        raise ValueError("must not hold the same id twice")
    return profiles


RESUME = {
    "type": "object",
    "description": "A JSON Resume, https://jsonresume.org/schema, with the profile's id.",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "basics": {
            "type": "object",
            "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 255}},
            "required": ["name"],
        },
    },
    "required": ["id", "basics"],
}


class ProfileImport(Input):
    """Body of POST /admin/profiles/import: all or none.

    With `format`, each profile is a JSON Resume that has the profile's id, and perhaps its status,
    beside its sections; pointers to faults then lead into the profile that it becomes.
    """

    format: Literal["jsonresume"] | None = None
    profiles: Annotated[
        list[ProfileWithId], Field(min_length=1, max_length=500), AfterValidator(_distinct_ids)
    ]
    _unmapped: list[FieldError] = PrivateAttr(default_factory=list)
    _unpacked: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def unmapped(self) -> list[FieldError]:
        """What of the resumes could not be mapped to a profile."""
        return self._unmapped

    @property
    def sent(self) -> dict[str, Mapping[str, Any]]:
        """The profiles as sent, or as they were read from resumes, by the pointers to them."""
        return {f"/profiles/{at}": profile.sent for at, profile in enumerate(self.profiles)}

    @property
    def unpacked(self) -> dict[str, str]:
        """Of the resumes' addresses with something around them, what was sent, by pointer."""
        return self._unpacked

    @model_validator(mode="wrap")
    @classmethod
    def _read_resumes(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        resumes = data.get("profiles") if isinstance(data, dict) else None
        if not isinstance(resumes, list) or data.get("format") != "jsonresume":
            return handler(data)
        unmapped: list[FieldError] = []
        unpacked: dict[str, str] = {}
        profiles = []
        for number, resume in enumerate(resumes):
            if isinstance(resume, dict):
                pointer = f"/profiles/{number}"
                profile, lost = profile_of(resume, pointer)
                email = profile["email"]
                if email and not is_address(email) and (address := unpack_address(email)):
                    profile["email"] = address
                    unpacked[pointer] = email
                profiles.append(profile)
                unmapped += lost
            else:
                profiles.append(resume)
        read = handler({**data, "profiles": profiles})
        read._unmapped = unmapped  # noqa: SLF001 - of this class
        read._unpacked = unpacked  # noqa: SLF001
        return read

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler.resolve_ref_schema(handler(core))
        profiles = schema["properties"]["profiles"]
        resumes = {**profiles, "items": RESUME}
        # Separate alternatives, because only `format` tells a resume from a profile.
        schema["oneOf"] = [
            {"properties": {"format": {"type": "null"}, "profiles": profiles}},
            {
                "properties": {"format": {"const": "jsonresume"}, "profiles": resumes},
                "required": ["format"],
            },
        ]
        schema["properties"]["profiles"] = {"type": "array"}
        return schema


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
class Imported:
    """How many profiles were imported, and what of them was not understood."""

    imported: int
    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0


@wire
class ImportedResumes:
    """How many resumes were imported, what of them could not be mapped, and not understood."""

    imported: int
    unmapped: list[FieldError]
    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0
