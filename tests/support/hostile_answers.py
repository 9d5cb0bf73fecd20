"""Answers of a model that hold a hostile value somewhere, and a run that gets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobmatch.model_scorer import client as asking
from jobmatch.rules.rubric import FULL
from tests.support.bedrock import PLAIN_SCORE, Response, fenced, judgements, reply, serving_bedrock
from tests.support.given import DIMENSIONS, a_profile, an_open_job
from tests.support.running import matches_of, run_matching, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.support.api import Api
    from tests.support.people import People

FITTING = {"specializations": ["Licensing"]}
LONGEST = 2_000
"""Characters that an explanation may have."""
HOSTILE = {
    "2 to the power of 40": str(2**40),
    "2 to the power of 63": str(2**63),
    "a negative number": str(-(2**70)),
    "thousands of digits": "9" * 5_000,
    "a fraction": "60.5",
    "1e400": "1e400",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "null": "null",
    "true": "true",
    "an empty list": "[]",
    "a list of nulls": "[null, null]",
    "a list of texts": '["x"]',
    "an empty object": "{}",
    "an object": '{"score": {"score": 1}, "toolUse": 7}',
    "lists in lists": "[" * 100_000 + "]" * 100_000,
    "objects in objects": '{"score":' * 50_000 + "1" + "}" * 50_000,
    "a blank text": '" "',
    "a number as text": '"60"',
    "NUL": r'"a\u0000b"',
    "half of a surrogate pair": r'"a\ud800b"',
    "a surrogate pair the wrong way round": r'"\udc00\ud800"',
    "a long text": '"' + "x" * 3_000_000 + '"',
    "a letter that stands for eighteen": '"' + r"\ufdfa" * 1_000 + '"',
    "the name again and again": '"' + "A " * 499 + '"',
}
HERE = "the hostile value"


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where anything stands in a value, from the outermost on."""
    yield path
    children: Any = value.items() if isinstance(value, dict) else ()
    for name, child in enumerate(value) if isinstance(value, list) else children:
        yield from places(child, *path, name)


def with_value(value: Any, path: tuple[str | int, ...]) -> Any:
    """A copy with the marker at a place."""
    if not path:
        return HERE
    copy = json.loads(json.dumps(value))
    within = copy
    for name in path[:-1]:
        within = within[name]
    within[path[-1]] = HERE
    return copy


ANSWER = reply(judgements())
REFUSAL = {"__type": "ValidationException", "code": "ValidationException", "message": "No."}
# The five dimensions are read alike.
ALIKE = {*DIMENSIONS[1:]}
CASES = [(200, ANSWER, path) for path in places(ANSWER) if not ALIKE & {*path}]
CASES += [(status, REFUSAL, path) for status in (400, 500) for path in places(REFUSAL)]


def run_with_hostile_answers(
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[int, Any, tuple[str | int, ...]],
) -> None:
    """Have a job matched whose candidates get the values at one place each, but one who gets none.

    The run completes, with a match of each, and with the scores of the model for that one.
    """
    status, answer, path = case
    fine = a_profile(api, people, **FITTING)
    for number in range(len(HOSTILE)):
        a_profile(api, people, **FITTING, name="A", technicalDomains=[f"Number {number}"])
    job = an_open_job(api, people.employer)
    template = json.dumps(with_value(answer, path))
    bodies = [template.replace(f'"{HERE}"', hostile).encode() for hostile in HOSTILE.values()]

    def behave(request: dict[str, Any]) -> Response:
        for domain in fenced(request)[1]["technicalDomains"]:
            return Response(bodies[int(domain.split()[1])], status)
        return Response(ANSWER)

    # None of them is to keep the others from being asked.
    monkeypatch.setattr(asking, "SILENT_IN_A_ROW", 100)
    with serving_bedrock(monkeypatch, behave, MATCH_MODEL_ATTEMPTS=1, MATCH_MODEL_TOKENS=2**62):
        run_matching(job)
    assert api.get(f"/jobs/{job}", by=people.admin).json["lastError"] is None
    run = runs_of(api, job, people.employer)[0]
    assert (run["outcome"], run["asked"]) == ("completed", len(HOSTILE) + 1)
    matches = {each["profileId"]: each for each in matches_of(api, job, people.employer)}
    assert len(matches) == len(HOSTILE) + 1
    assert matches[fine]["overallScore"] == PLAIN_SCORE
    assert all(map(is_sound, matches.values()))


def is_sound(match: dict[str, Any]) -> bool:
    parts = [match["subscores"][name] for name in DIMENSIONS]
    return all(0 <= part["score"] <= FULL and len(part["explanation"]) <= LONGEST for part in parts)
