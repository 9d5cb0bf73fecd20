"""What `make run` prints when it is up."""

import re
from pathlib import Path

import pytest

from local.guide import guide, guide_with_sample
from tests.support.paths import ROOT

WITHOUT = guide(8123, Path("logs"))
WITH = guide_with_sample(
    8123, Path("logs"), admin="a.b.c", employer="d.e.f", employer_id="x", job_id="y"
)


@pytest.mark.parametrize("text", [WITH, WITHOUT])
def test_it_names_the_port_that_was_taken(text: str) -> None:
    assert {*re.findall(r"127\.0\.0\.1:(\d+)", text)} == {"8123"}


@pytest.mark.parametrize("text", [WITH, WITHOUT])
def test_its_variables_are_those_of_the_tour(text: str) -> None:
    tour = (ROOT / "docs" / "tour.md").read_text("utf-8")
    header = 'export ADMIN="Authorization: Bearer '
    assert header in text
    assert header in tour


def test_a_job_without_matches_is_not_named() -> None:
    arguments = {"admin": "a", "employer": "b", "employer_id": "x", "job_id": None}
    text = guide_with_sample(8123, Path("logs"), **arguments)  # type: ignore[arg-type]
    assert "/matches" not in text
    assert text.count("\ncurl") == 2


def test_it_begins_with_the_page_where_there_is_one() -> None:
    arguments = {"admin": "a", "employer": "b", "employer_id": "x", "job_id": None}
    address = "http://127.0.0.1:8123/console/"
    for text in (
        guide(8123, Path("logs"), "/console/"),
        guide_with_sample(8123, Path("logs"), "/console/", **arguments),  # type: ignore[arg-type]
    ):
        assert address in text.strip().splitlines()[0]
    assert "/console/" not in guide(8123, Path("logs"))
