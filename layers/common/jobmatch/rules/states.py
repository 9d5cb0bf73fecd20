"""Whether a candidate meets each requirement entry of a job, and by what. No names, no texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jobmatch.places.keys import candidate_keys, location_score
from jobmatch.places.names import explain_location
from jobmatch.rules.explanations import duration
from jobmatch.rules.rubric import FULL, score_of_months
from jobmatch.wire import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jobmatch.rules.explanations import Evidence
    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Entries, Requirements
    from jobmatch.vocabulary.terms import Met

State = Literal["met", "partly", "unmet", "unknown"]


@wire
class RequirementState:
    """Whether a candidate meets one entry of a requirement field of the job.

    Experience and place may be met partly; they are unknown where the profile does not tell.
    """

    field: str
    """The requirement field, as in the job."""
    value: str
    """The entry, as the job has it; of the minimum experience, in words."""
    state: State
    evidence: str | None
    """What of the candidate decides; null where nothing does, or nothing that may be shown."""


def states(
    requirements: Requirements, candidate: Candidate, evidence: Evidence
) -> list[RequirementState]:
    """The state of each entry, in the order of the job's fields."""
    required = requirements
    found = [
        *_of_list(
            "requiredSpecializations",
            required.required_specializations,
            evidence.required_specializations,
        ),
        *_of_list(
            "preferredSpecializations",
            required.preferred_specializations,
            evidence.preferred_specializations,
        ),
    ]
    if required.minimum_experience:
        found.append(_of_experience(required.minimum_experience, candidate.months))
    if required.place is not None:
        found.append(_of_place(required, candidate.location))
    return [
        *found,
        *_of_list("requiredBar", required.required_bar, evidence.bars),
        *_of_list(
            "requiredTechnicalDomains",
            required.required_technical_domains,
            evidence.technical_domains,
        ),
    ]


def _of_list(
    field: str, entries: Entries, evidence: Sequence[Met | None]
) -> Iterator[RequirementState]:
    for entry, met in zip(entries, evidence, strict=True):
        yield RequirementState(field, entry, "met" if met else "unmet", met.value if met else None)


def _of_experience(minimum: int, months: int | None) -> RequirementState:
    asked = duration(12 * minimum)
    if months is None:
        return RequirementState("minimumExperience", asked, "unknown", None)
    state = _state(score_of_months(months, minimum))
    return RequirementState("minimumExperience", asked, state, duration(months))


def _of_place(requirements: Requirements, location: str | None) -> RequirementState:
    wanted, preferred = requirements.place, requirements.preferred_location or ""
    keys = candidate_keys(location)
    if wanted is None or (keys is None and not wanted.remote):
        return RequirementState("preferredLocation", preferred, "unknown", None)
    state = _state(location_score(keys, wanted))
    return RequirementState(
        "preferredLocation", preferred, state, explain_location(location, preferred)
    )


def _state(score: int) -> State:
    if score == FULL:
        return "met"
    return "partly" if score else "unmet"
