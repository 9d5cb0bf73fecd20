"""PDF files written by hand, so that a test says exactly what is in them."""

from __future__ import annotations

import zlib
from typing import NamedTuple

WIDTH, HEIGHT = 595, 842


class Layer(NamedTuple):
    """A layer of optional content, by the name that a page's content gives it."""

    name: str
    is_on: bool


def line(x: float, y: float, text: str, size: float = 11, before: str = "") -> str:
    """The operators that print a line; `before` stands within its text object."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"q BT /F1 {size} Tf {before} 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET Q\n"


def lines(x: float, y: float, texts: list[str], size: float = 11, leading: float = 14) -> str:
    """Lines below each other."""
    return "".join(line(x, y - leading * at, text, size) for at, text in enumerate(texts))


def right_aligned(edge: float, y: float, text: str, size: float = 11) -> str:
    """A line that ends at an edge, in a font in which each character is half an em wide."""
    return line(edge - len(text) * size / 2, y, text, size)


def stream(content: str | bytes, more: str = "", *, packed: bool = True) -> bytes:
    """A stream object's dictionary and data."""
    data = content.encode("cp1252") if isinstance(content, str) else content
    if packed:
        data, more = zlib.compress(data), f"{more} /Filter /FlateDecode"
    return f"<< /Length {len(data)} {more} >>\nstream\n".encode() + data + b"\nendstream"


def pdf(
    *pages: str,
    layers: tuple[Layer, ...] = (),
    forms: dict[str, bytes] | None = None,
    more: str = "",
) -> bytes:
    """A PDF of these content streams.

    Args:
        forms: the streams of XObjects by their names in the content, from `stream`.
        more: entries of each page's dictionary, such as its crop box.
    """
    widths = " ".join(["500"] * 224)
    objects = [
        b"",  # the catalog, when the others have their numbers
        b"",  # the page tree
        f"<< /Type /Font /Subtype /TrueType /BaseFont /Plain /FirstChar 32 /LastChar 255"
        f" /Widths [{widths}] /Encoding /WinAnsiEncoding >>".encode(),
    ]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    groups = {
        layer.name: add(f"<< /Type /OCG /Name ({layer.name}) >>".encode()) for layer in layers
    }
    painted = {name: add(body) for name, body in (forms or {}).items()}
    resources = (
        f"<< /Font << /F1 3 0 R >> /Properties << {_references(groups)} >>"
        f" /XObject << {_references(painted)} >>"
        " /ExtGState << /Faint << /ca 0.02 >> >>"
        " /ColorSpace << /Ink [/Separation /Spot /DeviceCMYK << /FunctionType 2 >>] >> >>"
    )
    kids = []
    for content in pages:
        body = add(stream(content))
        kids.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] {more}"
                f" /Resources {resources} /Contents {body} 0 R >>".encode()
            )
        )
    off = " ".join(f"{groups[layer.name]} 0 R" for layer in layers if not layer.is_on)
    every = " ".join(f"{number} 0 R" for number in groups.values())
    optional = f"/OCProperties << /OCGs [{every}] /D << /OFF [{off}] >> >>" if layers else ""
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {optional} >>".encode()
    count = len(kids)
    objects[1] = (
        f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {count} >>"
    ).encode()
    return written(objects)


def written(objects: list[bytes], trailer: str = "") -> bytes:
    """A file of these objects, of which the first is the catalog."""
    body, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(body)
    size = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        ).encode()
    )


def _references(numbers: dict[str, int]) -> str:
    return " ".join(f"/{name} {number} 0 R" for name, number in numbers.items())
