"""What jobs ask for, and the columns of facts that they are scored by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, column, table
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.jobs.schemas import REQUIREMENTS
from jobmatch.rules.requirements import Requirements

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
"""Rows about candidates, as `dimension_scores` reads them."""


def asking(**fields: Any) -> Requirements:
    """The requirements of a job that asks for this and nothing else."""
    return Requirements.of(dict.fromkeys(REQUIREMENTS) | fields)
