"""A JSON Resume as the draft of a profile, with the places of its values in the document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.drafts.resume import resume_draft
from jobmatch.errors import InvalidInputError
from jobmatch.profiles.schemas import Profile
from tests.support.work import calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobmatch.drafts.schemas import ProfileDraft


def draft_of(resume: object) -> ProfileDraft:
    return resume_draft(json.dumps(resume).encode())


# One text stands in several places, and only one of them is where a value was read.
SAME = "Quill"
RESUME: dict[str, Any] = {
    "id": "4f7c1b52-0a8e-4b6f-9c55-6f0a2a1f7f10",
    "basics": {"label": SAME, "summary": SAME, "name": SAME, "location": {"city": "Oslo"}},
    "interests": [{"name": "Licensing"}],
    "work": [
        {"summary": SAME, "position": SAME, "name": SAME, "endDate": "2019", "startDate": "2019"},
        {"position": SAME, "name": SAME, "highlights": [SAME, "Oslo"], "startDate": 2020},
    ],
    "certificates": [{"issuer": "2012", "date": "2012", "name": "Admitted to the Texas bar"}],
    "skills": [{"name": "licensing", "keywords": ["Optics, juggling, sailing"]}],
}
PLACES: dict[str, list[Any]] = {
    "/name": ["basics", "name"],
    "/location": ["basics", "location"],
    "/workHistory/0/employer": ["work", 0, "name"],
    "/workHistory/0/title": ["work", 0, "position"],
    "/workHistory/0/startDate": ["work", 0, "startDate"],
    "/workHistory/0/endDate": ["work", 0, "endDate"],
    "/workHistory/0/description": ["work", 0, "summary"],
    "/workHistory/1/employer": ["work", 1, "name"],
    "/workHistory/1/title": ["work", 1, "position"],
    "/workHistory/1/startDate": ["work", 1, "startDate"],
    "/workHistory/1/description": ["work", 1, "highlights", 0],
    "/barAdmissions/0/jurisdiction": ["certificates", 0, "name"],
    "/barAdmissions/0/year": ["certificates", 0, "date"],
    "/specializations/0": ["skills", 0, "name"],
    "/technicalDomains/0": ["skills", 0, "keywords", 0],
}


def test_each_value_has_the_place_where_it_was_read() -> None:
    draft = draft_of(RESUME)
    assert json.loads(draft.text) == RESUME
    Profile.model_validate(draft.draft)
    assert {source.pointer for source in draft.sources} == PLACES.keys()
    for source in draft.sources:
        assert draft.text[source.start : source.end] == source.quote
        # With another value at this place, the document is the one that has it there.
        changed: Any = json.loads(draft.text[: source.start] + "7" + draft.text[source.end :])
        expected: Any = json.loads(draft.text)
        inside = expected
        *path, last = PLACES[source.pointer]
        for step in path:
            inside = inside[step]
        inside[last] = 7
        assert changed == expected, source.pointer


def test_two_faults_of_one_value_are_both_told() -> None:
    about = [each for each in draft_of(RESUME).not_understood if "Optics" in each.quote]
    assert len(about) == 2
    assert "juggling" in about[0].reason
    assert "sailing" in about[1].reason


def test_what_more_there_is_is_counted() -> None:
    draft = draft_of({"basics": {"name": "Ada"}} | {f"x{at}": 1 for at in range(1_500)})
    assert len(draft.not_understood) + draft.not_understood_omitted == 1_500
    assert len(draft.not_understood) == 100


def nested(depth: int, inner: str = "1") -> bytes:
    return b'{"x": ' + b"[" * depth + inner.encode() + b"]" * depth + b"}"


@pytest.mark.parametrize(
    "body",
    [
        nested(51),
        nested(4_000),
        nested(40, ", ".join(["1"] * 10_000)),
        nested(900, ", ".join(["1"] * 1_000_000)),
        json.dumps({"x": "x" * 100_000}).encode(),
        b'{"x": [' + b"[], " * 900_000 + b"1]}",
    ],
    ids=["deep", "too deep", "wide below", "deep and wide", "long", "wide"],
)
def test_what_would_be_too_long_is_refused_before_it_is_written(body: bytes) -> None:
    with pytest.raises(InvalidInputError):
        resume_draft(body)


HOSTILE: dict[str, Callable[[int], object]] = {
    "parts of a text": lambda size: {"skills": "ab, " * (size // 4)},
    "skills": lambda size: {"skills": [f"j{at % 50}" for at in range(size // 14)]},
    "a certificate": lambda size: {"certificates": ["Admitted to the Texas bar " * (size // 26)]},
    "certificates": lambda size: {"certificates": ["Texas bar"] * (size // 20)},
    "an issuer": lambda size: {"certificates": [{"name": "Bar", "issuer": "Ohio " * (size // 5)}]},
    "positions": lambda size: {"work": [{"name": "A", "title": "b"}] * (size // 60)},
    "points": lambda size: {"work": [{"name": "A", "title": "b", "tasks": ["x"] * (size // 16)}]},
    "dates": lambda size: {"work": [{"name": "A", "title": "b", "dates": "2015 - " * (size // 7)}]},
    "a place": lambda size: {"basics": {"location": {"address": "Austin, " * (size // 8)}}},
    "addresses": lambda size: {"basics": {"emails": ["a@b"] * (size // 14)}},
    "sections": lambda size: {f"x{at}": 1 for at in range(size // 14)},
    "areas": lambda size: {"education": [{"area": "Optics, patent"}] * (size // 50)},
    "nested": lambda size: {"skills": [[["x"]]] * (size // 50)},
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_resume_is_at_most_twice_the_work(made: Callable[[int], object]) -> None:
    def read(text: str) -> ProfileDraft:
        return resume_draft(text.encode())

    texts = [json.dumps(made(size)) for size in (8_000, 16_000)]
    read(texts[0])  # loads the words
    once, twice = (calls_of(read, text) for text in texts)
    assert twice < 2.5 * once
