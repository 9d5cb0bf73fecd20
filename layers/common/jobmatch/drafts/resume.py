"""A profile's draft out of a JSON Resume."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jobmatch.documents.json_resume import read_resume
from jobmatch.documents.json_values import children
from jobmatch.drafts.drafting import Draft
from jobmatch.drafts.schemas import ProfileDraft
from jobmatch.errors import MalformedRequestError
from jobmatch.extraction.refusals import refused
from jobmatch.extraction.texts import MOST_CHARACTERS, DocumentText
from jobmatch.resumes.resume_text import Span
from jobmatch.web.bodies import read_json

_DEEPEST = 50
"""Lists and objects within each other."""


def resume_draft(body: bytes) -> ProfileDraft:
    """The profile of a JSON Resume; the text of the draft is the document, indented.

    Raises:
        MalformedRequestError: it is not JSON.
        InvalidInputError: it is JSON, but not an object, or too long.
    """
    try:
        resume = read_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise MalformedRequestError("The body is not UTF-8 text.") from None
    spans: dict[str, Span] = {}
    text = "".join(_written(resume, "", 0, spans, [0]))
    draft = Draft(DocumentText(text))
    read = read_resume(resume, "")
    # The path of the profile has its id.
    draft.fields |= {
        name: value
        for name, value in read.profile.items()
        if value not in (None, []) and name != "id"
    }
    for pointer in _leaves(draft.fields, ""):
        if source := read.sources.get(pointer):
            draft.source(pointer, spans[source])
    for lost in read.unmapped:
        draft.note(spans[lost.pointer], lost.message)
    draft.omit(read.unmapped_omitted)
    return draft.finished(ProfileDraft)


def _written(
    value: Any, pointer: str, depth: int, spans: dict[str, Span], at: list[int]
) -> Iterator[str]:
    """The pieces of a value as indented JSON; `spans` gets where each value stands."""

    def put(piece: str) -> str:
        at[0] += len(piece)
        if at[0] > MOST_CHARACTERS:
            raise refused(f"must not hold more than {MOST_CHARACTERS:,} characters of text")
        return piece

    start = at[0]
    if depth > _DEEPEST:
        raise refused("is nested too deeply")
    if isinstance(value, dict | list) and value:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        yield put(opening)
        for number, (key, (below, inner)) in enumerate(
            zip(value, children(pointer, value), strict=True)
        ):
            name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
            yield put(f"{',' if number else ''}\n{'  ' * (depth + 1)}{name}")
            yield from _written(inner, below, depth + 1, spans, at)
        yield put(f"\n{'  ' * depth}{closing}")
    else:
        yield put(json.dumps(value, ensure_ascii=False))
    spans[pointer] = Span(start, at[0])


def _leaves(value: Any, pointer: str) -> Iterator[str]:
    if value is not None and not isinstance(value, dict | list):
        yield pointer
    for below, inner in children(pointer, value):
        yield from _leaves(inner, below)
