"""Which names in a sentence are said to be admissions.

A name alone says nothing: "Seminar, European Patent Office" is no admission. A sentence is read
word by word. "Admitted", "member" and the like open it for the names that follow, any word that
does not belong to such a list closes it, and what follows "formerly" or "not" does not count. When
unsure, nothing is found.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jobmatch.bars.bar_numbers import NUMBER_WORDS, read_number
from jobmatch.bars.entries import NEAR, Open, Sentence, belongs, close, read_name, word_at
from jobmatch.bars.following import follow
from jobmatch.bars.tokens import words_data, words_of

if TYPE_CHECKING:
    from jobmatch.bars.bar_names import Mention

_AFTER_RIGHTS = NUMBER_WORDS | {"at", "with", "before", "in", "on", "by", "and", "or", "beim"}
_OPENING_PAIRS = frozenset(
    {
        ("of", "audience"),
        ("practising", "certificate"),
        ("practicing", "certificate"),
        ("attorney", "registration"),
        ("attorney", "reg"),
    }
)
_BARS = ("bar", "bars", "sbn")
_AS = frozenset(("as", "als", "comme"))


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
        read_number(sentence, at)
    elif word[0].isalpha():
        _read_letters(sentence, at, word)


def _read_letters(sentence: Sentence, at: int, word: str) -> None:
    if _phrase(sentence, at, "withdraws"):
        _withdraw(sentence)
    elif _is_right(sentence, at, word):
        _meet_event(sentence, at)
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
        follow(sentence, at, word)
        _open(sentence, at, word)
        if not _belongs(sentence, at, word):
            close(sentence, at)


def _belongs(sentence: Sentence, at: int, word: str) -> bool:
    before = word_at(sentence, at - 1)
    if belongs(word) or sentence.tokens[at].is_code:
        return not _sells(sentence, at)
    pair = (before, word)
    return before == "represent" or pair in _OPENING_PAIRS or pair == ("eqe", "passed")


def _sells(sentence: Sentence, at: int) -> bool:
    """Whether this is a representative of another trade: "medical sales representative"."""
    return (
        sentence.tokens[at].word in ("representative", "representatives")
        and sentence.foreign[-1:] == [at - 1]
        and word_at(sentence, at - 1) != "professional"
    )


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


def _is_right(sentence: Sentence, at: int, word: str) -> bool:
    """Whether a right, and no person, is registered: "registered trademark", "as a design"."""
    following = word_at(sentence, at + 1)
    if word not in words_of("rights") or (following.isalpha() and following not in _AFTER_RIGHTS):
        return False
    before = [token.word for token in sentence.tokens[max(0, at - 3) : at]]
    return word_at(sentence, at - 1) in words_of("ofRights") or not _AS.isdisjoint(before)


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
    if _is_of_others(sentence, at, word):
        return
    opened = _opens(sentence, at, word)
    if not opened:
        return
    of_bar = word in _BARS and not sentence.open
    if of_bar:
        sentence.opened_at = at - (word_at(sentence, at - 1) == "state")
    elif sentence.opened_at is None:
        sentence.opened_at = at
    if opened is Open.ALL and word not in _BARS:
        sentence.by_licence = word in words_of("weakOpens")
    sentence.open = max(sentence.open, opened)
    sentence.weak_open = of_bar


def _is_of_others(sentence: Sentence, at: int, word: str) -> bool:
    """Whether the word is said of another trade, or of things: "real estate license"."""
    before, following = word_at(sentence, at - 1), word_at(sentence, at + 1)
    if word == "called":
        return following in ("on", "upon", "for")
    if word in ("license", "licence", "registration") and before in words_of("rights"):
        return True
    is_foreign = sentence.foreign[-1:] == [at - 1]
    return word in words_of("weakOpens") and not sentence.is_legal and is_foreign


def _opens(sentence: Sentence, at: int, word: str) -> Open:
    before, following = word_at(sentence, at - 1), word_at(sentence, at + 1)
    if word in words_of("opens") or (before, word) in _OPENING_PAIRS:
        return Open.ALL
    if word in _BARS:
        numbered = word == "sbn" or following in NUMBER_WORDS
        after = numbered or following in ("of", "in", "status", ":", "(")
        return Open.ALL if sentence.open or after else Open.NO
    if word in words_of("opensForBodies"):
        return Open.ALL if before in _BARS else Open.BODIES
    return Open.NO
