"""The draft of a profile by the media type of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.drafts.linkedin import linkedin_draft
from jobmatch.drafts.profile import profile_draft
from jobmatch.drafts.resume import resume_draft
from jobmatch.drafts.text import DOCUMENTS, read_document, require_size
from jobmatch.extraction.unzip import files_of

if TYPE_CHECKING:
    from jobmatch.drafts.schemas import ProfileDraft

JSON, ZIP = "application/json", "application/zip"
RESUMES = DOCUMENTS | {JSON, ZIP}
"""The media types that `draft_profile` takes."""


def draft_profile(body: bytes, media_type: str) -> ProfileDraft:
    """The profile that a résumé describes.

    Raises:
        InvalidInputError: the document can't be read, or holds no text.
        MalformedRequestError: it should be JSON and is not.
    """
    require_size(body)
    if media_type == JSON:
        return resume_draft(body)
    if media_type == ZIP:
        return linkedin_draft(files_of(body, wanted=lambda name: name.lower().endswith(".csv")))
    return profile_draft(read_document(body, media_type))
