"""schema.org JobPosting (https://schema.org/JobPosting) as JSON-LD, read as a job of ours.

No context is fetched: a document that names schema.org as its context is trusted in that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any

from jobmatch.documents.html_text import text_of
from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.jobs.identifiers import Identifier
from jobmatch.postings.posting_document import find_posting, use_types
from jobmatch.postings.posting_experience import experience_in, years_of_months
from jobmatch.postings.posting_names import BAR_ADMISSION, OURS, SETS
from jobmatch.postings.posting_place import location_of
from jobmatch.postings.posting_values import bars_in, skills_in
from jobmatch.text import canonical_text
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.suggestions import suggest
from jobmatch.wording.schemas import MOST, InputWarning, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.postings.tree import Node

_LISTS = {
    Kind.SPECIALIZATION: "requiredSpecializations",
    Kind.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
}
_MONTHS = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(?: ?months?)?", re.ASCII | re.IGNORECASE)
_MOST_ENTRIES, _LONGEST_ENTRY = 50, 100
_LONGEST = 255
_MOST_PIECES = 1_000
"""Pieces of skills and qualifications that are read; a long text is several."""
_PIECE = 100
MOST_HTML = 200_000
_PATIENCE = 100
"""Texts for which suggestions are looked for."""


@dataclass(frozen=True, slots=True)
class PostingRead:
    """A JobPosting as a job.

    Attributes:
        job: a job of the API, not yet validated.
        identifier: what the posting's own system calls it.
        unused: what was not used, by pointers into the document, in its order.
        unused_omitted: how much more there is of that.
        pointer: to the posting in the document.
        sources: pointers into the document by those into the job that was read there.
    """

    job: dict[str, Any]
    identifier: Identifier | None
    unused: list[InputWarning]
    unused_omitted: int
    pointer: str
    sources: dict[str, str]

    def source_of(self, pointer: str) -> str:
        """Where a part of the job comes from; the posting for what it does not say."""
        while pointer and pointer not in self.sources:
            pointer = pointer.rpartition("/")[0]
        return self.sources.get(pointer, self.pointer)

    def placed(self, fault: FieldError) -> FieldError:
        """A fault of the job as one of the document; that of a header stays."""
        name = fault.pointer[1:].partition("/")[0]
        if name == "headers":
            return fault
        pointer = self.source_of(fault.pointer)
        # What is wrong is said of our field, which may count in another unit than theirs.
        told = fault.message if f"/{name}" in pointer else f"{name}: {fault.message}"
        return FieldError(pointer, told)

    def told(self, told: Told) -> Told:
        """All warnings: of what was not used, then those of the job, with their sources."""
        own = [
            replace(each, pointer=self.source_of(each.pointer) if each.pointer else "")
            for each in told.warnings
        ]
        all_told = self.unused + own
        omitted = self.unused_omitted + told.warnings_omitted + len(all_told[MOST:])
        return Told(all_told[:MOST], omitted)


def read_posting(document: object) -> PostingRead:
    """The first JobPosting of a document: one, a list of nodes, or a graph.

    Raises:
        InvalidInputError: it holds no JobPosting of schema.org.
    """
    root, posting = find_posting(document)
    return _Reader(posting).read(root)


class _Reader:
    """The job that is read from a posting, so far."""

    def __init__(self, posting: Node) -> None:
        self._posting = posting
        self._job: dict[str, Any] = {}
        self._lists: dict[str, dict[str, str]] = {name: {} for name in (*SETS, "requiredBar")}
        # A posting that has no title is at fault where it would be.
        self._sources = {"/title": posting.child("title", None).pointer}
        self._left = _MOST_PIECES
        self._patience = _PATIENCE

    def read(self, root: Node) -> PostingRead:
        """Read all of it; `root` is the document that holds it."""
        self._texts()
        self._skills()
        self._qualifications()
        self._experience()
        if place := location_of(self._posting):
            self._job["preferredLocation"], self._sources["/preferredLocation"] = place
        identifier = self._identifier()
        for name, values in self._lists.items():
            if values:
                self._job[name] = list(values.values())
        unused = root.record.leftovers.told(root.value)
        return PostingRead(self._job, identifier, *unused, self._posting.pointer, self._sources)

    def _set(self, name: str, value: Any, node: Node) -> None:
        self._job[name] = value
        self._sources[f"/{name}"] = node.pointer
        node.use()

    def _texts(self) -> None:
        title = self._posting.member("title", "name").first()
        if title.value is not None:
            is_scalar = title.text is not None or isinstance(title.value, bool)
            self._set("title", title.text or title.value if is_scalar else None, title)
        html = self._posting.member("description").first()
        if html.text is None:
            return
        if len(html.text) > MOST_HTML:
            too_long = f"should have at most {MOST_HTML} characters"
            raise InvalidInputError(FieldError(html.pointer, too_long))
        shown = text_of(html.text)
        self._set("description", shown.text, html)
        if shown.has_hidden:
            html.note("Parts of it that a browser does not show are left out.")

    def _add(self, name: str, value: str, node: Node) -> None:
        """Add a value to a list, or say why not; the same value once."""
        node.use()
        values, form = self._lists[name], canonical_text(value)
        if not form or form in values:
            return
        if "\0" in value or len(value.strip()) > _LONGEST_ENTRY or len(values) == _MOST_ENTRIES:
            most = f"{_MOST_ENTRIES} entries of up to {_LONGEST_ENTRY} characters"
            node.note(f"“{value.strip()[:_LONGEST_ENTRY]}” is left out: {name} takes {most}.")
            return
        self._sources[f"/{name}/{len(values)}"] = node.pointer
        values[form] = value

    def _skills(self) -> None:
        for skill in self._while_left(self._posting.member("skills").items()):
            of = skill.member("inDefinedTermSet").first()
            for name in self._said(skill):
                if of.text in SETS:
                    of.use()
                    self._add(str(of.text), str(name.text), name)
                    continue
                name.use()
                for said, kind, value in self._counted(skills_in(str(name.text)), name):
                    if kind:
                        self._add(_LISTS[kind], value, name)
                        continue
                    name.note(
                        f"“{_short(said)}” is not a known specialization or technical domain, and"
                        " is left out.",
                        self._like((Kind.SPECIALIZATION, Kind.TECHNICAL_DOMAIN), said),
                    )

    def _qualifications(self) -> None:
        members = ("qualifications", "educationRequirements")
        found = chain.from_iterable(self._posting.member(name).items() for name in members)
        for each in self._while_left(found):
            category = each.member("credentialCategory").first()
            for name in self._said(each):
                text = str(name.text)
                if (category.text or "").casefold() == BAR_ADMISSION.casefold():
                    category.use()
                    self._add("requiredBar", text, name)
                    continue
                self._left -= len(text) // _PIECE
                bars, says_more = bars_in(text)
                for bar in bars:
                    self._add("requiredBar", bar, name)
                if says_more:
                    only = f"Of this only {', '.join(bars)} was read." if bars else ""
                    name.note(only or "This names no bar that is known, and is left out.")

    def _said(self, node: Node) -> Iterator[Node]:
        """The texts of a value: its own, or the names of an object."""
        is_object = isinstance(node.value, dict)
        if is_object:
            use_types(node)
        for name in node.member("name").items() if is_object else [node]:
            if name.text is not None and self._left > 0:
                self._left -= 1
                yield name

    def _while_left(self, nodes: Iterator[Node]) -> Iterator[Node]:
        return takewhile(lambda _: self._left > 0, nodes)

    def _counted(self, found: Iterator[Any], node: Node) -> Iterator[Any]:
        for each in found:
            self._left -= 1
            if self._left < 0:
                node.note("This is too long: the rest of it is left out.")
                return
            yield each

    def _like(self, kinds: tuple[Kind, ...], text: str) -> list[str]:
        self._patience -= 1
        if self._patience < 0:
            return []
        return [label for kind in kinds for label in suggest(kind, _short(text), 3)]

    def _experience(self) -> None:
        for each in islice(self._posting.member("experienceRequirements").items(), _MOST_ENTRIES):
            months = each.member("monthsOfExperience").first()
            if isinstance(months.value, dict):
                use_types(months)
                months = months.member("value", "minValue").first()
            years = _years_of(months)
            source = months
            if years is None:
                source = each.member("description", "name").first() if each.text is None else each
                found = experience_in(source.value) if isinstance(source.value, str) else None
                if found is None:
                    continue
                years = found.years
                if found.says_more:
                    source.note(f"Of this only {years} years of experience was read.")
            if "minimumExperience" in self._job:
                source.note("This is another requirement: the first that can be read counts.")
                continue
            if isinstance(each.value, dict):
                use_types(each)
            self._set("minimumExperience", years, source)

    def _identifier(self) -> Identifier | None:
        for each in self._posting.member("identifier").items():
            is_object = isinstance(each.value, dict)
            value = each.member("value").first() if is_object else each
            system = each.member("name", "propertyID").first()
            name, text = (system.text or "").strip(), (value.text or "").strip()
            if not text:
                continue
            if name.casefold() == OURS:
                each.note("This is an identifier that we gave: a new job gets its own.")
                each.use()
            elif len(name) > _LONGEST or len(text) > _LONGEST or "\0" in name + text:
                each.note(f"This is left out: an identifier has up to {_LONGEST} characters.")
                each.use()
            else:
                if is_object:
                    use_types(each)
                for node in (value, system):
                    if node.text is not None:
                        node.use()
                return Identifier(name, text)
        return None


def _years_of(months: Node) -> int | None:
    """The years of a number of months, or of a text that says one."""
    if isinstance(months.value, str):
        found = _MONTHS.fullmatch(months.value.strip())
        return years_of_months(float(found[1])) if found else None
    is_number = isinstance(months.value, int | float) and not isinstance(months.value, bool)
    return years_of_months(months.value) if is_number else None


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_ENTRY else f"{text[:_LONGEST_ENTRY]}…"
