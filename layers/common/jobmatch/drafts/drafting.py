"""What all drafts are made with: values with their quotes, and parts that were not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from jobmatch.drafts.schemas import NotUnderstood, Source
from jobmatch.resumes.resume_text import Span
from jobmatch.vocabulary.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jobmatch.extraction.texts import DocumentText
    from jobmatch.resumes.resume_terms import Term
    from jobmatch.vocabulary.kinds import Kind

T = TypeVar("T")
MOST_VALUES = 50
"""Values that a list of a job or a profile may hold."""
_MOST_NOTES, _MOST_SUGGESTED, _SUGGESTIONS = 100, 25, 3
_LONGEST_QUOTE = 1_000


class Draft:
    """The draft of a profile or a job as it grows."""

    def __init__(self, document: DocumentText) -> None:
        self.document = document
        self.text = document.text
        self.fields: dict[str, Any] = {}
        self._sources: list[Source] = []
        self._notes: dict[tuple[Span, str], NotUnderstood] = {}
        self._omitted = 0
        self._suggested = 0

    def set(self, field: str, value: object, span: Span) -> None:
        """Fill a field with a value that stands at the span."""
        self.fields[field] = value
        self.source(f"/{field}", span)

    def append(self, field: str, entry: object, most: int, **spans: Span) -> None:
        """Add an entry to a list; `spans` are those of its fields, or `whole` for the entry."""
        entries = self.fields.setdefault(field, [])
        if len(entries) >= most:
            self.note(next(iter(spans.values())), f"is more than the {most} that a list holds")
            return
        entries.append(entry)
        for name, span in spans.items():
            suffix = "" if name == "whole" else f"/{name}"
            self.source(f"/{field}/{len(entries) - 1}{suffix}", span)

    def add_terms(self, fields: Mapping[Kind, str], terms: Iterable[Term], most: int) -> None:
        """Fill the lists of known values, each value once, in the order of the text."""
        for kind, field in fields.items():
            places: dict[str, Span] = {}
            for term in sorted(terms, key=lambda term: term.span):
                if term.kind is kind:
                    places.setdefault(term.label, term.span)
            for label, span in places.items():
                self.append(field, label, most, whole=span)

    def source(self, pointer: str, span: Span) -> None:
        """Say where the value at a pointer stands."""
        page = self.document.page_of(span.start)
        self._sources.append(Source(pointer, span.of(self.text), *span, page))

    def note(self, span: Span, reason: str, *kinds: Kind, suggestions: Iterable[str] = ()) -> None:
        """Say what was seen and not understood, with known values of the kinds that are like it."""
        span = Span(span.start, min(span.end, span.start + _LONGEST_QUOTE))
        if (span, reason) in self._notes:
            return
        if len(self._notes) >= _MOST_NOTES:
            self._omitted += 1
            return
        quote = span.of(self.text)
        found = [*suggestions]
        if kinds and self._suggested < _MOST_SUGGESTED:
            self._suggested += 1
            said = " ".join(quote.split())
            found += [label for kind in kinds for label in suggest(kind, said, _SUGGESTIONS)]
        page = self.document.page_of(span.start)
        note = NotUnderstood(quote, *span, page, reason, [*dict.fromkeys(found)])
        self._notes[span, reason] = note

    def omit(self, number: int) -> None:
        """Count what was not understood and is not said."""
        self._omitted += number

    def finished(self, kind: Callable[..., T]) -> T:
        """The draft, with what was not understood in the order of the text."""
        notes = [self._notes[at] for at in sorted(self._notes)]
        return kind(self.fields, self.text, self._sources, notes, self._omitted)
