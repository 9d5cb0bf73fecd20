"""The text of a log entry, read before it is stored: nothing else has looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from jobmatch.models import DecisionKind
from jobmatch.rankings.facts import check_facts
from jobmatch.transfers.record_types import Number, Past  # noqa: TC001 - of a model
from jobmatch.wire import Score

MOST_CANDIDATES = 50_000
_DEEPEST, _MOST_VALUES, _LONGEST, _LARGEST = 8, 10_000, 20_000, 2**53


def _bounded(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts without what PostgreSQL or a reader would stumble over."""
    values = 0
    waiting: list[tuple[int, Any]] = [(1, facts)]
    while waiting:
        depth, value = waiting.pop()
        values += 1
        if depth > _DEEPEST or values > _MOST_VALUES:
            raise ValueError("is nested too deeply or holds too many values")
        if isinstance(value, Mapping):
            waiting += [(depth + 1, part) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(depth + 1, part) for part in value]
        elif isinstance(value, str):
            if "\0" in value or len(value) > _LONGEST:
                raise ValueError("holds a text that is too long or contains NUL")
        elif isinstance(value, int | float) and not abs(value) <= _LARGEST:
            raise ValueError("holds a number that is too large")
    return facts


Pseudonym = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
FiveScores = Annotated[list[Score], Field(min_length=5, max_length=5)]


class LoggedEntry(BaseModel):
    """What an entry says; former releases wrote neither subscores nor the time before.

    A ranking may tell only what has changed since an earlier entry, its `base`; then `listed` is
    how many are on the shortlist, and who has left it has neither score nor subscores.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, strict=True, extra="forbid", hide_input_in_errors=True
    )

    job_id: Annotated[str, Field(max_length=36)]
    number: Number
    recorded_at: Past
    previous_recorded_at: AwareDatetime | None = None
    kind: DecisionKind
    candidates: Annotated[list[Pseudonym], Field(max_length=MOST_CANDIDATES)]
    scores: Annotated[list[Score | None], Field(max_length=MOST_CANDIDATES)]
    subscores: Annotated[list[FiveScores | None], Field(max_length=MOST_CANDIDATES)] | None = None
    facts: Annotated[dict[str, Any], AfterValidator(_bounded)]
    base: Number | None = None
    listed: Annotated[int, Field(ge=0, le=MOST_CANDIDATES)] | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        listed = len(self.candidates)
        lists = (self.scores, self.scores if self.subscores is None else self.subscores)
        if any(len(each) != listed for each in lists):
            raise ValueError("has lists of candidates and scores that differ in length")
        if len(set(self.candidates)) != listed:
            raise ValueError("names a candidate twice")
        is_ranking = self.kind is DecisionKind.RANKED
        if self.base is not None and (not is_ranking or self.base >= self.number):
            raise ValueError("has a base that it can't begin from")
        if is_ranking:
            check_facts(self.facts, is_change=self.base is not None)
        if self.base is None and (None in self.scores or None in (self.subscores or ())):
            raise ValueError("lacks a score")
        if self.previous_recorded_at and self.previous_recorded_at > self.recorded_at:
            raise ValueError("comes before the entry before it")
        return self

    @classmethod
    def read(cls, text: str) -> Self:
        """The entry that a text holds.

        Raises:
            ValueError: it is not an entry that this system writes.
        """
        # First, because it refuses NaN, Infinity and deep nesting wherever they are.
        from_json(text, allow_inf_nan=False)
        return cls.model_validate_json(text)
