"""Company names in a form to compare: two spellings of one firm have the same form.

The form errs on the side of taking two names for one, because it says whom an employer must not
see; but nothing that tells two firms apart, like "Partners", is dropped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.careers.company_data import is_common_place, legal_forms, letters_of
from jobmatch.careers.company_names import Name
from jobmatch.text import canonical_text, without_umlauts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST_CACHED = 300
"""Characters; longer names are not kept in memory."""
_MOST_FORMS = 12
# Marks of trade and copyright, before NFKC makes letters of them; and what HTML makes of "&".
_MARKS = re.compile(
    "[\u00a9\u00ae\u2117\u2120\u2122\u24b8\u24c7\U0001f12a-\U0001f12d\U0001f16a-\U0001f16c]"
)
_WRITTEN_MARKS = re.compile(r"\((?:r|c|tm|sm|p)\)", re.IGNORECASE)
_PIECES = re.compile(r"[()\[\]{};|\u2013\u2014]|\s[-/]\s")
_IN_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]?")


def comparison_form(name: str, is_place: Callable[[str], bool] = is_common_place) -> str:
    """The form in which two spellings of one company are the same.

    Case, accents (ä is ae), invisible characters, marks, "&" or "and", a leading "the", legal forms
    and known places at the end, spaces and punctuation make no difference. Where nothing is left,
    the name in canonical form.

    Args:
        name: as it is written.
        is_place: whether a text names a place; asked for what is in brackets or follows a legal
            form, while what merely follows a comma must be a well-known place.
    """
    return _cached_form(name, is_place) if len(name) <= _LONGEST_CACHED else _form(name, is_place)


def comparison_forms(name: str, is_place: Callable[[str], bool] = is_common_place) -> list[str]:
    """The forms of all companies that an employer of a candidate may be, `comparison_form` first.

    "Inkwell LLP (formerly Quill & Co)" is Inkwell and Quill; "Inkwell LLP, IP group" is Inkwell.
    """
    if len(name) > _LONGEST_CACHED:
        return [comparison_form(name, is_place)]
    return list(_cached_forms(name, is_place))


def company_words(name: str) -> list[str]:
    """The words of a company's name in canonical form, without "and", "the" and what is behind it.

    For finding the name in a text; accents are kept.
    """
    parsed = Name(_without_marks(name))
    parsed.take_off(is_common_place)
    return parsed.written()


def _form(name: str, is_place: Callable[[str], bool]) -> str:
    parsed = Name(_without_marks(name))
    parsed.take_off(is_place)
    return without_umlauts("".join(parsed.words())) or canonical_text(name)


_cached_form = lru_cache(maxsize=8192)(_form)


@lru_cache(maxsize=8192)
def _cached_forms(name: str, is_place: Callable[[str], bool]) -> tuple[str, ...]:
    text = _without_marks(name)
    parsed = Name(text)
    parsed.take_off_forms()
    if parsed.is_one_piece():
        return (without_umlauts("".join(parsed.words())) or canonical_text(name),)
    forms = {comparison_form(name, is_place): None}
    for part in _names_within(text, parsed, is_place):
        letters = letters_of(part)
        # A bare legal form or description is nobody's name.
        if len(letters) > 1 and letters not in legal_forms().no_names:
            forms.setdefault(comparison_form(part, is_place))
    return tuple(forms)[:_MOST_FORMS]


def _names_within(text: str, parsed: Name, is_place: Callable[[str], bool]) -> Iterator[str]:
    if "," in text:
        # Behind the last comma is a place that few know, or a partner whose name is a place's.
        before, _, last = text.rpartition(",")
        if is_place(last):
            yield before
        yield text.replace(",", " ")
    for end in parsed.ends_of_clear_forms():
        yield parsed.until(end)
    pieces = _PIECES.split(text)
    if len(pieces) > 1:
        yield _IN_BRACKETS.sub(" ", text)
    for piece in pieces:
        for part in legal_forms().joints.split(piece):
            if part != text and not is_place(part):
                yield part


def _without_marks(name: str) -> str:
    text = name if name.isascii() else _MARKS.sub("", name)
    if "&" in text:
        text = text.replace("&amp;", "&")
    if "(" in text:
        text = _WRITTEN_MARKS.sub("", text)
    text = canonical_text(text)
    return text if text.isascii() else _without_glued(text)


def _without_glued(text: str) -> str:
    """The text without East Asian legal forms at either end, unless it is nothing else."""
    glued = legal_forms().glued
    found = True
    while found:
        found = False
        for form in glued:
            short = text.removeprefix(form).removesuffix(form).strip()
            if short and short != text:
                text, found = short, True
    return text
