"""Which names in a sentence are said to be admissions.

A name alone says nothing: "Seminar, European Patent Office" is no admission. A sentence is read
word by word. "Admitted", "member" and the like open it for the names that follow, any word that
does not belong to such a list closes it, and what follows "formerly" or "not" does not count. When
unsure, nothing is found.
"""

from __future__ import annotations

from functools import cache

from jobmatch.bars.bar_names import Mention, Sort
from jobmatch.bars.entries import (
    NEAR,
    Entry,
    Open,
    Says,
    Sentence,
    belongs,
    close,
    is_voluntary,
    read_name,
    word_at,
)
from jobmatch.bars.tokens import words_data, words_of

_TO = frozenset(("-", "‑", "–", "—", "to", "bis"))  # noqa: RUF001
_NUMBER_WORDS = frozenset(("no", "nr", "number", "reg", "sbn", "id", "#", "registration"))
_YEARS = range(1940, 2101)
_TIGHT = frozenset(("-", "‑", "–", "state", "law", "s", "'", "’", "(", ")"))  # noqa: RUF001
"""What may stand between a name and the word that makes it an admission."""
_DIGITS_OF_USPTO = 5
"""Those of a registration number of the USPTO."""


def read(sentence: Sentence, mentions: dict[int, Mention]) -> None:
    """Read the sentence to its end, with its names by the token they begin at."""
    at = 0
    while at < len(sentence.tokens):
        mention = mentions.get(at)
        if mention is not None:
            read_name(sentence, mention)
            at = mention.end
            continue
        _read_word(sentence, at)
        at += 1


def _read_word(sentence: Sentence, at: int) -> None:
    word = sentence.tokens[at].word
    if word == ",":
        sentence.piece += 1
    elif word == "(" and word_at(sentence, at + 1) not in ("or", "oder"):
        sentence.paren = (len(sentence.entries), sentence.negated, False)
    elif word == ")":
        _close_parenthesis(sentence)
    elif word.isdecimal():
        _read_number(sentence, at)
    elif word[0].isalpha():
        _read_letters(sentence, at, word)


def _read_letters(sentence: Sentence, at: int, word: str) -> None:
    if _phrase(sentence, at, "withdraws"):
        _withdraw(sentence)
    elif _negates(sentence, at, word):
        _negate(sentence)
    elif word in words_of("statuses"):
        _end_status(sentence)
    elif word in words_of("instead"):
        sentence.negated = False
        close(sentence, at)
    elif word in words_of("events") and not (word == "bar" or sentence.open is Open.ALL):
        _meet_event(sentence, at)
    else:
        if word in words_of("events"):
            _meet_event(sentence, at)
        _follow(sentence, at, word)
        _open(sentence, at, word)
        if not belongs(word):
            close(sentence, at)


def _phrase(sentence: Sentence, at: int, name: str) -> bool:
    phrases = _phrases(name).get(sentence.tokens[at].word, ())
    if not phrases:
        return False
    words = [token.word for token in sentence.tokens[at : at + 8] if token.word[:1].isalnum()]
    return any(tuple(words[: len(phrase)]) == phrase for phrase in phrases)


@cache
def _phrases(name: str) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in words_data()[name]:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return found


def _negates(sentence: Sentence, at: int, word: str) -> bool:
    following = word_at(sentence, at + 1)
    if word == "not" and following == "only":
        return False
    if word == "no":
        return following.isalpha()
    return _phrase(sentence, at, "negations")


def _negate(sentence: Sentence) -> None:
    sentence.negated = True
    if sentence.paren:
        sentence.paren = (*sentence.paren[:2], True)


def _withdraw(sentence: Sentence) -> None:
    if not sentence.paren:
        sentence.ended_before = len(sentence.entries)
    _negate(sentence)


def _end_status(sentence: Sentence) -> None:
    """A status that ends what was said before it: "Ohio (inactive)"."""
    if sentence.paren:
        sentence.paren = (*sentence.paren[:2], True)
        return
    if sentence.entries and sentence.entries[-1].piece == sentence.piece:
        sentence.ended_pieces[sentence.piece] = len(sentence.entries)
    else:
        sentence.ended_before = len(sentence.entries)
    sentence.ended_piece = sentence.piece


