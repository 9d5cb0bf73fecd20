"""A job's draft out of an advertisement, by rule: what it says, with the words that say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jobmatch.advertisements.clauses import BEFORE_WISH, Clauses
from jobmatch.advertisements.experience import years_in
from jobmatch.advertisements.phrases import Phrase, has_known_words, phrases_in, without_broader
from jobmatch.advertisements.sections import Section, Sentence, sentences_of
from jobmatch.advertisements.titles import place_of, title_of
from jobmatch.documents.admissions import admissions_in
from jobmatch.drafts.drafting import MOST_VALUES, Draft
from jobmatch.drafts.schemas import JobDraft
from jobmatch.places.suggestions import suggest_places
from jobmatch.resumes.resume_text import Span
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from jobmatch.extraction.texts import DocumentText

LONGEST_DESCRIPTION = 20_000
_LIST = {
    Kind.SPECIALIZATION: "requiredSpecializations",
    Kind.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
    Kind.BAR: "requiredBar",
}
_PREFERRED = "preferredSpecializations"
_ASKS = re.compile(
    r"\b(?:required?s?|must|you['\u2019](?:re|ve)|you (?:will )?(?:have|hold|are|bring|should)"
    r"|candidates?|applicants?|looking for|seeks?|seeking"
    r"|hear from|applications from|would suit|suits?|minimum|at least|should have|necessary"
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
    reader = _Reader(Draft(document), text)
    sentences = sentences_of(text)
    title = title_of(text, sentences)
    if title is not None:
        reader.draft.set("title", _one_line(text[title[0] : title[1]])[:255].strip(), Span(*title))
    reader.read_place(sentences)
    for sentence in sentences:
        reader.read(sentence)
    return reader.finished(title)


@dataclass(slots=True)
class _Reader:
    draft: Draft
    text: str
    asked: dict[str, set[str]] = field(default_factory=dict)
    required: list[Phrase] = field(default_factory=list)
    preferred: list[Phrase] = field(default_factory=list)
    duties: list[Phrase] = field(default_factory=list)

    def add(self, name: str, phrase: Phrase) -> None:
        """Add a value to a list, once."""
        asked = self.asked.setdefault(name, set())
        if phrase.label not in asked:
            asked.add(phrase.label)
            self.draft.append(name, phrase.label, MOST_VALUES, whole=_span(phrase))

    def read_place(self, sentences: list[Sentence]) -> None:
        place, unread = place_of(self.text, sentences)
        if place is not None:
            said = _one_line(self.text[place[0] : place[1]])
            self.draft.set("preferredLocation", said, Span(*place))
        elif unread is not None:
            like = suggest_places(_one_line(self.text[unread[0] : unread[1]])[:100])
            self.draft.note(Span(*unread), "This place is not known.", suggestions=like)

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
        seen = self._read_clauses(sentence, clauses)
        in_list = section in {Section.REQUIRED, Section.PREFERRED} and sentence.is_item
        if in_list and not seen and not clauses.denies:
            reason = "No known specialization, technical domain, bar or number of years."
            kinds = (kind for kind in Kind if has_known_words(kind, _one_line(said)))
            self.draft.note(Span(sentence.start, sentence.end), reason, *kinds)

    def _read_clauses(self, sentence: Sentence, clauses: Clauses) -> bool:
        """Whether anything was seen, also what does not count."""
        text, start, end = self.text, sentence.start, sentence.end
        seen = False
        years = years_in(text, start, end, is_labelled=sentence.section is Section.EXPERIENCE)
        if years is not None:
            seen = True
            if "minimumExperience" not in self.draft.fields and clauses.requires(years[1]):
                self.draft.set("minimumExperience", years[0], Span(*years[1:]))
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
            self.add(_LIST[kind], phrase)
        elif clauses.prefers(phrase.start):
            reason = f"A job can require “{phrase.label}”, but not prefer it."
            self.draft.note(_span(phrase), reason, suggestions=[phrase.label])

    def _phrases(self, kind: Kind, sentence: Sentence) -> list[Phrase]:
        return phrases_in(kind, self.text, sentence.start, sentence.end)

    def finished(self, title: tuple[int, int] | None) -> JobDraft:
        """The draft of all that was read."""
        named = phrases_in(Kind.SPECIALIZATION, self.text, *title, of_people=True) if title else []
        required = [*without_broader(Kind.SPECIALIZATION, named, self.required), *self.required]
        if not self.required:
            self._tell_duties(named)
        for phrase in required:
            self.add(_LIST[Kind.SPECIALIZATION], phrase)
        for phrase in self.preferred:
            if phrase.label not in self.asked.get(_LIST[Kind.SPECIALIZATION], ()):
                self.add(_PREFERRED, phrase)
        if len(self.draft.text) > len(self.text):
            reason = f"Only the first {LONGEST_DESCRIPTION:,} characters are read."
            end = min(len(self.draft.text), len(self.text) + 80)
            self.draft.note(Span(len(self.text), end), reason)
        description = self.text.replace("\0", "").strip()
        if description:
            self.draft.fields["description"] = description
        return self.draft.finished(JobDraft)

    def _tell_duties(self, named: list[Phrase]) -> None:
        """Tell what the work is about: where nothing is asked for, it may be meant."""
        told = {phrase.label for phrase in [*named, *self.preferred]}
        for phrase in self.duties:
            if phrase.label not in told:
                told.add(phrase.label)
                reason = f"The work is about “{phrase.label}”, but nobody asks for it."
                self.draft.note(_span(phrase), reason, suggestions=[phrase.label])


def is_of_the_firm(text: str, sentence: Sentence) -> bool:
    """Whether a sentence tells of the firm or its offer instead of who is sought."""
    said = text[sentence.start : sentence.end].replace("\n", " ")
    return sentence.section in {Section.FIRM, Section.OTHER} or (
        bool(_OF_THE_FIRM.search(said)) and not sentence.is_item and not _ASKS.search(said)
    )


def _span(phrase: Phrase) -> Span:
    return Span(phrase.start, phrase.end)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())
