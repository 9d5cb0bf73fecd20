"""Which candidates can suit a job at all: predicates on `profile_features`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.models import ProfileFeatures, ProfileStatus

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from jobmatch.matching.requirements import Requirements


def passes(requirements: Requirements) -> list[ColumnElement[bool]]:
    """The predicates that a candidate must fulfil.

    Active, and at least one shared value with each required list that is not empty.
    Experience and location are scored, never filtered.
    """
    shares = [
        column.overlap(list(wanted))
        for column, wanted in (
            (ProfileFeatures.specializations, requirements.required_specializations),
            (ProfileFeatures.bars, requirements.required_bar),
            (ProfileFeatures.technical_domains, requirements.required_technical_domains),
        )
        if wanted
    ]
    return [ProfileFeatures.status == ProfileStatus.ACTIVE, *shares]
