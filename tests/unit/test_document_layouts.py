"""Ten advertisements and ten résumés as PDF and as DOCX, in the layouts that people use.

The files stand in `tests/data` beside the texts that they were made of. The layouts: a title on a
coloured band, bullets drawn or of Word's lists, forms of labels and values with and without lines,
justified text with parted words and ligatures, newspaper columns, sidebars at the left and at the
right, light and dark, text boxes, tables, dates at either side, heads and feet with page numbers,
two pages. Chromium, WeasyPrint, Typst and ReportLab made the PDF files, python-docx the others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.drafts.job import job_draft
from jobmatch.drafts.profile import profile_draft
from jobmatch.extraction.child import text_of
from jobmatch.extraction.texts import DOCX, PDF
from tests.support.paths import ROOT
from tests.unit.test_job_drafts import facts_of
from tests.unit.test_profile_drafts import facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobmatch.extraction.texts import DocumentText

RIGHT = 0.9
MEDIA_TYPES = {"pdf": PDF, "docx": DOCX}
Facts = set[Any]


def of_job(document: DocumentText) -> Facts:
    draft = dict(job_draft(document).draft)
    del draft["description"]
    return facts_of(draft)


def of_profile(document: DocumentText) -> Facts:
    return facts(profile_draft(document).draft)


KINDS: dict[str, tuple[Callable[[DocumentText], Facts], Callable[[dict[str, Any]], Facts]]]
KINDS = {"advertisements": (of_job, facts_of), "resumes": (of_profile, facts)}


@pytest.mark.parametrize("ending", MEDIA_TYPES)
@pytest.mark.parametrize("kind", KINDS)
def test_nine_of_ten_facts_are_right_and_none_is_invented(kind: str, ending: str) -> None:
    read, of_marks = KINDS[kind]
    files: list[Path] = sorted((ROOT / "tests/data" / kind).glob(f"*.{ending}"))
    assert len(files) == 10
    marked = right = 0
    for file in files:
        said = read(text_of(file.read_bytes(), MEDIA_TYPES[ending]))
        marks = of_marks(json.loads(file.with_suffix(".json").read_text(encoding="utf-8")))
        assert said - marks == set(), file.name
        marked += len(marks)
        right += len(said & marks)
    assert right >= RIGHT * marked
