"""A job's draft with the proposals of a model that the text bears out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jobmatch.drafts.drafting import MOST_VALUES
from jobmatch.drafts.job import LONGEST_DESCRIPTION
from jobmatch.drafts.schemas import Source
from jobmatch.proposals.advertisement_prompt import LISTS
from jobmatch.proposals.evidence import Evidence
from jobmatch.telemetry import logger
from jobmatch.vocabulary.terms import closure, terms_of

if TYPE_CHECKING:
    from jobmatch.drafts.schemas import JobDraft
    from jobmatch.extraction.texts import DocumentText
    from jobmatch.proposals.advertisement_prompt import Proposal
    from jobmatch.vocabulary.kinds import Kind


def completed(draft: JobDraft, document: DocumentText, proposals: Iterable[Proposal]) -> JobDraft:
    """The draft with those values added that it lacks; what the rules have read stays as it is."""
    evidence = Evidence(document.text[:LONGEST_DESCRIPTION])
    values = dict(draft.draft)
    sources = [*draft.sources]
    refused = 0
    for proposal in proposals:
        read = evidence.of(proposal)
        if read is None:
            refused += 1
            continue
        value, start, end = read
        name = proposal.field
        if name in LISTS:
            if _has(values, LISTS[name], str(value)):
                continue
            pointer = f"/{name}/{len(values.get(name, ()))}"
            values[name] = [*values.get(name, ()), value]
        elif name in values:
            continue
        else:
            pointer = f"/{name}"
            values[name] = value
        quote, page = document.text[start:end], document.page_of(start)
        sources.append(Source(pointer, quote, start, end, page, "model"))
    kept = len(sources) - len(draft.sources)
    logger.info("What the model proposed was checked.", kept=kept, refused=refused)
    return replace(draft, draft=values, sources=sources)


def _has(values: dict[str, Any], kind: Kind, value: str) -> bool:
    """Whether a list of its kind has a value, or a narrower one, or no room for it."""
    lists = [values.get(name, []) for name, each in LISTS.items() if each is kind]
    terms = [key for entries in lists for entry in entries for key in terms_of(kind, entry)]
    is_full = any(len(entries) >= MOST_VALUES for entries in lists)
    return is_full or closure(kind, terms).issuperset(terms_of(kind, value))
