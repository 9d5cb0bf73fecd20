"""HTML as the text that a browser would show: blocks apart, no code, nothing that is hidden.

Style sheets are not read: only what an element itself says hides it.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from jobmatch.documents.hidden_html import is_hidden


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html"
    " legend li main menu nav ol optgroup option p pre section summary table tbody tfoot thead tr"
    " ul"
)
_CELLS = _names("td th")
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_CODE = _names("script style template title")
"""Elements that show nothing, with all up to their end."""
_RAW = re.compile(r"</(script|style|title)(?=[\s/>])", re.IGNORECASE)
"""Their content holds no tags but their own end."""
_CLOSED = _names("iframe noembed noframes noscript object template textarea")
"""Elements that no end of one around them ends."""
_UNSHOWN = _CLOSED | _names("audio canvas datalist video")
"""What they hold is shown only where something does not work, or is a form's."""
_INLINE = _names(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font head i ins kbd label mark"
    " meter nobr o:p output q rp rt ruby s samp select small span strike strong sub sup svg time"
    " tt u var"
)
_KNOWN = "|".join(sorted(_BLOCKS | _CELLS | _VOID | _CODE | _UNSHOWN | _INLINE))
_TAG = re.compile(rf"<!--|<!doctype\b|</?(?:{_KNOWN})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS | _CELLS))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_OPENING = re.compile(r"<(?=[a-z!?/])", re.IGNORECASE)
_QUOTE_OR_END = re.compile("[\"'>]")
_SPACE = re.compile(r"\s+")
_ENDS = {
    "li": ("li", ("ul", "ol", "menu")),
    "dt": ("dt dd", ("dl",)),
    "dd": ("dt dd", ("dl",)),
    "td": ("td th", ("tr", "table")),
    "th": ("td th", ("tr", "table")),
    "tr": ("tr", ("table",)),
    "tbody": ("thead tbody tfoot", ("table",)),
    "tfoot": ("thead tbody tfoot", ("table",)),
    "option": ("option", ("select", "datalist")),
}
"""By the name of an element: open ones that its start ends, and those within which they are."""
_FARTHEST = 50
"""How many open elements are looked through for one that a start ends."""
_KEEPS_SPACE = re.compile(
    r"white-space\s*:\s*(?:pre|pre-wrap|break-spaces)\s*(?:;|$)", re.IGNORECASE
)


class HtmlText(NamedTuple):
    """The text, and whether some was left out that a reader of the page does not see."""

    text: str
    has_hidden: bool


def plain(html: str) -> str:
    """The text of an HTML document or fragment; a text without HTML's tags keeps its lines."""
    return text_of(html).text


def text_of(html: str) -> HtmlText:
    """The text of HTML in time that grows with its length, whatever it holds."""
    if not _TAG.search(html):
        return HtmlText(unescape(html), has_hidden=False)
    reader = _Reader(keeps_lines=not _BLOCK.search(html))
    reader.read(html)
    return HtmlText("\n".join(reader.lines).strip("\n "), reader.has_hidden)


class _Open(NamedTuple):
    name: str
    hidden: bool
    exact: bool


class _Reader(HTMLParser):
    """Reads tag by tag.

    The standard library's parser is given whole tags alone: some of its releases take quadratic
    time for those that never end.
    """

    def __init__(self, *, keeps_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.has_hidden = False
        self._keeps_lines = keeps_lines
        self._line: list[str] = []
        self._exact = False
        self._open: list[_Open] = []
        self._count = Counter[str]()

    def read(self, html: str) -> None:
        """Read all of it."""
        at, quoted = 0, True
        while found := _OPENING.search(html, at):
            start = found.start()
            if html.startswith("<!--", start):
                end = html.find("-->", start + 2) + 3
                self._text(html[at:start])
                at = end if end > 2 else len(html)  # noqa: PLR2004 - it was found
                continue
            end, quoted = _end_of_tag(html, start, quoted=quoted)
            if not end:
                break
            self._text(html[at:start])
            at = self._tag(html, start, end)
        self._text(html[at:])
        self._break()

    def _tag(self, html: str, start: int, end: int) -> int:
        """Read a tag, and a script or the like as a whole; gives where it ends."""
        before = len(self._open)
        self.reset()
        self.feed(html[start:end])
        if len(self._open) > before and self._open[-1].name in ("script", "style", "title"):
            name = self._open[-1].name
            closing = next((m for m in _RAW.finditer(html, end) if m[1].lower() == name), None)
            return closing.start() if closing else len(html)
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_implied(tag)
        if tag in _CELLS:
            self._text(" ")
        elif tag in _BLOCKS:
            self._break(counts=tag == "br" and bool(self._open) and self._open[-1].exact)
        if tag in _VOID:
            return
        above = self._open[-1] if self._open else _Open("", hidden=False, exact=False)
        said = {name: value or "" for name, value in reversed(attrs)}
        self._open.append(
            _Open(
                tag,
                above.hidden or tag in _CODE or tag in _UNSHOWN or is_hidden(tag, said),
                above.exact or tag == "pre" or bool(_KEEPS_SPACE.search(said.get("style", ""))),
            )
        )
        self._count[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # In HTML the slash means nothing.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
        if self._count[tag] and (tag in _CLOSED or self._is_within_closed(tag)):
            while self._close() != tag:
                pass

    def _is_within_closed(self, tag: str) -> bool:
        """Whether the nearest open element of that name is within all closed ones."""
        if not any(self._count[name] for name in _CLOSED):
            return True
        near = (each.name for each in reversed(self._open[-_FARTHEST:]))
        return next((name for name in near if name == tag or name in _CLOSED), None) == tag

    def _end_implied(self, tag: str) -> None:
        ended, within = _ENDS.get(tag, ("", ()))
        if tag in _BLOCKS and tag != "br":
            ended += " p"
        names = ended.split()
        if not any(self._count[name] for name in names):
            return
        for place in range(len(self._open) - 1, max(len(self._open) - _FARTHEST, 0) - 1, -1):
            name = self._open[place].name
            if name in within or name in _CLOSED or name in _CELLS - {*names}:
                return
            if name in names:
                self._break()
                while len(self._open) > place:
                    self._close()
                if name == "p" and tag in _ENDS:
                    continue
                return

    def _close(self) -> str:
        name = self._open.pop().name
        self._count[name] -= 1
        return name

    def _text(self, data: str) -> None:
        around = self._open[-1] if self._open else None
        if around and around.hidden:
            code = any(self._count[name] for name in _CODE)
            self.has_hidden |= not code and not data.isspace() and data != ""
            return
        text = unescape(data)
        exact = bool(around and around.exact)
        if exact or self._keeps_lines:
            first, *others = text.split("\n")
            self._add(first, exact=exact)
            for line in others:
                self._break(counts=True)
                self._add(line, exact=exact)
        else:
            self._add(text, exact=False)

    def _add(self, text: str, *, exact: bool) -> None:
        if not exact:
            text = _SPACE.sub(" ", text)
            if not self._line or self._line[-1].endswith(" "):
                text = text.lstrip(" ")
        if text:
            self._line.append(text)
            self._exact |= exact

    def _break(self, *, counts: bool = False) -> None:
        """End the line; a blank one stays only where it `counts`."""
        line = "".join(self._line)
        line = line if self._exact else line.rstrip(" ")
        if line or counts:
            self.lines.append(line)
        self._line, self._exact = [], False


def _end_of_tag(html: str, start: int, *, quoted: bool) -> tuple[int, bool]:
    """Where a tag ends, 0 for nowhere, and whether quotes still hide what would end a tag.

    Once a tag with quotes has no end, quotes hide nothing any more, so that nothing is read twice.
    """
    at = start + 1
    while quoted and (found := _QUOTE_OR_END.search(html, at)):
        if found[0] == ">":
            return found.end(), True
        at = html.find(found[0], found.end()) + 1
        if not at:
            break
    return html.find(">", start) + 1, False
