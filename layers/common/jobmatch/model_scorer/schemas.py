"""What a language model is to answer about a candidate."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from jobmatch.rules.anonymity import plain
from jobmatch.wire import Score


def _says_something(text: str) -> str:
    if not (seen := plain(text)):
        raise ValueError("must not be blank")
    return seen


class Judgement(BaseModel):
    """One dimension."""

    score: Score
    explanation: Annotated[
        str,
        Field(max_length=1_000, description="One or two sentences, on facts alone."),
        AfterValidator(_says_something),
    ]


class Judgements(BaseModel):
    """The five dimensions. Whatever else an answer holds, a total above all, is not read."""

    model_config = ConfigDict(
        alias_generator=to_camel, hide_input_in_errors=True, defer_build=True, extra="ignore"
    )

    specialization_match: Judgement
    experience_fit: Judgement
    technical_background: Judgement
    location_match: Judgement
    bar_admissions: Judgement


@cache
def answer_schema() -> dict[str, Any]:
    """The JSON schema of `Judgements` without references, which not every model follows."""
    schema = Judgements.model_json_schema()
    judgement = schema.pop("$defs")["Judgement"]
    schema["properties"] = dict.fromkeys(schema["properties"], judgement)
    return schema
