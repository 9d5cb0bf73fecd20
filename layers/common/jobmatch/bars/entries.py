"""What is known of a sentence while it is read, and what a name in it says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from jobmatch.bars.bar_names import Mention, Sort
from jobmatch.bars.tokens import Token, words_data, words_of
from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_AND = frozenset(("and", "or", "&", "/", "und", "et"))
NEAR = 4
"""Words: what stands no farther away belongs to a name."""


class Open(IntEnum):
    """For which names a sentence is open."""

    NO = 0
    BODIES = 1
    ALL = 2


class Says(IntEnum):
    """How surely a name is said to be an admission."""

    NOTHING = 0
    WEAKLY = 1
    """Only where nothing else is said."""
    SURELY = 2


@dataclass(slots=True)
class Entry:
    """A name in a sentence that may be an admission, and the tokens to quote for it."""

    mention: Mention
    label: str
    says: Says
    piece: int
    joined: bool
    quote_first: int
    quote_end: int
    weak_open: bool = False
    by_licence: bool = False
    """Said by a word that other trades have as well: "licensed"."""
    of_patents: bool = False
    """Whether it is a country of which somebody is a patent attorney, as far as is known."""
    shares: bool = False
    """Whether it has its title, and so its year, from the next: "UK and European attorney"."""
    rejected: bool = False
    year: int | None = None


@dataclass(slots=True)
class Sentence:
    """What was read of a sentence so far."""

    text: str
    tokens: Sequence[Token]
    open: Open
    entries: list[Entry] = field(default_factory=list)
    run: list[Entry] = field(default_factory=list)
    """The entries that the words since the last foreign one list."""
    opened_at: int | None = None
    weak_open: bool = False
    by_licence: bool = False
    negated: bool = False
    last_event: int = -1
    ended_before: int = 0
    """How many of the first entries are said to have ended."""
    ended_pieces: dict[int, int] = field(default_factory=dict)
    """The pieces between commas with an ended admission, and where each says so."""
    ended_piece: int = -1
    is_legal: bool = False
    piece: int = 0
    paren: tuple[int, bool, bool] | None = None
    """How many entries stood before the parenthesis, and negation before and in it."""
    foreign: list[int] = field(default_factory=list)
    """The tokens that do not belong to a list of admissions."""
    years: list[tuple[int, int]] = field(default_factory=list)


def is_pure(tokens: Sequence[Token], mentions: Iterable[Mention]) -> bool:
    """Whether nothing but names and the words of a list of admissions is said."""
    inside = {at for mention in mentions for at in range(mention.first, mention.end)}
    return all(
        at in inside or token.is_code or belongs(token.word) for at, token in enumerate(tokens)
    )


def belongs(word: str) -> bool:
    """Whether lists of admissions have such words and signs beside the names."""
    return (
        not word.isalpha()
        or word in words_of("neutral")
        or word in words_of("dates")
        or word in words_of("statuses")
        or word in words_of("opens")
        or word in words_of("opensForBodies")
    )


def word_at(sentence: Sentence, at: int) -> str:
    """The word or sign at this place; empty outside of the sentence."""
    return sentence.tokens[at].word if 0 <= at < len(sentence.tokens) else ""


def is_voluntary(sentence: Sentence, at: int, label: str) -> bool:
    """Whether this is an association that admits nobody, as those of most US states."""
    following = word_at(sentence, at + 1)
    if following not in ("association", "associations", "assn", "assoc", "foundation"):
        return False
    return following == "foundation" or (
        is_us_state(label) and label not in words_data()["unified"]
    )


@cache
def is_us_state(label: str) -> bool:
    """Whether the label is a US state's, or of the kind of all of them."""
    term = next(term for term in graph(Kind.BAR).terms.values() if term.label == label)
    return "Any US State Bar" in (*term.broader, label)


def read_name(sentence: Sentence, mention: Mention) -> None:
    """Take the name as a entry, as far as what stands before it says."""
    before = word_at(sentence, mention.first - 1)
    if before == "of" and word_at(sentence, mention.first - 2) in ("district", "districts"):
        return
    following = word_at(sentence, mention.end)
    if following in words_of("namesakes"):
        close(sentence, mention.first)
        return
    if mention.name.label == "Any US State Bar" and following in words_of("ofCourts"):
        return
    label = _label(sentence, mention)
    joined = before in _AND
    of_patents = _is_of_patents(sentence, mention, label)
    entry = Entry(
        mention=mention,
        label=label,
        says=Says.SURELY if label != mention.name.label else _said_by(sentence, mention, before),
        piece=sentence.piece,
        joined=joined,
        quote_first=_quote_first(sentence, mention),
        quote_end=mention.end,
        weak_open=sentence.weak_open,
        by_licence=sentence.by_licence,
        of_patents=of_patents,
        rejected=sentence.negated
        or of_patents
        or sentence.last_event >= 0
        or sentence.ended_piece == sentence.piece,
    )
    sentence.opened_at = None
    if mention.name.sort is Sort.TITLE:
        _share_title(sentence, entry)
    for before_it in reversed(sentence.run):
        if joined or not _says_where(before_it, entry):
            break
        before_it.rejected = True  # "solicitor in Ireland" is none of England
    sentence.entries.append(entry)
    sentence.run.append(entry)
    if mention.name.sort is Sort.TITLE and entry.says:
        words = {token.word for token in sentence.tokens[mention.first : mention.end]}
        opened = Open.ALL if words & {"licensed", "licenced", "admitted"} else Open.BODIES
        sentence.open = max(sentence.open, opened)


