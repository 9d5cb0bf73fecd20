"""Text in canonical form, and the folding of letters that are typed in more than one way."""

from __future__ import annotations

import re
import unicodedata

# Variation selectors, those of Mongolian too, and Hangul fillers: they show nothing, but have
# categories of visible characters. NFKC has made the other fillers U+1160 by then.
_INVISIBLE = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f\u115f\u1160]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_UMLAUT_E = re.compile("(?<=[aou])e+")
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\u0131": "i",  # the i without dot
        "ŋ": "n",
        "ŧ": "t",
        "ƒ": "f",
        "ĸ": "k",
    }
)
"""Lower-case letters of one piece that stand for others; Unicode does not decompose these."""


def without_invisible(text: str) -> str:
    """The text without characters that show nothing.

    These are the ones of category Cf, variation selectors and Hangul fillers (after NFKC).
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text)
    if text.isprintable():  # no character of category Cf is
        return text
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def canonical_text(value: str) -> str:
    """The text in canonical form.

    Unicode NFKC, invisible characters dropped, white space folded, trimmed, case-folded.
    """
    if value.isascii():
        return " ".join(value.split()).casefold()
    shown = without_invisible(unicodedata.normalize("NFKC", value))
    folded = " ".join(shown.split()).casefold()
    # Folding can undo the composition ("ΐ" becomes three characters), so that the form of a form
    # would differ from it without a second pass.
    return unicodedata.normalize("NFKC", folded)


def without_accents(text: str) -> str:
    """A text in canonical form with its accented letters as plain ones.

    Marks of other scripts than Latin, Greek and Cyrillic stay: there they make other letters.
    """
    if text.isascii():
        return text
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text.translate(_LETTERS)))
    return unicodedata.normalize("NFC", plain)


def without_umlauts(text: str) -> str:
    """A text without accents, and without the e that stands for one: "Müller" is "Mueller".

    Every "ae", "oe" and "ue" loses its e, whatever it stands for: nobody can know.
    """
    return _UMLAUT_E.sub("", text)
