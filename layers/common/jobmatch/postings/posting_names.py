"""The names in a JobPosting that reading and writing one share."""

from __future__ import annotations

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"
TYPE = "JobPosting"
SETS = ("requiredSpecializations", "preferredSpecializations", "requiredTechnicalDomains")
"""The sets that our DefinedTerms name."""
BAR_ADMISSION = "Bar admission"
"""The category of credentials that are bars, whether they are known or not."""
OURS = "jobmatch"
"""The name of the identifiers that we give."""
REMOTE = "Remote"
"""The location of a job that is done from anywhere."""
