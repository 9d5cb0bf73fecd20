"""Plain text out of the documents that people send, without what a reader would not see."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from jobmatch.extraction.refusals import refused
from jobmatch.extraction.texts import DOCX, HTML, PDF, TEXT, DocumentText, bounded, decoded
from jobmatch.telemetry import logger

DOCUMENTS = frozenset({TEXT, HTML, PDF, DOCX})
"""The media types of documents that are read for their text."""
MOST_BYTES = 4 * 1024 * 1024
MOST_SECONDS = 5
_READ_CHILD = (sys.executable, "-m", "jobmatch.extraction.child")


def read_document(body: bytes, media_type: str) -> DocumentText:
    """The visible text of a document.

    Whatever has a structure is read in another process, which is ended after `MOST_SECONDS`.

    Args:
        media_type: one of `TEXT`, `HTML`, `PDF`, `DOCX`.

    Raises:
        InvalidInputError: it is broken, encrypted, too large, or holds no text.
    """
    require_size(body)
    if media_type == TEXT:
        return bounded(DocumentText(decoded(body)))
    try:
        child = subprocess.run(  # noqa: S603 - our own program, and one of four media types
            [*_READ_CHILD, media_type],
            input=body,
            capture_output=True,
            # Without what the function may do; a layer is found by the path alone.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            timeout=MOST_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise refused(f"takes longer than {MOST_SECONDS} seconds to read") from None
    except subprocess.CalledProcessError as error:
        logger.warning("A document ended its reader.", status=error.returncode)
        raise refused("can't be read") from None
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise refused(answer["refused"])
    return DocumentText(answer["text"], tuple(answer["pageStarts"]))


def require_size(body: bytes) -> None:
    """Check that a document is not too large.

    Raises:
        InvalidInputError: it is.
    """
    if len(body) > MOST_BYTES:
        raise refused(f"must not have more than {MOST_BYTES // 1024 // 1024} MB")
