"""A job's draft out of an advertisement, by rule: what it says, with the words that say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobmatch.advertisements.clauses import BEFORE_WISH, Clauses
from jobmatch.advertisements.experience import years_in
from jobmatch.advertisements.phrases import Phrase, has_known_words, phrases_in, without_broader
from jobmatch.advertisements.sections import Section, Sentence, sentences_of
from jobmatch.advertisements.titles import place_of, title_of
from jobmatch.documents.admissions import admissions_in
from jobmatch.drafts.schemas import JobDraft, NotUnderstood, Source
from jobmatch.places.suggestions import suggest_places
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.suggestions import suggest

if TYPE_CHECKING:
    from jobmatch.extraction.texts import DocumentText

LONGEST_DESCRIPTION = 20_000
_MOST_VALUES, _MOST_NOT_UNDERSTOOD, _MOST_SUGGESTIONS = 50, 50, 3
_LIST = {
    Kind.SPECIALIZATION: "requiredSpecializations",
    Kind.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
    Kind.BAR: "requiredBar",
}
_PREFERRED = "preferredSpecializations"
_ASKS = re.compile(
    r"\b(?:required?s?|must|you['\u2019](?:re|ve)|you (?:will )?(?:have|hold|are|bring|should)"
    r"|candidates?|applicants?|looking for|seeks?|seeking|minimum|at least|should have|necessary"
    r"|essential|we (?:need|expect)|need|erforderlich|vorausgesetzt|suchen|mindestens"
    r"|sie (?:haben|sind|verfügen|bringen))\b",
    re.IGNORECASE,
)
_OF_THE_FIRM = re.compile(
    r"\b(?:(?:other )?practice groups?|(?:practices?|areas) of the firm|(?:firm|we) also"
    r"|practi[cs]es in|our (?:lawyers|attorneys|clients|firm|partners|practice|services)"
    r"|(?:firm|company|boutique) (?:has|is|was|also|offers|advises)"
    r"|we (?:have|advise|represent|offer|are)|was founded|founded|established"
    r"|since (?:19|20)\d\d|wir (?:beraten|vertreten|bieten|sind)|gegründet)\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:degrees?|background|bachelor\w*|masters?|master['\u2019]?s|ph\.? ?d|b\.?(?:sc?|eng)"
    r"|m\.?(?:sc|eng)|dipl\w*|\w*studium|abschluss|studied|graduates?|trained|technical|scientific|arts|diploma"
    r"|doctorate|majored|education|promotion|ingenieurwissenschaft\w*"
    r"|(?:experience|expertise|familiar\w*|background) (?:with|in)|knowledge of"
    r"|erfahrung(?:en)? (?:mit|in|im)|kenntnisse in)\b",
    re.IGNORECASE,
)


def job_draft(document: DocumentText) -> JobDraft:
    """What an advertisement says of a job, as POST /jobs takes it.

    Every value but the description has a source. What is asked for and has no place in a job, or
    is not known, is in `not_understood`. More than a description can hold is not read.
    """
    text = document.text[:LONGEST_DESCRIPTION]
    reader = _Reader(document, text)
    sentences = sentences_of(text)
    title = title_of(text, sentences)
    if title is not None:
        reader.put("title", _one_line(text[title[0] : title[1]])[:255].strip(), *title)
    reader.read_place(sentences)
    for sentence in sentences:
        reader.read(sentence)
    return reader.draft(title)


@dataclass(slots=True)
class _Reader:
    document: DocumentText
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    required: list[Phrase] = field(default_factory=list)
    preferred: list[Phrase] = field(default_factory=list)
    duties: list[Phrase] = field(default_factory=list)

    def put(self, name: str, value: Any, start: int, end: int) -> None:
        """Set a field."""
        self.values[name] = value
        self._add_source(f"/{name}", start, end)

    def add(self, name: str, value: str, start: int, end: int) -> None:
        """Add a value to a list, once."""
        values = self.values.setdefault(name, [])
        if value not in values and len(values) < _MOST_VALUES:
            self._add_source(f"/{name}/{len(values)}", start, end)
            values.append(value)

    def read_place(self, sentences: list[Sentence]) -> None:
        place, unread = place_of(self.text, sentences)
        if place is not None:
            self.put("preferredLocation", _one_line(self.text[place[0] : place[1]]), *place)
        elif unread is not None:
            said = self.text[unread[0] : unread[1]]
            self._miss(*unread, "This place is not known.", suggest_places(_one_line(said)[:100]))

    def read(self, sentence: Sentence) -> None:
        """Read the requirements of a sentence."""
        section = sentence.section
        if section in {Section.PLACE, Section.TITLE} or is_of_the_firm(self.text, sentence):
            return
        said = self.text[sentence.start : sentence.end].replace("\n", " ")
        asks = section in {Section.REQUIRED, Section.PREFERRED, Section.EXPERIENCE} or bool(
            _ASKS.search(said) or BEFORE_WISH.search(said)
        )
        if not asks:
            if section is Section.DUTIES:
                self.duties += self._phrases(Kind.SPECIALIZATION, sentence)
            return
        clauses = Clauses.of(self.text, sentence)
        before = len(self.sources) + len(self.required) + len(self.preferred)
        seen = self._read_clauses(sentence, clauses)
        after = len(self.sources) + len(self.required) + len(self.preferred)
        in_list = section in {Section.REQUIRED, Section.PREFERRED} and sentence.is_item
        enough = len(self.not_understood) >= _MOST_NOT_UNDERSTOOD
        unread = before == after and not seen and not clauses.denies
        if unread and in_list and not enough:
            reason = "No known specialization, technical domain, bar or number of years."
            self._miss(sentence.start, sentence.end, reason, _suggestions(_one_line(said)))

    def _read_clauses(self, sentence: Sentence, clauses: Clauses) -> bool:
        """Whether anything was seen, also what does not count."""
        text, start, end = self.text, sentence.start, sentence.end
        seen = False
        years = years_in(text, start, end, is_labelled=sentence.section is Section.EXPERIENCE)
        if years is not None:
            seen = True
            if "minimumExperience" not in self.values and clauses.requires(years[1]):
                self.put("minimumExperience", years[0], years[1], years[2])
        specializations = self._phrases(Kind.SPECIALIZATION, sentence)
        admissions = admissions_in(text[start:end].replace("\n", " "))
        taken = [(start + each.start, start + each.end) for each in admissions]
        for phrase in specializations:
            inside = any(first <= phrase.start and phrase.end <= last for first, last in taken)
            seen = True
            if not inside and clauses.requires(phrase.start):
                self.required.append(phrase)
            elif not inside and clauses.prefers(phrase.start):
                self.preferred.append(phrase)
        for admission, (first, last) in zip(admissions, taken, strict=True):
            seen = True
            self._asked(Kind.BAR, clauses, Phrase("", admission.jurisdiction, first, last))
        if _BACKGROUND.search(text, start, end):
            taken += [(each.start, each.end) for each in specializations]
            for phrase in phrases_in(Kind.TECHNICAL_DOMAIN, text, start, end):
                if not any(first <= phrase.start < last for first, last in taken):
                    seen = True
                    self._asked(Kind.TECHNICAL_DOMAIN, clauses, phrase)
        return seen

    def _asked(self, kind: Kind, clauses: Clauses, phrase: Phrase) -> None:
        if clauses.requires(phrase.start):
            self.add(_LIST[kind], phrase.label, phrase.start, phrase.end)
        elif clauses.prefers(phrase.start):
            reason = f"A job can require “{phrase.label}”, but not prefer it."
            self._miss(phrase.start, phrase.end, reason, [phrase.label])

    def _phrases(self, kind: Kind, sentence: Sentence) -> list[Phrase]:
        return phrases_in(kind, self.text, sentence.start, sentence.end)

    def draft(self, title: tuple[int, int] | None) -> JobDraft:
        """The draft of all that was read."""
        named = phrases_in(Kind.SPECIALIZATION, self.text, *title, of_people=True) if title else []
        welcome = {phrase.label for phrase in self.preferred}
        duties = [phrase for phrase in self.duties if phrase.label not in welcome]
        required = self.required or duties
        required = [*without_broader(Kind.SPECIALIZATION, named, required), *required]
        for phrase in required:
            self.add(_LIST[Kind.SPECIALIZATION], phrase.label, phrase.start, phrase.end)
        for phrase in self.preferred:
            if phrase.label not in self.values.get(_LIST[Kind.SPECIALIZATION], ()):
                self.add(_PREFERRED, phrase.label, phrase.start, phrase.end)
        if len(self.document.text) > len(self.text):
            reason = f"Only the first {LONGEST_DESCRIPTION:,} characters are read."
            end = min(len(self.document.text), len(self.text) + 80)
            self._miss(len(self.text), end, reason, [])
        description = self.text.replace("\0", "").strip()
        if description:
            self.values["description"] = description
        return JobDraft(self.values, self.document.text, self.sources, self.not_understood)

    def _add_source(self, pointer: str, start: int, end: int) -> None:
        page = self.document.page_of(start)
        self.sources.append(Source(pointer, self.text[start:end], start, end, page))

    def _miss(self, start: int, end: int, reason: str, suggestions: list[str]) -> None:
        if len(self.not_understood) < _MOST_NOT_UNDERSTOOD:
            quote, page = self.document.text[start:end], self.document.page_of(start)
            self.not_understood.append(NotUnderstood(quote, start, end, page, reason, suggestions))


def is_of_the_firm(text: str, sentence: Sentence) -> bool:
    """Whether a sentence tells of the firm or its offer instead of who is sought."""
    said = text[sentence.start : sentence.end].replace("\n", " ")
    return sentence.section in {Section.FIRM, Section.OTHER} or (
        bool(_OF_THE_FIRM.search(said)) and not sentence.is_item and not _ASKS.search(said)
    )


def _suggestions(text: str) -> list[str]:
    kinds = [kind for kind in Kind if has_known_words(kind, text)]
    found = [label for kind in kinds for label in suggest(kind, text, _MOST_SUGGESTIONS)]
    return list(dict.fromkeys(found))


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())
