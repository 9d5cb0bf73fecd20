"""What a result was made from, as short texts: the same text, the same result."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic_core import to_json

from jobmatch.rules.explanations import TEXT_VERSION
from jobmatch.rules.rubric import VERSION, Dimension

if TYPE_CHECKING:
    from jobmatch.rules.explanations import Evidence
    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Requirements


class Fingerprints:
    """The fingerprints of a job's candidates.

    They cover the job's requirements, the facts of the candidate that these make use of, the
    rubric's version and that of the explanations' wording. What is not asked for is not used:
    another month of experience changes nothing for a job that asks for none.
    """

    def __init__(self, requirements: Requirements) -> None:
        self._requirements = requirements
        lists = (
            requirements.required_specializations,
            requirements.preferred_specializations,
            requirements.required_bar,
            requirements.required_technical_domains,
        )
        basis = [
            VERSION,
            TEXT_VERSION,
            *([*entries.items()] for entries in lists),
            requirements.minimum_experience,
            requirements.preferred_location,
        ]
        self._basis = hashlib.sha256(to_json(basis))

    def of(self, candidate: Candidate, evidence: Evidence) -> str:
        """The fingerprint of a candidate's match."""
        place = self._requirements.place
        used = [
            evidence,
            candidate.months if self._requirements.minimum_experience else None,
            candidate.location if place and not place.remote else None,
            # The place of a known name may be read otherwise by later data.
            candidate.scores[Dimension.LOCATION],
        ]
        digest = self._basis.copy()
        digest.update(to_json(used))
        return digest.hexdigest()[:32]