def _label(sentence: Sentence, mention: Mention) -> str:
    """The name's label, or that of the office there: "patent agent in Canada"."""
    label = mention.name.label
    if mention.name.sort is not Sort.PLACE or not sentence.run:
        return label
    if sentence.run[-1].label != "Patent Attorney" or not sentence.run[-1].says:
        return label
    said = (known_label(Kind.BAR, f"{label} Patent {title}") for title in ("Attorney", "Agent"))
    return next((office for office in said if office), label)


def _is_of_patents(sentence: Sentence, mention: Mention, label: str) -> bool:
    """Whether it is where a patent attorney works, who is no lawyer there: "agent in Japan"."""
    if label != mention.name.label or mention.name.sort is not Sort.PLACE:
        return False
    last = sentence.run[-1] if sentence.run else None
    if last is not None and word_at(sentence, mention.first - 1) in _AND:
        return last.of_patents
    before = [token.word for token in sentence.tokens[max(0, mention.first - 3) : mention.first]]
    return before in (["patent", "attorney", "in"], ["patent", "agent", "in"])


def _says_where(before: Entry, entry: Entry) -> bool:
    """Whether a name says where one is what the name before it says: "solicitor in Ireland"."""
    return (
        before.mention.name.sort is Sort.ALONE
        and entry.mention.name.sort not in (Sort.TITLE, Sort.ALONE)
        and before.label != entry.label
    )


def _said_by(sentence: Sentence, mention: Mention, before: str) -> Says:
    opened, sort = sentence.open, mention.name.sort
    if opened is Open.ALL:
        return Says.WEAKLY if sentence.weak_open else Says.SURELY
    if sort is Sort.TITLE:
        others = {
            token.word for token in sentence.tokens[max(0, mention.first - NEAR) : mention.first]
        }
        of_others = not opened and others & words_of("before")
        return Says.NOTHING if of_others or _goes_on(sentence, mention.end) else Says.SURELY
    if sort is Sort.ALONE:
        return Says.SURELY if before in words_of("adjectives") else Says.WEAKLY
    if sort is Sort.EXAM:
        return Says.SURELY if before in ("passed", "the") and opened else Says.WEAKLY
    if opened is Open.BODIES and sort is not Sort.PLACE:
        following = word_at(sentence, mention.end)
        return Says.NOTHING if following.isalpha() and not belongs(following) else Says.SURELY
    return Says.WEAKLY if sort is Sort.BAR else Says.NOTHING


def _quote_first(sentence: Sentence, mention: Mention) -> int:
    """Where the quote begins: at what opened the list, unless that belongs to the name before."""
    opened_at = sentence.opened_at
    if opened_at is None:
        return mention.first
    between = sentence.tokens[opened_at : mention.first]
    return mention.first if any(token.word == ")" for token in between) else opened_at


def _goes_on(sentence: Sentence, end: int) -> bool:
    """Whether a foreign word takes the name's last as its own: "USPTO registration deadlines"."""
    last, following = word_at(sentence, end - 1), word_at(sentence, end)
    return last in words_of("weakOpens") and following.isalpha() and not belongs(following)


def _share_title(sentence: Sentence, title: Entry) -> None:
    """Two titles in one: "UK and European Patent Attorney"."""
    if not (title.joined and title.says):
        return
    other = sentence.run[-1] if sentence.run else None
    if other is not None and other.mention.name.sort is not Sort.PLACE:
        return
    at = title.mention.first - 2
    first, end = (other.mention.first, other.mention.end) if other else (at, at + 1)
    said = sentence.tokens[max(0, first) : max(0, end)]
    tail = sentence.tokens[title.mention.first : title.mention.end][-2:]
    label = known_label(Kind.BAR, " ".join(token.word for token in (*said, *tail)))
    if not said or label in (None, title.label, "Patent Attorney"):
        return
    if other is not None:
        other.label, other.says, other.shares = label, title.says, True
    else:
        mention = Mention(title.mention.name, first, end)
        sentence.entries.append(
            replace(
                title, label=label, mention=mention, quote_first=first, quote_end=end, shares=True
            )
        )


def close(sentence: Sentence, at: int) -> None:
    """End the list of admissions at a foreign word."""
    sentence.open, sentence.opened_at = Open.NO, None
    sentence.weak_open = sentence.by_licence = False
    sentence.run = []
    sentence.foreign.append(at)
