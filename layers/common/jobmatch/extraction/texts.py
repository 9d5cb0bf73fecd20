"""Documents as text, and the media types of those that are read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from jobmatch.extraction.refusals import refused

TEXT, HTML, PDF = "text/plain", "text/html", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The visible text of a document in reading order; its lines end with a line feed."""

    text: str
    page_starts: tuple[int, ...] = ()
    """The offset in `text` at which each page starts; empty where a document has no pages."""

    def page_of(self, offset: int) -> int | None:
        """The page, from 1, on which an offset of the text stands, or `None` without pages."""
        return max(1, bisect_right(self.page_starts, offset)) if self.page_starts else None


def bounded(document: DocumentText) -> DocumentText:
    """A document that has text, and not too much.

    Raises:
        InvalidInputError: it has not.
    """
    if not document.text.strip():
        raise refused("holds no text that can be seen; a scan must be read by OCR first")
    if len(document.text) > MOST_CHARACTERS:
        raise refused(f"must not hold more than {MOST_CHARACTERS:,} characters of text")
    return document


def decoded(body: bytes) -> str:
    """A text file as text, its lines without white space at their end.

    Raises:
        InvalidInputError: it is not text.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        # Windows still writes text files of its own, which are hardly ever valid UTF-8.
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return "\n".join(line.rstrip() for line in text.splitlines())
    raise refused("is not text")
