"""Requirements of jobs, and the columns of candidate facts by which they are scored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, column, table
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.rules.requirements import REQUIREMENTS, Requirements

LISTS = (
    "required_specializations",
    "preferred_specializations",
    "required_bar",
    "required_technical_domains",
)
"""The requirement fields that are lists."""

FACTS = table(
    "facts",
    *map(column, ("required_specializations", "preferred_specializations", "technical_domains")),
    *map(column, ("bars", "months")),
    column("places", ARRAY(Text)),
)
"""Candidate facts, as `dimension_scores` reads them."""


def asking(**fields: Any) -> Requirements:
    """The requirements of a job that requires this and nothing else."""
    return Requirements.of(dict.fromkeys(REQUIREMENTS) | fields)
