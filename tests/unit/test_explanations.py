"""Explanations: a sentence for each case, made from facts that hold no name."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.rules.explanations import Evidence, duration, explain, summarize
from jobmatch.rules.ranking import Candidate
from jobmatch.rules.rubric import Dimension, JobCounts, dimension_scores
from tests.support.requirements import FACTS, LISTS, asking

if TYPE_CHECKING:
    from jobmatch.rules.requirements import Requirements

SPECIALIZATION, EXPERIENCE, TECHNICAL = (
    Dimension.SPECIALIZATION,
    Dimension.EXPERIENCE,
    Dimension.TECHNICAL,
)
NOBODY = Candidate(
    profile_id=UUID(int=1),
    overall_score=100,
    scores=dict.fromkeys(Dimension, 100),
    specializations=(),
    technical_domains=(),
    bars=(),
    months=None,
    location=None,
    stored_fingerprint=None,
)


def candidate(overall: Any = 100, scores: Any = None, **facts: Any) -> Candidate:
    everything = {each.name: getattr(NOBODY, each.name) for each in fields(Candidate)}
    all_scores = NOBODY.scores | (scores or {})
    return Candidate(**everything | facts | {"overall_score": overall, "scores": all_scores})


def explained(requirements: Requirements, who: Candidate) -> dict[Dimension, str]:
    return explain(requirements, who, Evidence.of(requirements, who))


def said(dimension: Dimension, who: Candidate, **wanted: Any) -> str:
    return explained(asking(**wanted), who)[dimension]


@pytest.mark.parametrize(
    ("wanted", "has", "sentence"),
    [
        (["Copyright"], ["Copyright"], "Has the required {}: Copyright."),
        (["Copyright"], [], "Lacks the required {}: Copyright."),
        (["Zinc", "Air"], ["Zinc", "Air", "Fire"], "Has both required {}s: Zinc and Air."),
        (["Zinc", "Air"], ["Fire"], "Lacks both required {}s: Zinc and Air."),
        (
            ["Zinc", "Air", "Fire", "Sea"],
            ["Fire"],
            "Has 1 of 4 required {}s: Fire; lacks Zinc, Air and Sea.",
        ),
    ],
)
@pytest.mark.parametrize(
    ("dimension", "field", "fact", "noun"),
    [
        (SPECIALIZATION, "required_specializations", "specializations", "specialization"),
        (TECHNICAL, "required_technical_domains", "technical_domains", "technical domain"),
        (Dimension.BAR, "required_bar", "bars", "bar"),
    ],
)
def test_lists_name_what_is_there_and_what_is_lacking(
    dimension: Dimension,
    field: str,
    fact: str,
    noun: str,
    wanted: list[str],
    has: list[str],
    sentence: str,
) -> None:
    who = candidate(**{fact: has})
    assert said(dimension, who, **{field: wanted}) == sentence.format(noun)


def test_required_and_preferred_specializations_have_a_sentence_each() -> None:
    who = candidate(specializations=["Air"])
    wanted = {"required_specializations": ["Air"], "preferred_specializations": ["Sea", "Fire"]}
    assert said(SPECIALIZATION, who, **wanted) == (
        "Has the required specialization: Air. Lacks both preferred specializations: Sea and Fire."
    )
    del wanted["required_specializations"]
    assert said(SPECIALIZATION, who, **wanted).startswith("Lacks both preferred")


@pytest.mark.parametrize(
    ("months", "text"),
    [
        (0, "0 months"),
        (1, "1 month"),
        (11, "11 months"),
        (12, "1 year"),
        (13, "1 year 1 month"),
        (99, "8 years 3 months"),
        (120, "10 years"),
    ],
)
def test_durations(months: int, text: str) -> None:
    assert duration(months) == text
    sentence = f"{text} of experience; 5 years asked for."
    assert said(EXPERIENCE, candidate(months=months), minimum_experience=5) == sentence


def test_unknown_experience() -> None:
    assert said(EXPERIENCE, NOBODY, minimum_experience=1) == (
        "Experience unknown: no position with dates that can be read; 1 year asked for."
    )


@pytest.mark.parametrize(
    ("required", "has", "fact"),
    [
        (
            ["Trademarks"],
            ["Trademark Prosecution"],
            "Has Trademark Prosecution, which is Trademarks.",
        ),
        (["Licensing/Technology Transfer"], ["Licensing"], "Has Licensing, as "),
        (["Copyright"], ["Copyright"], None),
        (["Zinc"], ["Zinc"], None),
    ],
)
def test_the_fact_that_meets_an_entry_is_named_where_it_is_worded_otherwise(
    required: list[str], has: list[str], fact: str | None
) -> None:
    sentence = said(
        SPECIALIZATION, candidate(specializations=has), required_specializations=required
    )
    assert sentence.startswith("Has the required specialization: ")
    assert (fact in sentence) if fact else sentence.count(".") == 1


@pytest.mark.parametrize(
    ("preferred", "typed", "sentence"),
    [
        (" REMOTE", "Oslo", "The job is remote."),
        ("remote", None, "The job is remote."),
        ("Munich, Germany", None, "Location unknown; the job prefers Munich, Germany."),
        # Nothing but commas is no place either.
        ("Munich, Germany", " , ", "Location unknown; the job prefers Munich, Germany."),
        ("Munich, Germany", "München", "In Munich, Germany"),
        ("Munich, Germany", "Berlin, Germany", "In Berlin, Germany"),
        ("Munich, Germany", "Oslo", "In Oslo, Norway; the job prefers Munich, Germany."),
    ],
)
def test_locations(preferred: str, typed: str | None, sentence: str) -> None:
    who = candidate(location=typed)
    assert said(Dimension.LOCATION, who, preferred_location=preferred).startswith(sentence)


def test_what_a_candidate_typed_is_not_quoted_where_it_is_not_known() -> None:
    who = candidate(
        specializations=["Zqname & Lyle trade mark prosecution", "zqname work"],
        technical_domains=["Software, Zqname"],
        bars=["EPO and Zqname"],
        location="Zqname House",
    )
    job = asking(
        required_specializations=["Trademarks", "Zqname Work"],
        required_technical_domains=["Software"],
        required_bar=["EPO"],
        preferred_location="Munich, Germany",
    )
    sentences = " ".join(explained(job, who).values())
    # The job's own words are the employer's.
    assert "zqname" not in sentences.replace("Zqname Work", "").lower()


def test_what_is_not_asked_for_says_so_exactly() -> None:
    who = candidate(months=99, location="Oslo", bars=["New York"])
    for nothing in (asking(), asking(minimum_experience=0, required_bar=[], preferred_location="")):
        assert explained(nothing, who) == dict.fromkeys(Dimension, "Not asked for.")


@given(
    lists=st.lists(st.none() | st.lists(st.sampled_from("abc")), min_size=4, max_size=4),
    years=st.none() | st.integers(0, 60),
    location=st.sampled_from([None, "", "Oslo", "remote"]),
    months=st.none() | st.integers(0, 900),
)
def test_exactly_what_is_scored_is_explained(
    lists: list[Any], years: int | None, location: str | None, months: int | None
) -> None:
    requirements = asking(
        **dict(zip(LISTS, lists, strict=True)),
        minimum_experience=years,
        preferred_location=location,
    )
    explanations = explained(requirements, candidate(months=months))
    in_words = {each for each, text in explanations.items() if text != "Not asked for."}
    assert in_words == set(dimension_scores(JobCounts.of(requirements), FACTS))
    assert all(text.endswith(".") for text in explanations.values())


@pytest.mark.parametrize(
    ("overall", "scores", "summary"),
    [
        (75, (75, 75, 75), "Strong Match: strong in specialization, experience and location."),
        (74, (74, 75, 25), "Good Match: strong in experience; partial in specialization and "),
        (24, (0, 24, 25), "Weak Match: partial in location; weak in specialization and experience"),
        (25, (24, 24, 24), "Partial Match: weak in specialization, experience and location."),
    ],
)
def test_the_summary_says_where_a_candidate_is_strong_and_where_not(
    overall: int, scores: tuple[int, int, int], summary: str
) -> None:
    asked = (SPECIALIZATION, EXPERIENCE, Dimension.LOCATION)
    explanations = dict.fromkeys(Dimension, "Not asked for.") | dict.fromkeys(asked, "JobCounts.")
    who = candidate(overall, dict(zip(asked, scores, strict=True)))
    assert summarize(who, explanations).startswith(summary)
    assert summarize(who, explanations).endswith(".")


def test_the_summary_of_a_job_that_asks_for_nothing() -> None:
    assert summarize(NOBODY, dict.fromkeys(Dimension, "Not asked for.")) == (
        "The job asks for nothing in particular, so everybody suits it."
    )


def test_no_name_address_or_employer_reaches_the_explanations() -> None:
    assert {field.name for field in fields(Candidate)} == {
        *("profile_id", "overall_score", "scores"),
        *("specializations", "technical_domains", "bars", "months", "location"),
        "stored_fingerprint",
    }
