"""The words after a name that make it an admission: "California Bar", "Texas, admitted 2010"."""

from __future__ import annotations

from jobmatch.bars.bar_names import Sort
from jobmatch.bars.bar_numbers import NUMBER_WORDS
from jobmatch.bars.entries import NEAR, Entry, Says, Sentence, is_voluntary, word_at
from jobmatch.bars.tokens import words_of

_NUMBERED = 4
"""Words more that a number between the name and the word takes."""
_TIGHT = frozenset(("-", "‑", "–", "state", "law", "s", "'", "’", "(", ")"))  # noqa: RUF001
"""What may stand between a name and the word that makes it an admission."""


def follow(sentence: Sentence, at: int, word: str) -> None:
    """A word that makes the name before it an admission: "California Bar"."""
    if word not in words_of("follows") or not sentence.run:
        return
    last = sentence.run[-1]
    if not _is_close(sentence, last, at):
        return
    if word in ("bar", "bars") and is_voluntary(sentence, at, last.label):
        for entry in sentence.run:
            entry.rejected = True
        return
    for entry in _connected(sentence.run, every=word in ("bars", "admissions")):
        entry.quote_end = max(entry.quote_end, at + 1 if entry is last else 0)
        says = _said_after(sentence, entry, word)
        entry.says = max(entry.says, says)


def _is_dated(sentence: Sentence, at: int) -> bool:
    """Whether nothing but a date follows: "Texas, admitted in May 2010"."""
    following = next(
        (
            token.word
            for token in sentence.tokens[at + 1 :]
            if token.word not in words_of("dates") | words_of("toPractise")
        ),
        "",
    )
    return not following.isalpha() and word_at(sentence, at + 1) not in (":", "-")


def _said_after(sentence: Sentence, entry: Entry, word: str) -> Says:
    if word in ("bar", "bars"):
        return Says.SURELY if sentence.open else Says.WEAKLY
    sort = entry.mention.name.sort
    if sort is Sort.PLACE and word in words_of("weakOpens"):
        entry.weak_open = True
        return Says.SURELY if sentence.is_legal else Says.NOTHING
    if sort is Sort.PLACE and word in words_of("ofBodies"):
        is_title = any(each.mention.name.sort is Sort.ALONE for each in sentence.run)
        return Says.SURELY if entry.says or is_title else Says.NOTHING
    return Says.SURELY


def _connected(run: list[Entry], *, every: bool) -> list[Entry]:
    if every:
        return run
    first = len(run) - 1
    while first > 0 and run[first].joined:
        first -= 1
    return run[first:]


def _is_close(sentence: Sentence, last: Entry, at: int) -> bool:
    """Whether what stands between the name and the word lets the word speak of the name."""
    word = sentence.tokens[at].word
    tokens = sentence.tokens[last.quote_end : at]
    numbered = any(token.word.isdecimal() for token in tokens)
    if len(tokens) > (NEAR + _NUMBERED if numbered else NEAR):
        return False
    between = [token.word for token in tokens]
    said = {token.word for token in tokens if not (token.is_code or token.word.isdecimal())}
    if between[-1:] == [","] and said <= {",", ".", *NUMBER_WORDS}:
        return word not in ("bar", "bars") and _is_dated(sentence, at)
    if between == ["attorney"]:
        return word in ("registration", "reg", "license", "licence")
    if word in ("zugelassen", "eingetragen"):
        return words_of("germanRoles") | _TIGHT >= {*between}
    return all(each in _TIGHT or each.isdecimal() for each in between)
