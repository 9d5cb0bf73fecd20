"""Advertisements become drafts of jobs: what they ask for, with the words that say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.drafts.job import job_draft
from jobmatch.extraction.texts import DocumentText
from jobmatch.jobs.inputs import JobCreate
from jobmatch.places.keys import place_identity, wanted_place
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from jobmatch.drafts.schemas import NotUnderstood, Source

FOLDER = ROOT / "tests/data/advertisements"
ADVERTISEMENTS = sorted(FOLDER.glob("**/*.txt"))
SHARE_RIGHT = 0.9


def draft_of(text: str) -> dict[str, Any]:
    draft = job_draft(DocumentText(text)).draft
    return {name: value for name, value in draft.items() if name != "description"}


def facts_of(draft: dict[str, Any]) -> set[tuple[str, object]]:
    facts: set[tuple[str, object]] = set()
    for name, value in draft.items():
        if isinstance(value, list):
            facts |= {(name, each) for each in value}
        elif name == "preferredLocation":
            facts.add((name, place_identity(wanted_place(value))))
        else:
            facts.add((name, value))
    return facts


def marked(path: Path) -> tuple[set[tuple[str, object]], set[tuple[str, object]]]:
    """The facts marked by hand, and those of the draft."""
    said = facts_of(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    return said, facts_of(draft_of(path.read_text(encoding="utf-8")))


def test_most_facts_of_the_advertisements_are_right() -> None:
    assert len(ADVERTISEMENTS) == 35
    pairs = [marked(path) for path in ADVERTISEMENTS]
    right = sum(len(said & read) for said, read in pairs)
    assert right >= SHARE_RIGHT * sum(len(said) for said, _ in pairs)


@pytest.mark.parametrize("path", ADVERTISEMENTS, ids=lambda path: path.stem)
def test_no_fact_of_an_advertisement_is_invented(path: Path) -> None:
    said, read = marked(path)
    assert read <= said


@pytest.mark.parametrize("path", ADVERTISEMENTS, ids=lambda path: path.stem)
def test_every_value_but_the_description_has_a_source(path: Path) -> None:
    document = DocumentText(path.read_text(encoding="utf-8"), (0, 400))
    draft = job_draft(document)
    pointers = {
        pointer
        for name, value in draft.draft.items()
        for pointer in (
            [f"/{name}/{at}" for at in range(len(value))]
            if isinstance(value, list)
            else [f"/{name}"]
        )
    }
    assert {source.pointer for source in draft.sources} == pointers - {"/description"}
    quoted: list[Source | NotUnderstood] = [*draft.sources, *draft.not_understood]
    for part in quoted:
        assert draft.text[part.start : part.end] == part.quote
        assert part.page == document.page_of(part.start)


TITLE = "Patent Attorney\n\nRequirements\n"


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("5+ years of patent prosecution experience", 5),
        ("At least five years of experience", 5),
        ("3-5 years' experience", 3),
        ("3 to 5 years of relevant experience", 3),
        ("Minimum of 7 years' experience", 7),
        ("Between 2 and 4 years of practice", 2),
        ("four (4) or more years of litigation experience", 4),
        ("PQE: 3+", 3),
        ("2-4 years PQE", 2),
        ("mindestens fünf Jahre Berufserfahrung", 5),
        ("Mehrjährige Berufserfahrung (ab 3 Jahren)", 3),
        ("We were founded 30 years ago and value experience", None),
        ("A 25-year-old firm with experience", None),
        ("Experience of a firm that has been there for over 100 years", None),
        ("Experience gained over the last 20 years", None),
        ("No minimum of 5 years of experience", None),
        ("Jahrgang 1999, 40 hours a week", None),
        ("Three to five years spent preparing applications", 3),
        ("2+ yrs drafting applications", 2),
        ("At least 18 months' experience", 1),
        ("At least 6 months' experience", None),
    ],
)
def test_years_are_those_of_the_candidate(line: str, years: int | None) -> None:
    assert draft_of(f"{TITLE}- {line}\n").get("minimumExperience") == years


@pytest.mark.parametrize(
    "text",
    [
        "- No patent litigation experience required",
        "- Patent litigation experience is not required",
        "- Knowledge of technology; patent litigation experience is not necessary",
        "- Erfahrung mit Patentstreitigkeiten ist nicht erforderlich",
        "\nOther practice groups of the firm include patent litigation, tax and trademarks.",
        "\nAbout us\nOur lawyers handle patent litigation and copyright.",
        "\nWe offer\n- Training in patent litigation",
        "- LL.M. or PhD preferred",
        "- Reviews of product design with the marketing team",
        "- Two years in an international company",
        "- A licence to practise; work with diligence; security clearance",
        "- Patent litigation is by no means essential",
        "- Patentstreitigkeiten sind kein Muss",
        "\nWhat we don't ask for\n- Patent litigation",
        "\nNot required: admission to any bar; patent litigation",
        "- Patent litigation may be substituted by other experience",
        "- Vorkenntnisse in Patent Litigation benötigen Sie nicht",
        "- Advising the board; eine Promotion ist willkommen",
        "\nWas bieten wir? Mitarbeit in Patent Litigation",
    ],
)
def test_what_is_not_asked_for_is_not_required(text: str) -> None:
    draft = draft_of(f"Engineer\n\nRequirements\n{text}\n")
    assert "requiredSpecializations" not in draft
    assert "preferredSpecializations" not in draft


@pytest.mark.parametrize(
    "text",
    [
        "Nice to have\n- Patent litigation experience",
        "Requirements\n- Patent litigation experience is a plus",
        "Requirements\n- Ideally, experience in patent litigation",
        "Requirements\n- Reliable; patent litigation experience preferred",
        "Preferred: patent litigation",
        "Requirements\n- Big plus: patent litigation",
        "Requirements\n- Reliable\nNot required but helpful: patent litigation.",
        "Ihr Profil\n- Kenntnisse in Patent Litigation von Vorteil",
        "Requirements\n- Reliable; who has seen patent litigation will stand out",
        "Ihr Profil\n- Patent Litigation ist kein Muss, aber gerne gesehen",
        "Skills\nPatent litigation     D",
        "Skills\nPatent litigation | Desirable",
        "We'd be thrilled, though it's not a deal-breaker, if you\n  o  know patent litigation",
        "It would be great, but is by no means essential, if you have:\n> patent litigation",
    ],
)
def test_what_would_be_welcome_is_preferred(text: str) -> None:
    draft = draft_of(f"Patent Engineer\n\n{text}\n")
    assert draft["preferredSpecializations"] == ["Patent Litigation"]
    assert "Patent Litigation" not in draft.get("requiredSpecializations", [])


@pytest.mark.parametrize(
    ("line", "title", "place"),
    [
        ("Patent Agent (Denver)", "Patent Agent", "Denver"),
        ("Patent Agent (Remote, U.S. only)", "Patent Agent", "Remote, U.S."),
        ("Patent Agent | Leeds or Remote (UK) | £50k", "Patent Agent", "Leeds or Remote (UK)"),
        ("Patent Agent - Software", "Patent Agent - Software", None),
        ("Patentanwalt (m/w/d)\nErlangen, Teilzeit", "Patentanwalt (m/w/d)", "Erlangen"),
    ],
)
def test_the_title_ends_before_the_place(line: str, title: str, place: str | None) -> None:
    draft = draft_of(f"{line}\n\nRequirements\n- Reliable\n")
    assert (draft["title"], draft.get("preferredLocation")) == (title, place)


def test_what_experience_is_in_may_be_a_technical_domain() -> None:
    draft = draft_of(f"{TITLE}- Experience with batteries or fuel cells\n")
    assert draft["requiredTechnicalDomains"] == ["Batteries", "Hydrogen and Fuel Cells"]


def test_a_longer_term_that_begins_within_another_is_meant() -> None:
    draft = draft_of(f"{TITLE}- Experience in drafting patent licenses\n")
    assert draft["requiredSpecializations"] == ["Patent Licensing"]


def test_a_degree_in_law_is_no_technology() -> None:
    assert "requiredTechnicalDomains" not in draft_of(f"{TITLE}- JD or LLM degree\n")


def test_who_one_would_like_to_hear_from_is_asked_for() -> None:
    draft = draft_of(
        "Solicitor\n\nWe would like to hear from solicitors qualified in Scotland with two to four "
        "years' PQE who have spent most of their time on patent litigation.\n"
    )
    assert (draft["requiredBar"], draft["minimumExperience"]) == (["Scotland"], 2)
    assert draft["requiredSpecializations"] == ["Patent Litigation"]


def test_a_question_is_no_title() -> None:
    draft = draft_of("Patentanwaltskandidat (m/w/d)\n\nWas suchen wir? Einen Patentanwalt\n")
    assert draft["title"] == "Patentanwaltskandidat (m/w/d)"


def test_what_the_work_is_about_is_told_and_not_required() -> None:
    draft = job_draft(DocumentText("Engineer\n\nDuties\n- Patent litigation\n- Licensing\n"))
    assert "requiredSpecializations" not in draft.draft
    assert [part.suggestions for part in draft.not_understood] == [
        ["Patent Litigation"],
        ["Licensing"],
    ]


def test_what_brackets_say_is_said_of_what_is_in_them() -> None:
    draft = draft_of(f"{TITLE}- A degree in physics (a doctorate is preferred)\n")
    assert draft["requiredTechnicalDomains"] == ["Physics"]


def test_a_wrapped_line_is_read_as_one() -> None:
    text = f"{TITLE}- Five years of experience in patent\n  prosecution\n"
    assert draft_of(text)["requiredSpecializations"] == ["Patent Prosecution"]


def test_what_a_list_asks_for_and_nobody_knows_is_told_with_what_it_may_mean() -> None:
    draft = job_draft(DocumentText(f"{TITLE}- Experience with trade mark clearanse\n"))
    (missed,) = draft.not_understood
    assert missed.quote == "Experience with trade mark clearanse"
    assert "Trademark Clearance" in missed.suggestions


def test_a_domain_that_is_only_preferred_is_told() -> None:
    draft = job_draft(DocumentText(f"{TITLE}- A degree in physics is a plus\n"))
    assert "requiredTechnicalDomains" not in draft.draft
    assert [part.suggestions for part in draft.not_understood] == [["Physics"]]


def test_more_than_a_description_holds_is_told() -> None:
    draft = job_draft(DocumentText("Patent Attorney\n" + "word " * 10_000))
    assert len(draft.draft["description"]) <= 20_000
    assert "Only the first" in draft.not_understood[-1].reason


MARKS = st.sampled_from(["-", "•", ";", ",", ".", ":", "|", "\u200b", "\ufb01", "\n", "\n\n", "\0"])
HEADS = st.sampled_from(
    ["Requirements", "Preferred:", "Location:", "Position:", "not", "Boston, MA"]
)
SAID = st.sampled_from(["5+", "years", "experience", "trademark", "patent", "litigation", "bar"])
OTHERS = st.sampled_from(
    ["and", "no", "of", "in", "degree", "physics", "USPTO", "remote", "Ä\u0130"]
)
WORDS = st.one_of(MARKS, HEADS, SAID, OTHERS)
VISIBLE = st.one_of(
    st.text(min_size=1, max_size=400), st.lists(WORDS, min_size=1, max_size=80).map(" ".join)
).filter(lambda text: bool(text.replace("\0", "").strip()))


@given(VISIBLE)
def test_a_draft_is_a_body_that_the_api_takes(text: str) -> None:
    draft = job_draft(DocumentText(text))
    JobCreate.model_validate(draft.draft)
    assert draft == job_draft(DocumentText(text)), "the same text gives the same draft"
    quoted: list[Source | NotUnderstood] = [*draft.sources, *draft.not_understood]
    for part in quoted:
        assert draft.text[part.start : part.end] == part.quote


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        ".",
        "- ",
        "\n",
        "5 ",
        "5+ years of ",
        "and ",
        "A ",
        ": ",
        "| ",
        "no ",
        "(",
        "patent prosecution and ",
        "Requirements\n- patent ",
        "not required ",
        "London, ",
        "ß'",
    ],
)
def test_hostile_text_is_read_to_its_end(unit: str) -> None:
    job_draft(DocumentText("Counsel\n\nRequirements\n" + unit * (100_000 // len(unit))))


def test_what_more_there_is_is_counted() -> None:
    lines = "".join(f"- Underwater baskets {at}\n" for at in range(150))
    draft = job_draft(DocumentText(TITLE + lines))
    assert (len(draft.not_understood), draft.not_understood_omitted) == (100, 50)
