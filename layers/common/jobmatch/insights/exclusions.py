"""Why a candidate is not among a job's matches: a code and a sentence for each reason."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from jobmatch.rules.explanations import enumerate_words
from jobmatch.rules.prefilter import Filter

if TYPE_CHECKING:
    from jobmatch.rules.requirements import Requirements


class Exclusion(StrEnum):
    """Reasons beside the filters."""

    NOT_INDEXED = "not-indexed"
    EMPLOYED = "employed-by-employer"
    ADDRESS = "address-of-employer"
    EMPLOYER_NOT_INDEXED = "employer-not-indexed"
    BEYOND_LIMIT = "beyond-limit"
    NOT_OPEN = "job-not-open"
    NOT_MATCHED_YET = "not-matched-yet"


_EXCLUSIONS = {
    Exclusion.NOT_INDEXED: "The profile was written past the API and is not indexed yet.",
    Exclusion.EMPLOYED: "The candidate works for the job's employer.",
    Exclusion.ADDRESS: "The candidate's mail address is in a domain of the job's employer.",
    Exclusion.EMPLOYER_NOT_INDEXED: (
        "The employer's company was written past the API and is not indexed yet; until then the"
        " employer is shown nobody."
    ),
    Exclusion.NOT_OPEN: "The job is not open, so it is not matched.",
    Exclusion.NOT_MATCHED_YET: "The candidate qualifies, and comes with the job's next run.",
}


def exclusion_sentence(reason: Filter | Exclusion, requirements: Requirements) -> str:
    """What a reason means for a job that requires this."""
    if isinstance(reason, Exclusion):
        return _EXCLUSIONS[reason]
    if reason is Filter.ACTIVE:
        return "The profile is not active."
    noun, wanted = {
        Filter.SPECIALIZATION: ("specializations", requirements.required_specializations),
        Filter.BAR: ("bars", requirements.required_bar),
        Filter.TECHNICAL_DOMAIN: ("technical domains", requirements.required_technical_domains),
    }[reason]
    return f"Has none of the required {noun}: {enumerate_words(list(wanted.values()))}."


def beyond_limit_sentence(rank: int, kept: int) -> str:
    """That others are better."""
    return f"The candidate is number {rank:,} of those who pass; the best {kept:,} are kept."
