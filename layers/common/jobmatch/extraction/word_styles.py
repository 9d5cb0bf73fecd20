"""How a run of a Word document looks, as far as that decides whether a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import hexdigits
from xml.etree.ElementTree import Element

from jobmatch.extraction.colours import BLACK, WHITE, Colour, differ

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_NUMBERING = f"{W}pPr/{W}numPr"
_SMALLEST_HALF_POINTS = 6
_DEEPEST = 20
_LIGHT = {"background1", "light1", "background2", "light2", "bg1", "lt1", "bg2", "lt2"}
"""The colours of a theme that are hardly ever anything but white."""
_GREY: Colour = (0.5, 0.5, 0.5)
_OFF = {"0", "false", "off"}
_MARKERS: dict[str, Colour] = {
    "black": BLACK,
    "white": WHITE,
    "yellow": (1, 1, 0),
    "lightGray": (0.75, 0.75, 0.75),
}


def value_of(element: Element | None) -> str | None:
    """The attribute `w:val`, or `None` without the element or the attribute."""
    return None if element is None else element.get(W + "val")


def _is_on(element: Element) -> bool:
    return (value_of(element) or "1") not in _OFF


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, size in half-points, what is behind, and whether it is marked as hidden."""

    colour: Colour = BLACK
    behind: Colour = WHITE
    size: float = 22
    vanishes: bool = False

    @classmethod
    def of_background(cls, background: Element | None) -> Look:
        """The look of plain text on a document's background."""
        behind = None if background is None else _hex(background.get(W + "color"))
        return cls(behind=behind or WHITE)

    @property
    def is_visible(self) -> bool:
        """Whether a reader sees it."""
        is_large = self.size >= _SMALLEST_HALF_POINTS
        return not self.vanishes and is_large and differ(self.colour, self.behind)

    def with_run(self, properties: Element | None) -> Look:
        """This look with the properties of a run or of a style."""
        look = self
        for each in properties if properties is not None else ():
            match each.tag.removeprefix(W):
                case "vanish" | "specVanish":
                    look = replace(look, vanishes=_is_on(each))
                case "color":
                    look = replace(look, colour=_colour(each, BLACK))
                case "sz":
                    look = replace(look, size=_number(value_of(each), look.size))
                case "highlight":
                    look = replace(look, behind=_MARKERS.get(value_of(each) or "", _GREY))
                case "shd":
                    look = look.shaded(each)
        return look

    def shaded(self, shading: Element | None) -> Look:
        """This look on the shading of a run, a paragraph or a cell."""
        fill = None if shading is None else shading.get(W + "fill")
        if shading is None or (fill in {None, "auto"} and not shading.get(W + "themeFill")):
            return self
        light = shading.get(W + "themeFill") in _LIGHT
        return replace(self, behind=_hex(fill) or (WHITE if light else _GREY))

    def on_shape(self, element: Element) -> Look:
        """This look on the fill of a shape, if the element is one that is filled."""
        if element.get("fillcolor") and element.get("filled") not in {"f", "false"}:
            return replace(self, behind=_hex((element.get("fillcolor") or "").lstrip("#")) or _GREY)
        fill = element.find(f"{_SHAPE}spPr/{_A}solidFill")
        if fill is None:
            return self
        named, scheme = fill.find(_A + "srgbClr"), fill.find(_A + "schemeClr")
        if named is not None:
            return replace(self, behind=_hex(named.get("val")) or _GREY)
        is_light = scheme is not None and scheme.get("val") in _LIGHT
        return replace(self, behind=WHITE if is_light else _GREY)


class Styles:
    """The styles of a document."""

    def __init__(self, part: Element | None) -> None:
        root = part if part is not None else Element("none")
        self._styles = {style.get(W + "styleId", ""): style for style in root.iter(W + "style")}
        self._defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._of_paragraphs = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(W + "type") == "paragraph" and style.get(W + "default") == "1"
            ),
            None,
        )

    def of_paragraph(self, look: Look, properties: Element | None) -> Look:
        """The look of a paragraph's text, inside of what has this look."""
        named = None if properties is None else value_of(properties.find(W + "pStyle"))
        look = look.with_run(self._defaults)
        look = self._with_style(look, named or self._of_paragraphs)
        return look.shaded(properties.find(W + "shd")) if properties is not None else look

    def of_run(self, look: Look, run: Element) -> Look:
        """The look of a run, inside of a paragraph that has this look."""
        properties = run.find(W + "rPr")
        if properties is None:
            return look
        named = value_of(properties.find(W + "rStyle"))
        return self._with_style(look, named).with_run(properties)

    def is_numbered(self, properties: Element | None) -> bool:
        """Whether a paragraph is an entry of a list, by itself or by its style."""
        if properties is None:
            return False
        styles = self._based(value_of(properties.find(W + "pStyle")))
        found = [properties.find(W + "numPr"), *(style.find(_NUMBERING) for style in styles)]
        numbering = next((each for each in found if each is not None), None)
        return numbering is not None and value_of(numbering.find(W + "numId")) != "0"

    def _based(self, name: str | None) -> list[Element]:
        """A style and those that it is based on."""
        based: list[Element] = []
        while name in self._styles and len(based) < _DEEPEST:
            based.append(self._styles[name])
            name = value_of(based[-1].find(W + "basedOn"))
        return based

    def _with_style(self, look: Look, name: str | None) -> Look:
        for style in reversed(self._based(name)):
            look = look.with_run(style.find(W + "rPr")).shaded(style.find(f"{W}pPr/{W}shd"))
        return look


def _colour(element: Element, otherwise: Colour) -> Colour:
    named = _hex(value_of(element))
    if named is None and element.get(W + "themeColor") in _LIGHT:
        return WHITE
    return named or otherwise


def _hex(text: str | None) -> Colour | None:
    if text is None or len(text) != 6 or not set(text) <= set(hexdigits):  # noqa: PLR2004
        return None
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return (red, green, blue)


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text or "")
    except ValueError:
        return otherwise
