"""A profile's draft out of a JSON Resume."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jobmatch.documents.json_resume import profile_of
from jobmatch.documents.json_values import children
from jobmatch.drafts.schemas import NotUnderstood, ProfileDraft, Source
from jobmatch.errors import MalformedRequestError
from jobmatch.extraction.texts import DocumentText, bounded
from jobmatch.web.bodies import read_json

Span = tuple[int, int]


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
    bounded(DocumentText(text))
    profile, unmapped = profile_of(resume, "")
    draft = {name: value for name, value in profile.items() if value not in (None, [])}
    missing = [
        NotUnderstood(text[start:end], start, end, None, error.message, [])
        for error in unmapped
        for start, end in [spans.get(error.pointer, (0, 0))]
    ]
    return ProfileDraft(draft, text, list(_sources(draft, resume, text, spans)), missing)


def _written(
    value: Any, pointer: str, depth: int, spans: dict[str, Span], at: list[int]
) -> Iterator[str]:
    """The pieces of a value as indented JSON; `spans` gets where each value stands."""

    def put(piece: str) -> str:
        at[0] += len(piece)
        return piece

    start = at[0]
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
    spans[pointer] = start, at[0]


def _sources(
    draft: dict[str, Any], resume: dict[str, Any], text: str, spans: dict[str, Span]
) -> Iterator[Source]:
    """Each text of the draft that the resume has as it is, at the first place not yet used."""
    places: dict[str, list[str]] = {}
    for pointer, value in _texts(resume, ""):
        places.setdefault(value.strip(), []).append(pointer)
    for pointer, value in _texts(draft, ""):
        found = places.get(value)
        if found:
            start, end = spans[found.pop(0) if len(found) > 1 else found[0]]
            yield Source(pointer, text[start:end], start, end, None)


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    for below, inner in children(pointer, value):
        yield from _texts(inner, below)