def _close_parenthesis(sentence: Sentence) -> None:
    if sentence.paren is None:
        return
    count, negated_before, negated_in = sentence.paren
    if negated_in and len(sentence.entries) == count:
        for entry in sentence.entries[-1:]:
            entry.rejected = True
    sentence.negated = negated_before
    sentence.paren = None


def _meet_event(sentence: Sentence, at: int) -> None:
    """A seminar, a prize, a committee: what stands close before it and after it is its own."""
    for entry in reversed(sentence.entries):
        if at - entry.mention.end > NEAR or entry.piece != sentence.piece:
            break
        entry.rejected = True
    sentence.last_event = at
    close(sentence, at)


def _open(sentence: Sentence, at: int, word: str) -> None:
    opened = Open.NO
    if (
        word in words_of("weakOpens")
        and not sentence.is_legal
        and sentence.foreign[-1:] == [at - 1]
    ):
        return  # of another trade: "real estate license"
    if word in words_of("opens"):
        opened = Open.ALL
    elif word in ("bar", "bars"):
        before = sentence.open
        following = word_at(sentence, at + 1)
        opened = Open.ALL if before or following in ("of", "in", "status", ":", "(") else Open.NO
        if opened and not before:
            sentence.weak_open = True
            sentence.opened_at = at - (word_at(sentence, at - 1) == "state")
            sentence.open = opened
            return
    elif word in words_of("opensForBodies"):
        opened = Open.ALL if word_at(sentence, at - 1) in ("bar", "bars") else Open.BODIES
    if opened:
        if sentence.opened_at is None:
            sentence.opened_at = at
        sentence.open = max(sentence.open, opened)
        sentence.weak_open = False


def _follow(sentence: Sentence, at: int, word: str) -> None:
    """A word that makes the name before it an admission: "California Bar"."""
    if word not in words_of("follows") or not sentence.run:
        return
    last = sentence.run[-1]
    if at - last.quote_end > NEAR:
        return
    between = (token.word for token in sentence.tokens[last.quote_end : at])
    if any(word not in _TIGHT and not word.isdecimal() for word in between):
        return
    if word in ("bar", "bars") and is_voluntary(sentence, at, last.label):
        for entry in sentence.run:
            entry.rejected = True
        return
    for entry in _connected(sentence.run, every=word in ("bars", "admissions")):
        entry.quote_end = max(entry.quote_end, at + 1 if entry is last else 0)
        says = _said_after(sentence, entry, word)
        entry.says = max(entry.says, says)


def _said_after(sentence: Sentence, entry: Entry, word: str) -> Says:
    if word in ("bar", "bars"):
        return Says.SURELY if sentence.open else Says.WEAKLY
    sort = entry.mention.name.sort
    if sort is Sort.PLACE and word in words_of("weakOpens"):
        entry.weak_open = True
        return Says.SURELY if sentence.is_legal else Says.NOTHING
    if sort is Sort.PLACE and word in ("member", "membership", "practitioner", "reg"):
        return Says.SURELY if entry.says else Says.NOTHING
    return Says.SURELY


def _connected(run: list[Entry], *, every: bool) -> list[Entry]:
    if every:
        return run
    first = len(run) - 1
    while first > 0 and run[first].joined:
        first -= 1
    return run[first:]


def _read_number(sentence: Sentence, at: int) -> None:
    word = sentence.tokens[at].word
    before = next(
        (
            token.word
            for token in reversed(sentence.tokens[max(0, at - 3) : at])
            if token.word not in (".", ":", "-")
        ),
        "",
    )
    if len(word) == 4 and before not in _NUMBER_WORDS and int(word) in _YEARS:  # noqa: PLR2004
        ends = word_at(sentence, at - 1) in _TO and (at - 2) in dict(sentence.years[-1:])
        if ends and sentence.entries:
            sentence.entries[-1].rejected = True  # "2010-2015"
        sentence.years.append((at, int(word)))
    elif before in _NUMBER_WORDS and sentence.run and sentence.run[-1].label == "Patent Attorney":
        grouped = word_at(sentence, at + 1) == "," and word_at(sentence, at + 2).isdecimal()
        digits = len(word) + (len(word_at(sentence, at + 2)) if grouped else 0)
        if digits == _DIGITS_OF_USPTO:
            sentence.run[-1].label = "USPTO"
