"""What a model is told of two who differ in nothing that matters is the same, to the last byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.anonymity.visible import neutral, plain
from jobmatch.model_scorer.prompts import CandidateText, JobText, Prompt
from tests.support.requirements import asking

if TYPE_CHECKING:
    from random import Random

JOB = JobText("Counsel", "She reports to Mr. Stone.", "Acme & Sons LLP", ["acme.example"])
WANTED = asking(
    required_specializations=["Licensing", "Copyright"], required_technical_domains=["A", "B"]
)


def a_candidate(name: str, words: tuple[str, str], random: Random) -> CandidateText:
    """Somebody who is spoken of in such words, with lists in any order."""
    subject, whose = words
    employer = f"{name} & Partners"
    history: list[dict[str, Any]] = [
        {
            "employer": employer,
            "title": f"Counsel at {employer}",
            "startDate": "2010",
            "endDate": "2012",
            "description": f"{subject} led licensing with {whose} team. {name} drafted.",
        },
        {"employer": "Other", "title": "Associate", "startDate": "2012"},
    ]
    bars: list[dict[str, Any]] = [{"jurisdiction": each} for each in "XY"]
    return CandidateText(
        name,
        "Bonn",
        24,
        random.sample(["Licensing", "Copyright"], 2),
        random.sample("AB", 2),
        random.sample(bars, 2),
        random.sample(history, 2),
    )


@given(
    names=st.lists(
        st.sampled_from(["Mary O'Neill", "Muhammad Al-Amin", "J\u00fcrgen Gro\u00df"]),
        min_size=2,
        max_size=2,
    ),
    random=st.randoms(use_true_random=False),
)
def test_name_pronouns_employers_and_order_make_no_difference(
    names: list[str], random: Random
) -> None:
    he, she = names
    cases = [
        Prompt.of(WANTED, JOB, a_candidate(he, ("Mr. X: He", "his"), random)),
        Prompt.of(WANTED, JOB, a_candidate(she, ("Ms X: She", "her"), random)),
    ]
    assert cases[0].candidate == cases[1].candidate
    assert cases[0].job == cases[1].job


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("She led her team herself", "they led their team themself"),
        ("HE and Mrs. Stone, Ms Lee", "they and Stone, Lee"),
        ("an MS in the history of heritage, mrs", "an MS in the history of heritage, mrs"),
        ("he's", "he's"),
    ],
)
def test_whoever_is_spoken_of_is_they(text: str, left: str) -> None:
    assert neutral(text) == left


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u200bb\u00ad c", "ab c"),
        ("\uff21\u00a0B\r\n\tC", "A B C"),
        ("x\ufe0f\U000e0041\U000e0100y", "xy"),
        ("\u202eabc\u202c", "abc"),
        ("na\u0308ive \u674e", "n\u00e4ive \u674e"),
    ],
)
def test_only_what_is_seen_is_left(text: str, seen: str) -> None:
    assert plain(text) == seen
