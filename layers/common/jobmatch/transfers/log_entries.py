"""The text of a log entry, read before it is stored: nothing else has looked at it."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from jobmatch.models import DecisionKind
from jobmatch.rankings.facts import bounded, check_facts
from jobmatch.transfers.record_types import Number, Past  # noqa: TC001 - of a model
from jobmatch.wire import Score

MOST_CANDIDATES = 50_000
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
    facts: Annotated[dict[str, Any], AfterValidator(bounded)]
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
