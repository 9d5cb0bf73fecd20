"""Reads one document in a process of its own: `python -m jobmatch.extraction.child MEDIA-TYPE`.

The body comes on standard input. The text, or the reason why there is none, goes to standard
output as JSON. Whatever a file does to the parsers, it does it here, where time and memory end.
"""

from __future__ import annotations

import json
import resource
import sys

from jobmatch.errors import InvalidInputError
from jobmatch.extraction.texts import DOCX, HTML, PDF, DocumentText, bounded, decoded

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 6


def text_of(body: bytes, media_type: str) -> DocumentText:
    """The visible text of a document, read in this process.

    Raises:
        InvalidInputError: it can't be read.
    """
    # Each reader is loaded for its own documents alone: a start counts.
    if media_type == HTML:
        from jobmatch.documents.html_text import plain  # noqa: PLC0415

        return bounded(DocumentText(plain(decoded(body))))
    if media_type == PDF:
        from jobmatch.extraction import pdf  # noqa: PLC0415

        return bounded(_paged(pdf.pages_of(body)))
    if media_type == DOCX:
        from jobmatch.extraction import docx  # noqa: PLC0415

        return bounded(DocumentText(_joined(docx.lines_of(body))))
    raise LookupError(media_type)


def _joined(lines: list[str]) -> str:
    """Lines as text, with one empty line where there are several."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _paged(pages: list[list[str]]) -> DocumentText:
    text, starts = "", []
    for page in pages:
        starts.append(len(text))
        text += _joined(page) + "\n"
    return DocumentText(text.rstrip("\n"), tuple(starts))


def main() -> None:
    """Read standard input within its limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        found = text_of(sys.stdin.buffer.read(), sys.argv[1])
    except InvalidInputError as error:
        answer: dict[str, object] = {"refused": error.errors[0].message}
    else:
        answer = {"text": found.text, "pageStarts": found.page_starts}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
