"""Imports of profiles on the wire: many at once, of our form or as JSON Resume.

Every pointer of an answer leads into what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Self, TypeVar
from uuid import UUID

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from jobmatch.documents.json_resume import ReadResume, read_resume
from jobmatch.errors import FieldError, pointer_to, shortened
from jobmatch.models import ProfileStatus
from jobmatch.profiles.schemas import ProfileWithId
from jobmatch.wire import NULL, Input, alternatives, message_of, wire
from jobmatch.wording.schemas import MOST, InputWarning, Omitted, Told

T = TypeVar("T")
_MOST = 500
_MOST_FAULTS = 20
"""Faults of one profile in an answer; more of them help nobody."""
_SECTIONS = {"basics", "bio", "work"}
_RIGHT_FORM = (
    "is a resume alone: send"
    ' {"format": "jsonresume", "profiles": [{"id": "<a new UUID>", "basics": ...}]}'
)

RESUME = {
    "title": "Resume",
    "type": "object",
    "description": "A JSON Resume, https://jsonresume.org/schema, with the profile's id.",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": [*ProfileStatus]},
        "userId": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
        "basics": {
            "type": "object",
            "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 255}},
            "required": ["name"],
            "additionalProperties": True,
        },
    },
    "required": ["id", "basics"],
    "additionalProperties": True,
}
"""A part of it; its sections may have whatever people put there."""


@wire
class Refused:
    """A profile that an import of mode "each" has not stored: its place, its id, its faults."""

    index: int
    id: str | None
    errors: list[FieldError]


class _Entry(NamedTuple):
    """A profile of an import: its place, what was sent, and what it was read as."""

    number: int
    sent: Any
    resume: ReadResume | None
    profile: ProfileWithId | None
    faults: list[FieldError]

    @property
    def pointer(self) -> str:
        return f"/profiles/{self.number}"

    def refused(self) -> Refused:
        sent = self.sent.get("id") if isinstance(self.sent, dict) else None
        name = shortened(sent) if isinstance(sent, str) else None
        return Refused(self.number, name, self.faults[:_MOST_FAULTS])


class ProfileImport(Input):
    """Body of POST /admin/profiles/import: all or none, or in mode "each" those without faults.

    With `format`, each profile is a JSON Resume that has the profile's id, and perhaps its status,
    beside its sections.
    """

    format: Literal["jsonresume"] | None = None
    mode: Literal["all", "each"] = "all"
    # Not `min_length`: of an import that stores each that it can, none may be left.
    profiles: Annotated[
        list[ProfileWithId], Field(max_length=_MOST, json_schema_extra={"minItems": 1})
    ]
    _entries: list[_Entry] = PrivateAttr(default_factory=list)

    @property
    def by_id(self) -> dict[UUID, ProfileWithId]:
        """The profiles to store."""
        return {each.profile.id: each.profile for each in self._entries if each.profile}

    @property
    def refused(self) -> list[Refused]:
        """The profiles that are not stored, in the order of the input."""
        return [each.refused() for each in self._entries if each.profile is None]

    @property
    def unmapped(self) -> tuple[list[FieldError], int]:
        """What of the resumes to store could not be mapped to a profile, and how much more."""
        stored = [each.resume for each in self._entries if each.profile and each.resume]
        lost = [fault for resume in stored for fault in resume.unmapped]
        omitted = sum(resume.unmapped_omitted for resume in stored)
        return lost[:MOST], omitted + len(lost[MOST:])

    @property
    def sent(self) -> dict[str, Mapping[str, Any]]:
        """The profiles to store, as sent or as read from resumes, by the pointers to them."""
        return {each.pointer: each.profile.sent for each in self._entries if each.profile}

    @property
    def unpacked(self) -> dict[str, str]:
        """Of the resumes' addresses with something around them, what was sent, by pointer."""
        return {
            each.pointer: each.resume.unpacked_email
            for each in self._entries
            if each.resume and each.resume.unpacked_email
        }

    def by_pointer(self, of_profiles: Mapping[UUID, T]) -> dict[str, T]:
        """What is given for the ids of profiles to store, by the pointers to the profiles."""
        return {
            each.pointer: of_profiles[each.profile.id]
            for each in self._entries
            if each.profile and each.profile.id in of_profiles
        }

    def refuse(self, profile_ids: set[UUID], member: str, message: str) -> None:
        """Leave out profiles that turned out to be faulty when they met the database."""
        self._entries[:] = [
            each._replace(profile=None, faults=[FieldError(f"{each.pointer}/{member}", message)])
            if each.profile and each.profile.id in profile_ids
            else each
            for each in self._entries
        ]

    def placed(self, told: Told) -> Told:
        """The warnings with pointers into the resumes instead of what they were read as."""
        return Told([self._placed(each) for each in told.warnings], told.warnings_omitted)

    def _placed(self, warning: InputWarning) -> InputWarning:
        _, name, number, *path = warning.pointer.split("/")
        resume = self._entries[int(number)].resume
        if resume is None:
            return warning
        within = resume.source_of(pointer_to(path))
        return replace(warning, pointer=f"/{name}/{number}{within}")

    @model_validator(mode="wrap")
    @classmethod
    def _read_each(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, dict) and "profiles" not in data and not _SECTIONS.isdisjoint(data):
            _raise([FieldError("", _RIGHT_FORM)])
        sent = data.get("profiles") if isinstance(data, dict) else None
        if not isinstance(sent, list):
            return handler(data)
        read = handler({**data, "profiles": []})
        if not 1 <= len(sent) <= _MOST:
            _raise([FieldError("/profiles", f"must hold 1 to {_MOST} profiles")])
        entries = _read(sent, resumes=read.format is not None)
        faults = [fault for each in entries for fault in each.faults]
        if faults and read.mode == "all":
            _raise(faults)
        profiles = [each.profile for each in entries if each.profile]
        read = handler({**data, "profiles": profiles})
        read._entries = entries  # noqa: SLF001 - of this class
        return read

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler.resolve_ref_schema(handler(core))
        profiles = schema["properties"]["profiles"]
        resumes = {**profiles, "items": RESUME}
        # Only `format` tells a resume from a profile.
        return alternatives(
            schema,
            ProfilesToImport=({"format": NULL}, []),
            ResumesToImport=(
                {"format": {"const": "jsonresume"}, "profiles": resumes},
                ["format"],
            ),
        )


