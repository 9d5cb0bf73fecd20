"""What the values of an employer's file may be: what the tables take, and no time to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from jobmatch.wire import WithoutNul

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far ahead the clock of the system may be that has written a file."""
_NEXT_TRY = timedelta(days=1)


def _not_after(limit: timedelta) -> AfterValidator:
    def check(time: datetime) -> datetime:
        if time > datetime.now(UTC) + limit:
            raise ValueError("must not be in the future")
        return time

    return AfterValidator(check)


def not_blank(value: str) -> str:
    """The text, which says something."""
    if not value.strip():
        raise ValueError("must not be blank")
    return value


Past = Annotated[AwareDatetime, _not_after(CLOCKS_DIFFER)]
Soon = Annotated[AwareDatetime, _not_after(_NEXT_TRY)]
Count = Annotated[int, Field(ge=0, lt=2**31)]
Number = Annotated[int, Field(ge=1, le=2**30)]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Any255 = Annotated[str, Field(max_length=255), WithoutNul]
Name255 = Annotated[Any255, AfterValidator(not_blank)]
Address = Annotated[Any255, Field(pattern="^[^@]+@[^@]+$")]
Note = Annotated[str, Field(max_length=100_000), WithoutNul]
"""A text of the system's own, which no table bounds."""
Names = Annotated[
    list[Annotated[str, Field(max_length=100), WithoutNul, AfterValidator(not_blank)]],
    Field(max_length=50),
]


class Record(BaseModel):
    """A line; `kind` tells which, and `KEY` names the fields that no two lines have in common."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )
    KEY: ClassVar[tuple[str, ...]] = ()

    kind: str

    def key(self) -> tuple[Any, ...]:
        """What tells the line from others of its kind."""
        return tuple(getattr(self, name) for name in self.KEY)
