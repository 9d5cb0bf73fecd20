"""Every way of writing that a position goes on, and dates as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [
    *("present", "current", "currently", "now", "to date", "till date", "to-date", "ongoing"),
    *("today", "until now", "to present", "up to the present", "current position", "still there"),
    *(
        "heute",
        "bis heute",
        "aktuell",
        "laufend",
        "gegenwärtig",
        "gegenwaertig",
        "jetzt",
        "derzeit",
    ),
    *("à ce jour", "aujourd'hui", "aujourd\u2019hui", "en cours", "présent", "actuellement"),
    *("hasta la fecha", "actualidad", "presente", "hasta hoy", "até o momento", "atual", "hoje"),
    *("oggi", "attuale", "in corso", "heden", "nu", "huidig", "nuvarande", "pågående", "nå"),
    *("obecnie", "do teraz", "současnost", "dosud", "súčasnosť", "jelenleg", "prezent", "danas"),
    *("halen", "günümüz", "σήμερα", "по настоящее время", "сейчас", "теперішній час", "היום"),
    *(
        "حتى الآن",
        "現在",
        "現職",
        "至今",
        "现在",
        "현재",
        "재직중",
        "sekarang",
        "hiện tại",
        "ปัจจุบัน",
    ),
]
BLANK = ["", " ", "-", "\u2013", "\u2014", "\u2026", "...", "\u200b"]
_AROUND = [
    "{}",
    "{}",
    "({})",
    "[{}]",
    " {} ",
    "{}.",
    "- {}",
    "\u2013 {}",
    '"{}"',
    "{} ",
    "{}\u200b",
]
_DATED = [
    *("2019 - {}", "03/2019 \u2013 {}", "2019-03 to {}", "{} (since 2019)", "March 2019 - {}"),
    *("{} \u00b7 3 yrs 2 mos", "{}, since 2015", "2019\u2014{}"),
]
_CASES: list[Callable[[str], str]] = [str, str.upper, str.capitalize, str.title]
# Not understood: for suppression they are as open as the others, for experience they are nothing.
UNREADABLE = [
    *("spring", "2019-13", "2019-02-30", "unknown", "?", "n/a", "a while ago", "2019 or so", "19"),
    *("2015 - 2019", "until 2019", "0000", "left", "soon", "not present", "00/2019", "Mrach 2019"),
]


@st.composite
def open_ends(draw: st.DrawFn) -> str | None:
    """An end date of a position that goes on, in words or missing."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.none() | st.sampled_from(BLANK))
    word = draw(st.sampled_from(WORDS))
    cased = draw(st.sampled_from(_CASES))(word)
    return draw(st.sampled_from([*_AROUND, *_DATED] if word != "nå" else ["{}", " {}"])).format(
        cased
    )


def still_there() -> st.SearchStrategy[str | None]:
    """An end date that says, or may say, that somebody is still with an employer."""
    return open_ends() | st.sampled_from(UNREADABLE)