def _read(sent: Sequence[Any], *, resumes: bool) -> list[_Entry]:
    entries = []
    first: dict[UUID, int] = {}
    for number, document in enumerate(sent):
        entry = _entry(number, document, is_resume=resumes)
        if entry.profile:
            before = first.setdefault(entry.profile.id, number)
            if before != number:
                twice = f"must not be given twice: /profiles/{before} has {entry.profile.id} too"
                fault = FieldError(f"{entry.pointer}/id", twice)
                entry = entry._replace(profile=None, faults=[fault])
        entries.append(entry)
    return entries


def _entry(number: int, sent: Any, *, is_resume: bool) -> _Entry:
    pointer = f"/profiles/{number}"
    resume = read_resume(sent, pointer) if is_resume and isinstance(sent, dict) else None
    try:
        profile = ProfileWithId.model_validate(resume.profile if resume else sent)
    except ValidationError as error:
        faults = []
        for fault in error.errors(include_url=False, include_input=False):
            within = pointer_to(fault["loc"])
            within = resume.source_of(within) if resume else within
            faults.append(FieldError(f"{pointer}{within}", message_of(fault)))
        return _Entry(number, sent, resume, None, faults)
    return _Entry(number, sent, resume, profile, [])


def _raise(faults: Sequence[FieldError]) -> NoReturn:
    """Refuse the input for these faults, as pydantic refuses it for its own."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError("import", "{message}", {"message": fault.message}),
            loc=tuple(_unescaped(part) for part in fault.pointer.split("/")[1:]),
            input=None,
        )
        for fault in faults
    ]
    raise ValidationError.from_exception_data("ProfileImport", details)


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


_Refusals = Annotated[list[Refused] | None, Field(exclude_if=lambda refused: refused is None)]
"""Only in mode "each"."""


@wire
class Imported:
    """How many profiles were imported, and what of them was not understood."""

    imported: int
    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0
    refused: _Refusals = None


@wire
class ImportedResumes:
    """How many resumes were imported, what of them could not be mapped, and not understood."""

    imported: int
    unmapped: list[FieldError]
    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0
    unmapped_omitted: Omitted = 0
    refused: _Refusals = None
