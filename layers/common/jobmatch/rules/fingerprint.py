"""What a result was made from, as short texts: the same text, the same result."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import to_json

from jobmatch.rules.explanations import TEXT_VERSION
from jobmatch.rules.rubric import VERSION

if TYPE_CHECKING:
    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Requirements


RULES = 1
"""Raised when the same profile or company would come out otherwise for the same data files."""


@cache
def _version(*files: str) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return f"{RULES}-{digest.hexdigest()[:12]}"


def profile_version() -> str:
    """The version of the features of profiles."""
    return _version("vocabulary.json", "legal_forms.json")


def employer_version() -> str:
    """The version of the features of employers."""
    return _version("legal_forms.json")


class Fingerprints:
    """The fingerprints of a job's candidates.

    They cover the job's requirements, the facts of the candidate that these make use of, the
    rubric's version and that of the explanations' wording. What is not asked for is not used:
    another month of experience changes nothing for a job that asks for none.
    """

    def __init__(self, requirements: Requirements) -> None:
        self._wanted = requirements
        self._specializations = (
            requirements.required_specializations.keys()
            | requirements.preferred_specializations.keys()
        )
        self._basis = hashlib.sha256(
            to_json(
                [
                    VERSION,
                    TEXT_VERSION,
                    list(requirements.required_specializations.values()),
                    list(requirements.preferred_specializations.values()),
                    requirements.minimum_experience,
                    requirements.preferred_location,
                    list(requirements.required_bar.values()),
                    list(requirements.required_technical_domains.values()),
                ]
            )
        )

    def of(self, candidate: Candidate) -> str:
        """The fingerprint of a candidate's match."""
        wanted = self._wanted
        uses_location = wanted.location is not None and not wanted.remote
        used = [
            sorted(self._specializations & candidate.specializations),
            sorted(wanted.required_technical_domains.keys() & candidate.technical_domains),
            sorted(wanted.required_bar.keys() & candidate.bars),
            candidate.months if wanted.minimum_experience else None,
            candidate.location if uses_location else None,
        ]
        digest = self._basis.copy()
        digest.update(to_json(used))
        return digest.hexdigest()[:32]
