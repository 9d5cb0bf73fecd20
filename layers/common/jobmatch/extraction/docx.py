"""The text of a Word document (ECMA-376) that a reader can see, read from its XML.

Deleted revisions, comments and field codes are not text; hidden text is in `word_styles`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import chain, zip_longest
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from jobmatch.extraction.refusals import refused
from jobmatch.extraction.unzip import files_of
from jobmatch.extraction.word_styles import Look, Styles, W, value_of
from jobmatch.page_layout.columns import NARROW
from jobmatch.page_layout.lines import CELL_GAP
from jobmatch.page_layout.margins import without_page_number
from jobmatch.page_layout.pieces import BULLET

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OLD = b"\xd0\xcf\x11\xe0"
"""How files begin in which Word keeps encrypted documents, and those of its time before 2007."""
_UNREAD = {
    *(W + name for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "sectPr")),
    *(W + name for name in ("tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "rt")),
    _MC + "Fallback",
}
_SIGNS = {"tab": CELL_GAP, "ptab": CELL_GAP, "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PLAIN = {0xAD: None, 0xA0: " "}
_FEWEST_COLUMNS = 2
_BOXES = (W + "txbxContent",)


class _WithoutDoctype(TreeBuilder):
    def doctype(self, *_: Any) -> None:
        raise ParseError("no part of a document declares a type")


def lines_of(body: bytes) -> list[str]:
    """The lines of a document: its header once, its paragraphs and tables, its footer once.

    Raises:
        InvalidInputError: it is encrypted, broken, or too large.
    """
    if body.startswith(_OLD):
        raise refused("is encrypted, or from Word before 2007; send it as DOCX without a password")
    parts = files_of(body, wanted=lambda name: name.endswith((".xml", ".rels")))
    try:
        return _Document(parts).lines()
    except (LookupError, ParseError, RecursionError, ValueError) as error:
        raise refused("is broken and can't be read as DOCX") from error


def _parsed(part: bytes) -> Element:
    parser = XMLParser(target=_WithoutDoctype())  # noqa: S314 - bounded, without a document type
    parser.feed(part)
    root: Element = parser.close()
    return root


class _Document:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._name = self._main()
        self._styles = Styles(self._optional("styles.xml"))

    def lines(self) -> list[str]:
        root = _parsed(self._parts[self._name])
        body = root.find(W + "body")
        if body is None:
            raise ValueError("without a body")
        look = Look.of_background(root.find(W + "background"))
        header, footer = (self._around(body, kind, look) for kind in ("header", "footer"))
        return [*header, *self._blocks(body, look), *footer]

    def _main(self) -> str:
        for kind, target, _ in _relations(self._parts.get("_rels/.rels")):
            if kind == "officeDocument":
                return posixpath.normpath(target.lstrip("/"))
        return "word/document.xml"

    def _optional(self, name: str) -> Element | None:
        part = self._parts.get(posixpath.join(posixpath.dirname(self._name), name))
        return _parsed(part) if part else None

    def _around(self, body: Element, kind: str, look: Look) -> list[str]:
        """The lines of the headers or footers that are printed somewhere, each one once."""
        folder, name = posixpath.split(self._name)
        relations = self._parts.get(f"{folder}/_rels/{name}.rels")
        targets = {number: target for _, target, number in _relations(relations)}
        settings = self._optional("settings.xml")
        is_even = settings is not None and settings.find(W + "evenAndOddHeaders") is not None
        found: dict[str, list[str]] = {}
        for section in body.iter(W + "sectPr"):
            is_first = section.find(W + "titlePg") is not None
            printed = {"default": True, "first": is_first, "even": is_even}
            for reference in section.findall(f"{W}{kind}Reference"):
                target = targets.get(reference.get(_R + "id", ""), "")
                part = self._parts.get(posixpath.normpath(posixpath.join(folder, target)))
                if part and target not in found and printed.get(reference.get(W + "type", "")):
                    found[target] = self._blocks(_parsed(part), look)
        lines = chain.from_iterable(found.values())
        return list(dict.fromkeys(map(without_page_number, lines)))

    def _blocks(self, parent: Element, look: Look) -> list[str]:
        lines: list[str] = []
        for child in parent:
            if child.tag == W + "p":
                lines += self._paragraph(child, look)
            elif child.tag == W + "tbl":
                lines += self._table(child, look)
            elif child.tag not in _UNREAD:
                lines += self._blocks(child, look)
        return lines

    def _paragraph(self, paragraph: Element, look: Look) -> list[str]:
        properties = paragraph.find(W + "pPr")
        look = self._styles.of_paragraph(look, properties)
        boxes: list[tuple[Element, Look]] = []
        text = "".join(self._inline(paragraph, look, boxes))
        lines = [line.strip() for line in text.split("\n")]
        if lines[0] and self._styles.is_numbered(properties):
            lines[0] = f"{BULLET} {lines[0]}"
        # A box begins no lower than the paragraph that holds it.
        return [*chain.from_iterable(self._blocks(*box) for box in boxes), *lines]

    def _inline(
        self, parent: Element, look: Look, boxes: list[tuple[Element, Look]]
    ) -> Iterator[str]:
        for child in parent:
            name = child.tag.removeprefix(W)
            if child.tag in _UNREAD:
                continue
            if child.tag in _BOXES:
                boxes.append((child, look))
            elif name == "r":
                yield from self._inline(child, self._styles.of_run(look, child), boxes)
            elif name == "t":
                yield (child.text or "").translate(_PLAIN) if look.is_visible else ""
            elif name in _SIGNS and child.tag.startswith(W):
                yield _SIGNS[name]
            else:
                yield from self._inline(child, look.on_shape(child), boxes)

    def _table(self, table: Element, look: Look) -> list[str]:
        lines: list[str] = []
        for row in _within(table, W + "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "hidden") is not None:
                continue
            cells = [(self._cell(cell, look), _width(cell)) for cell in _within(row, W + "tc")]
            lines += _row([cell for cell in cells if cell[0]])
        return [*lines, ""] if len(lines) > 1 else lines

    def _cell(self, cell: Element, look: Look) -> list[str]:
        properties = cell.find(W + "tcPr")
        if properties is not None:
            merge = properties.find(W + "vMerge")
            if merge is not None and value_of(merge) != "restart":
                return []
            look = look.shaded(properties.find(W + "shd"))
        lines = self._blocks(cell, look)
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        return lines


def _row(cells: list[tuple[list[str], float]]) -> list[str]:
    """A row whose cells hold a line each, but perhaps one, is read across; others cell by cell."""
    texts = [lines for lines, _ in cells]
    if sum(len(lines) > 1 for lines in texts) < _FEWEST_COLUMNS:
        return [CELL_GAP.join(filter(None, line)) for line in zip_longest(*texts)]
    if len(cells) == _FEWEST_COLUMNS and cells[1][1] < NARROW * cells[0][1]:
        texts.reverse()
    return [*chain.from_iterable(("", *lines) for lines in texts)][1:]


def _width(cell: Element) -> float:
    width = cell.find(f"{W}tcPr/{W}tcW")
    said = width.get(W + "w", "") if width is not None else ""
    return float(said) if said.isdecimal() else 0


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also inside content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNREAD and child.tag not in {W + "tbl", W + "p"}:
            yield from _within(child, tag)


def _relations(part: bytes | None) -> Iterator[tuple[str, str, str]]:
    """Kind, target and number of each relation that a part lists."""
    for relation in _parsed(part) if part else ():
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") != "External":
            yield kind, relation.get("Target", ""), relation.get("Id", "")
