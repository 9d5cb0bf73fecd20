"""What a function that reads does not load: its cold start would pay for it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

import pytest

from jobmatch import models
from tests.support.paths import ROOT

LOAD = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
from tests.support.functions import load
load(sys.argv[2])
print(json.dumps([*sys.modules]))
"""
FOR_WRITING = (
    "boto3",
    "botocore.client",
    "botocore.session",
    "jobmatch.aws",
    "jobmatch.documents",
    "jobmatch.jobs.concerned",
    "jobmatch.jobs.inputs",
    "jobmatch.rules.pairs",
    "jobmatch.webhooks",
)
"""What reads documents, or makes jobs due and tells of it."""
FOR_WORDS = (
    "jobmatch.anonymity",
    "jobmatch.places",
    "jobmatch.rules.explanations",
    "jobmatch.vocabulary.terms",
    "jobmatch.wording",
)
"""What reads words and places, which a stored job or match needs no more."""
TABLES_OF_READS = {"base", "marketplace", "matching"}
PLAIN = ("get_job_by_id", "get_jobs_by_employer", "get_match_by_job_and_profile")
"""Functions that give what is stored. `get_matches_for_job` also makes candidates anonymous."""


@cache
def loaded_by(operation: str) -> frozenset[str]:
    """The modules of a new process that has imported the handler and called nothing."""
    paths = json.dumps([str(ROOT), str(ROOT / "layers/common")])
    result = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", LOAD, paths, operation],
        env={},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(json.loads(result.stdout))


def within(loaded: frozenset[str], *packages: str) -> set[str]:
    return {name for name in loaded if any(f"{name}.".startswith(f"{each}.") for each in packages)}


@pytest.mark.parametrize("operation", PLAIN)
def test_a_function_that_gives_what_is_stored_loads_nothing_that_reads_words(
    operation: str,
) -> None:
    assert within(loaded_by(operation), *FOR_WRITING, *FOR_WORDS) == set()


@pytest.mark.parametrize(
    ("operation", "others"),
    [*((operation, set[str]()) for operation in PLAIN), ("get_matches_for_job", {"callers"})],
)
def test_a_function_that_reads_maps_no_table_that_it_does_not_read(
    operation: str, others: set[str]
) -> None:
    mapped = within(loaded_by(operation), "jobmatch.models") - {"jobmatch.models"}
    assert mapped == {f"jobmatch.models.{name}" for name in TABLES_OF_READS | others}


def test_the_ranking_loads_nothing_that_writes() -> None:
    assert within(loaded_by("get_matches_for_job"), *FOR_WRITING) == set()


def test_each_model_is_found_in_the_module_that_maps_it() -> None:
    tables = models.all_tables().tables
    mapped = {mapper.class_ for mapper in models.Base.registry.mappers}
    assert {each.__tablename__ for each in mapped} == {*tables}
    assert mapped == {
        model
        for name in models.__all__
        if isinstance(model := getattr(models, name), type)
        and issubclass(model, models.Base)
        and model is not models.Base
    }


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Jobs'"):
        getattr(models, "Jobs")  # noqa: B009 - the type checker knows that it isn't there
