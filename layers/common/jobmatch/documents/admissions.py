"""Admissions to a bar or a patent office that a text itself speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jobmatch.bars.bar_names import mentions_in
from jobmatch.bars.entries import Entry, Open, Says, Sentence, is_pure, is_us_state, word_at
from jobmatch.bars.sentence import read
from jobmatch.bars.tokens import sentences, words_of
from jobmatch.text import canonical_text
from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

_MOST_WORDS = 12
_MOST_TRIES = 50
"""Sentences without names that are looked up in the vocabulary, which takes its time."""
_LIST_ENDS = frozenset(";|•·▪●")
ANY_BAR = ("Any US State Bar", "Any EU Bar", "Patent Attorney")
"""Kinds of bars: a job may require them, but nobody is admitted to them."""


@dataclass(frozen=True, slots=True)
class Admission:
    """An admission that a text speaks of.

    `jurisdiction` is the label of a known bar, or of a kind of bars ("Any US State Bar"). The quote
    in the text is from `start` to before `end`.
    """

    jurisdiction: str
    year: int | None
    start: int
    end: int


def admissions_in(text: str) -> list[Admission]:
    """The admissions that the text says, each jurisdiction once, in its order.

    A name alone, as an issuer's, is none; nor is one that is pending, inactive or in the past.
    """
    found: dict[str, Admission] = {}
    carried, heads, tries = Open.NO, False, _MOST_TRIES
    for tokens, ended_by in sentences(text):
        if not tokens:
            continue
        mentions = mentions_in(text, tokens)
        pure = is_pure(tokens, mentions)
        sentence = Sentence(text, tokens, carried if pure else Open.NO)
        sentence.is_legal = any(token.word in words_of("legal") for token in tokens)
        read(sentence, {mention.first: mention for mention in mentions})
        kept = _kept(sentence, pure=pure)
        if pure and not mentions and sentence.open and not sentence.negated and tries:
            tries -= 1
            kept = _of_words(sentence)
        for admission in kept:
            before = found.setdefault(admission.jurisdiction, admission)
            if before.year is None and admission.year is not None:
                found[admission.jurisdiction] = admission
        still_open = sentence.open if pure or kept or not mentions else Open.NO
        heads = (heads and pure) or (not mentions and still_open > Open.NO)
        carried = still_open if heads or ended_by in _LIST_ENDS else Open.NO
    return sorted(found.values(), key=lambda admission: admission.start)


def _kept(sentence: Sentence, *, pure: bool) -> list[Admission]:
    """The admissions of a sentence that was read to its end."""
    is_foreign = any(token.word in words_of("professions") for token in sentence.tokens)
    entries = [
        entry
        for number, entry in enumerate(sentence.entries)
        if not entry.rejected
        and number >= sentence.ended_before
        and number >= sentence.ended_pieces.get(entry.piece, 0)
        and _is_said(sentence, entry, pure=pure)
        and not ((entry.weak_open or entry.by_licence) and is_foreign and not sentence.is_legal)
    ]
    labels = {entry.label for entry in entries}
    entries = [entry for entry in entries if not _is_only_kind(sentence, entry, labels)]
    _date(sentence, entries)
    return [
        Admission(
            entry.label,
            entry.year,
            sentence.tokens[entry.quote_first].start,
            sentence.tokens[entry.quote_end - 1].end,
        )
        for entry in entries
    ]


def _of_words(sentence: Sentence) -> list[Admission]:
    """The kind of bars that a sentence without names asks for: "Active bar membership required"."""
    words = {token.word for token in sentence.tokens}
    if len(words) > _MOST_WORDS or words.isdisjoint(words_of("asks")):
        return []
    start, end = sentence.tokens[0].start, sentence.tokens[-1].end
    label = known_label(Kind.BAR, sentence.text[start:end])
    return [Admission(label, None, start, end)] if label else []


def _is_said(sentence: Sentence, entry: Entry, *, pure: bool) -> bool:
    if entry.says is Says.SURELY:
        return True
    return entry.says is Says.WEAKLY and pure and sentence.last_event < 0


def _is_only_kind(sentence: Sentence, entry: Entry, labels: set[str]) -> bool:
    """Whether the name only says of what kind the others are: "US attorney, California"."""
    first, end = entry.mention.first, entry.mention.end
    words = {token.word for token in sentence.tokens[first:end]}
    if entry.label == "Any US State Bar":
        return words.isdisjoint({"any", "one", "a", "every"}) and any(
            label != entry.label and is_us_state(label) for label in labels
        )
    if entry.label == "IPReg":
        return not labels.isdisjoint({"UK Patent Attorney", "UK Trade Mark Attorney"})
    return any(entry.label in _broader(label) for label in labels)


@cache
def _broader(label: str) -> tuple[str, ...]:
    return next(term for term in graph(Kind.BAR).terms.values() if term.label == label).broader


def _date(sentence: Sentence, entries: list[Entry]) -> None:
    """Give each entry the year that stands beside it, before or after."""
    if not entries or not sentence.years:
        return
    first, last = sentence.years[0][0], sentence.years[-1][0]
    if first < entries[0].mention.first and last < entries[-1].mention.first:
        _date_from_before(sentence, entries)
    elif not _date_in_order(sentence, entries):
        _date_from_behind(sentence, entries)


def _date_from_before(sentence: Sentence, entries: list[Entry]) -> None:
    years = list(sentence.years)
    first = years[0][0]
    if first < entries[0].quote_first and any(
        token.word.isalpha() and token.word not in words_of("dates")
        for token in sentence.tokens[:first]
    ):
        return
    for entry in entries:
        while len(years) > 1 and years[1][0] < entry.mention.first:
            years.pop(0)
        entry.year = years[0][1]


def _date_from_behind(sentence: Sentence, entries: list[Entry]) -> None:
    years, foreign = list(sentence.years), [*sentence.foreign, len(sentence.tokens)]
    # "Admitted to the bars of New Jersey and New York in 2013"
    of_all = len(years) == 1 and word_at(sentence, years[0][0] - 1) in words_of("dates")
    for number, entry in enumerate(entries):
        while foreign[0] < entry.mention.end:
            foreign.pop(0)
        following = entries[number + 1 :]
        alone = not following or entry.shares or (of_all and all(e.joined for e in following))
        limit = foreign[0] if alone else min(foreign[0], entries[number + 1].mention.first)
        while years and years[0][0] < entry.mention.end:
            years.pop(0)
        if years and years[0][0] < limit:
            at, entry.year = years[0]
            entry.quote_end = max(entry.quote_end, at + 1 + (word_at(sentence, at + 1) == ")"))


def _date_in_order(sentence: Sentence, entries: list[Entry]) -> bool:
    """Date names by the years that follow them together: "New York and Ohio (2001 and 2005)"."""
    if len(entries) != len(sentence.years) or len(entries) == 1:
        return False
    first, last = sentence.years[0][0], sentence.years[-1][0]
    between = {token.word for token in sentence.tokens[first:last] if token.word.isalpha()}
    if first < entries[-1].mention.end or not between <= words_of("inOrder"):
        return False
    for entry, (_, year) in zip(entries, sentence.years, strict=True):
        entry.year = year
    return True


def bars_of_certificate(title: str) -> list[Admission]:
    """The admissions that a certificate's title says; the name of a bar and nothing else is one."""
    label = known_label(Kind.BAR, title)
    if label and canonical_text(label) == canonical_text(title):
        found = [Admission(label, None, 0, len(title))]
    else:
        found = admissions_in(title)
    return [each for each in found if each.jurisdiction not in ANY_BAR]
