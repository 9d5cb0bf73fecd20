"""How a value falls into words and parts.

A value is a row of parts with separators between them: "Licensing/Technology Transfer" has two.
Words come out in plain letters: case-folded, without accents, dots and apostrophes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.text import canonical_text
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

# Letters that Unicode does not take apart into a plain letter and an accent.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",  # noqa: RUF001 - the Turkish letter is meant
        "þ": "th",
        "§": " section ",
    }
    | dict.fromkeys("’‘ʼʻʹ′`´＇", "'")  # noqa: RUF001 - these are the look-alikes to be replaced
    | dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")  # noqa: RUF001
)
_ACCENTS = re.compile("[\u0300-\u036f]")
# "(m/w/d)" in German advertisements says that all genders are meant, and so does ":in".
_GENDERS = re.compile(r"\([mwfdvxi](?: ?[/|,*] ?[mwfdvxi]){1,4}\)|\(all genders\)|\(gn\)")
_GENDERED = re.compile(r"(?<=[a-z])[:*_/]-?in(?:nen)?(?![\w-])")
_ELISION = re.compile(r"\b[dl]'(?=\w)")
# "3+ years of" says how long, not what; "7 years' experience" too.
_NUMBER = "(?:\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
_YEARS = re.compile(
    rf"\b{_NUMBER}(?: ?(?:\+|-|plus|to|bis) ?(?:{_NUMBER})?)? ?(?:years?|yrs?|jahren?|ans)\b'?"
)
_POSSESSIVE = re.compile(r"'s\b")
_LETTER_PAIR = re.compile(r"\b([a-z]) ?& ?([a-z])\b")
_DOT_IN_WORD = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")
_GROUPED_DIGITS = re.compile(r"(?<=\d)[.,](?=\d)")
_DIGIT_HYPHEN = re.compile(r"(?<=\d)-(?=[a-z]\b)")
# Prefixes that are no words of their own: "semi-conductor" is one word, "post-grant" is two.
_PREFIX_HYPHEN = re.compile(
    r"\b(aero|ad|ag|agri|agro|anti|bio|clean|co|cyber|e|electro|fin|geo|immuno|med|micro|multi|nano"
    r"|neuro|non|opto|out|photo|poly|pre|re|semi|sub|tele|thermo|ultra)-(?=[a-z])"
)
_SYMBOLS = {"c++": "cpp", "c#": "csharp", ".net": "dotnet"}
_TOKEN = re.compile(r"[^\W_]+|[,;/+&()|:\[\]、・•·]")
_AND = frozenset({"and", "or", "und", "et", "oder", "ou"})
_STRICT = frozenset(";/+&|、・•·") | _AND
_SMALL = frozenset({"and", "of", "the", "for", "to", "in", "on", "und", "et", "de", "der", "des"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """A value taken apart.

    `parts` are the words between separators. `strict[i]` says that the separator after part i
    puts two things side by side ("and", "/"), where a soft one may only add something to the
    words before it ("Washington, D.C.", "Patentanwalt (Germany)").
    """

    parts: tuple[tuple[str, ...], ...]
    strict: tuple[bool, ...]

    def words(self, first: int = 0, end: int | None = None) -> tuple[str, ...]:
        """All words of the parts from `first` to before `end`."""
        return tuple(word for part in self.parts[first:end] for word in part)

    def coordinates(self, first: int = 0, end: int | None = None) -> bool:
        """Whether a strict separator stands between the parts from `first` to before `end`."""
        last = len(self.parts) if end is None else end
        return any(self.strict[first : last - 1])


def plain_letters(value: str) -> str:
    """The canonical text in plain letters, with all that is typography made alike."""
    text = canonical_text(value)
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text.translate(_LETTERS)))
        text = unicodedata.normalize("NFC", text)
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    text = _YEARS.sub(" ", _GENDERED.sub("", _GENDERS.sub("", text)))
    text = _POSSESSIVE.sub("", _ELISION.sub("", text)).replace("'", "")
    text = _LETTER_PAIR.sub(r"\1\2", text)
    text = _GROUPED_DIGITS.sub("", _DOT_IN_WORD.sub("", text))
    return _PREFIX_HYPHEN.sub(r"\1", _DIGIT_HYPHEN.sub("", text))


@lru_cache(maxsize=4096)
def scan(kind: Kind, value: str) -> Scanned:
    """The value's parts and the separators between them; no parts where it has no letter."""
    tokens = _without_explained_acronyms(_TOKEN.findall(plain_letters(value)))
    parts: list[tuple[str, ...]] = []
    strict: list[bool] = []
    words: list[str] = []
    comma, oregon = ",", "or"
    for at, token in enumerate(tokens):
        if token in _AND and not _joins(tokens, at):
            # It joins nothing: in a list of bars "OR" is Oregon, elsewhere it says nothing.
            words += ["oregon"] if token == oregon and kind is Kind.BAR else []
            continue
        if token[0].isalnum() and token not in _AND:
            words.append(token)
            continue
        if words:
            parts.append(tuple(words))
            strict.append(False)
            words = []
        if strict and (token in _STRICT or (token == comma and kind is not Kind.BAR)):
            strict[-1] = True
    if words:
        parts.append(tuple(words))
        strict.append(False)
    return Scanned(tuple(parts), tuple(strict))


def _joins(tokens: Sequence[str], at: int) -> bool:
    """Whether the token is an "and" or "or" between two things; "OR" alone is Oregon."""
    return tokens[at] in _AND and at > 0 and at + 1 < len(tokens) and tokens[at + 1][0].isalnum()


def _without_explained_acronyms(tokens: list[str]) -> list[str]:
    """The tokens without an acronym that stands beside its own words, as in "X Y Z (XYZ)".

    The words say which of its meanings it has: "IPR (intellectual property rights)" is no inter
    partes review.
    """
    if "(" not in tokens:
        return tokens
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        inside = tokens[at + 1 : end]
        if end and len(inside) == 1 and _is_acronym(inside[0], _words_at_end(kept)):
            at = end + 1
        elif end and len(inside) > 1 and kept and _is_acronym(kept[-1], inside, whole=True):
            kept[-1:] = inside
            at = end + 1
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def _closing(tokens: Sequence[str], at: int) -> int:
    """Where the words in parentheses that open here end; 0 where there are none."""
    if tokens[at] != "(":
        return 0
    for end in range(at + 1, min(len(tokens), at + 10)):
        if tokens[end] == ")":
            return end
        if not tokens[end][0].isalnum():
            return 0
    return 0


def _words_at_end(tokens: Sequence[str]) -> list[str]:
    words: list[str] = []
    for token in reversed(tokens[-10:]):
        if not token[0].isalnum():
            break
        words.insert(0, token)
    return words


def _is_acronym(token: str, words: Sequence[str], *, whole: bool = False) -> bool:
    """Whether the token is the first letters of the words, or of the last ones of them."""
    for letters in {token, token.removesuffix("s")}:
        if len(letters) < 2:  # noqa: PLR2004 - one letter is no acronym
            continue
        for chosen in (list(words), [word for word in words if word not in _SMALL]):
            initials = "".join(word[0] for word in chosen)
            if initials == letters or (not whole and initials.endswith(letters)):
                return True
    return False
