"""Labels, weights, and what a job asks for."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.rules.ranking import scored_candidates
from jobmatch.rules.rubric import (
    VERSION,
    WEIGHTS,
    Dimension,
    JobCounts,
    asked_dimensions,
    dimension_scores,
    overall_score,
    recommendation,
)
from tests.support.requirements import FACTS, LISTS, asking


def asked_by(**fields: Any) -> set[Dimension]:
    asked = set(dimension_scores(JobCounts.of(asking(**fields)), FACTS))
    assert asked_dimensions(asking(**fields)) == asked, "in Python as in SQL"
    return asked


@pytest.mark.parametrize(
    ("lowest", "highest", "label"),
    [
        (0, 24, "Weak Match"),
        (25, 49, "Partial Match"),
        (50, 74, "Good Match"),
        (75, 100, "Strong Match"),
    ],
)
def test_each_label_reaches_from_border_to_border(lowest: int, highest: int, label: str) -> None:
    assert {recommendation(score) for score in range(lowest, highest + 1)} == {label}


def test_the_five_weights_make_a_hundred() -> None:
    # Other weights are another version, or stored matches keep totals of the old ones.
    assert VERSION == 2
    assert {str(dimension): weight for dimension, weight in WEIGHTS.items()} == {
        "specializationMatch": 30,
        "experienceFit": 25,
        "technicalBackground": 20,
        "barAdmissions": 15,
        "locationMatch": 10,
    }
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"required_specializations": ["x"]}, Dimension.SPECIALIZATION),
        ({"preferred_specializations": ["x"]}, Dimension.SPECIALIZATION),
        ({"minimum_experience": 1}, Dimension.EXPERIENCE),
        ({"required_technical_domains": ["x"]}, Dimension.TECHNICAL),
        ({"required_bar": ["x"]}, Dimension.BAR),
        ({"preferred_location": "Berlin"}, Dimension.LOCATION),
        ({"preferred_location": "remote"}, Dimension.LOCATION),
    ],
)
def test_a_dimension_is_asked_for_when_the_job_states_it(
    fields: dict[str, Any], asked: Dimension
) -> None:
    assert asked_by(**fields) == {asked}


@given(
    lists=st.lists(st.sampled_from([None, [], ["  "]]), min_size=4, max_size=4),
    years=st.sampled_from([None, 0]),
    location=st.sampled_from([None, "", " \t", " , "]),
)
def test_blank_and_zero_ask_for_nothing(
    lists: list[Any], years: int | None, location: str | None
) -> None:
    stated = dict(zip(LISTS, lists, strict=True))
    assert asked_by(**stated, minimum_experience=years, preferred_location=location) == set()


def test_who_is_asked_for_nothing_has_a_hundred() -> None:
    assert overall_score({}) == 100
    _, overall = scored_candidates(asking(), 0)
    assert str(overall.compile(compile_kwargs={"literal_binds": True})) == "100"


@given(st.dictionaries(st.sampled_from(Dimension), st.integers(0, 100)))
def test_scores_of_others_are_weighed_as_the_rubrics_own(scores: dict[Dimension, int]) -> None:
    if not scores:
        assert overall_score(scores) == 100
        return
    exact = Fraction(
        sum(WEIGHTS[each] * score for each, score in scores.items()),
        sum(WEIGHTS[each] for each in scores),
    )
    # Half up.
    assert overall_score(scores) == floor(exact + Fraction(1, 2))
