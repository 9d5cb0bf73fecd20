"""Résumés as drafts of profiles: what is read right, that nothing is invented, and bounds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.drafts.profile import profile_draft
from jobmatch.extraction.texts import DocumentText
from jobmatch.histories.resume_dates import dates_in
from jobmatch.profiles.schemas import Profile
from jobmatch.resumes.resume_text import Span
from tests.support.work import calls_of

if TYPE_CHECKING:
    from jobmatch.drafts.schemas import NotUnderstood, ProfileDraft, Source

RESUMES = sorted(Path(__file__).parents[1].glob("data/resumes/**/*.txt"))
RIGHT = 0.9


def facts(profile: dict[str, Any]) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = {
        (field, profile[field]) for field in ("name", "email", "location") if profile.get(field)
    }
    for field in ("specializations", "technicalDomains"):
        found |= {(field, value) for value in profile.get(field, ())}
    for admission in profile.get("barAdmissions", ()):
        found.add(("admission", admission["jurisdiction"]))
        if admission.get("year"):
            found.add(("year", admission["jurisdiction"], admission["year"]))
    for position in profile.get("workHistory", ()):
        start, employer = position.get("startDate"), position["employer"]
        found |= {
            ("employer", employer, start),
            ("title", position["title"], start),
            ("start", employer, start),
            ("end", employer, start, position.get("endDate")),
        }
    return found


def read(text: str) -> ProfileDraft:
    return profile_draft(DocumentText(text))


def quoted(draft: ProfileDraft) -> list[Source | NotUnderstood]:
    return [*draft.sources, *draft.not_understood]


def check(draft: ProfileDraft) -> None:
    """Each value has its exact quote, and where there is a name, PUT takes the draft."""
    for each in quoted(draft):
        assert draft.text[each.start : each.end] == each.quote
    pointers = {source.pointer for source in draft.sources}
    assert {f"/{field}" for field in ("name", "email", "location") if field in draft.draft} <= (
        pointers
    )
    for field in ("specializations", "technicalDomains", "barAdmissions"):
        entries = draft.draft.get(field, ())
        assert {f"/{field}/{at}" for at in range(len(entries))} <= pointers
    for at, position in enumerate(draft.draft.get("workHistory", ())):
        assert {f"/workHistory/{at}/{name}" for name in position} <= pointers
    if "name" in draft.draft:
        Profile.model_validate(draft.draft)


def test_nine_of_ten_facts_are_right_and_none_is_invented() -> None:
    counts: Counter[str] = Counter()
    for path in RESUMES:
        draft = read(path.read_text(encoding="utf-8"))
        check(draft)
        marked = facts(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        said = facts(draft.draft)
        assert said - marked == set(), path.name
        counts.update(marked=len(marked), right=len(said & marked))
    assert len(RESUMES) == 26
    assert counts["right"] >= RIGHT * counts["marked"]


def test_what_is_private_is_in_no_value() -> None:
    private = ("555", "4 45", "geb", "1981", "verheiratet", "Né", "marié", "Fennel", "Eichenweg")
    for path in RESUMES:
        draft = read(path.read_text(encoding="utf-8"))
        said = json.dumps(draft.draft, ensure_ascii=False)
        assert [word for word in private if word in said] == [], path.name


def test_a_value_says_on_which_page_it_stands() -> None:
    text = "Ada Quillfeather\n\nEXPERIENCE\n\nInkwell LLP\nCounsel, 2015 - 2019\n"
    at = text.index("Inkwell")
    pages = {
        source.pointer: source.page for source in profile_draft(DocumentText(text, (0, at))).sources
    }
    assert pages["/name"] == 1
    assert pages["/workHistory/0/employer"] == 2


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("March 2019 \u2013 Present", "2019-03", "Present"),
        ("Sept. 2017 - Aug. 2018", "2017-09", "2018-08"),
        ("2018-03 - 2019-04", "2018-03", "2019-04"),
        ("seit 04/2019", "2019-04", None),
        ("October 2019 to date", "2019-10", "to date"),
        ("De mars 2010 à décembre 2017", "2010-03", "2017-12"),
        ("May \u2013 August 2012", "2012-05", "2012-08"),
        ("2014-19", "2014", "2019"),
        ("2012", "2012", "2012"),
        ("Summer 2010", "Summer 2010", "Summer 2010"),
        ("March 2020 onwards", "2020-03", None),
    ],
)
def test_dates_as_people_write_them(said: str, start: str, end: str | None) -> None:
    text = f"Counsel, {said}"
    dates = dates_in(text, Span(0, len(text)))
    assert [(each.start_date, each.end_date) for each in dates] == [(start, end)]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("2015 - 2019\nSailed around the world.", "employer and title"),
        ("Inkwell LLP, 2015 - 2019", "title"),
        ("Inkwell LLP\nCounsel, 2019 - 2015", "ends before it starts"),
        ("Inkwell LLP\nCounsel, Summer 2015", "not read as a date"),
    ],
)
def test_what_is_unsure_is_said_and_not_guessed(lines: str, reason: str) -> None:
    draft = read(f"Ada Quillfeather\n\nEXPERIENCE\n\n{lines}\n")
    check(draft)
    assert any(reason in note.reason for note in draft.not_understood)


def test_titles_with_dates_of_their_own_share_the_firm_above() -> None:
    draft = read(
        "Resume of Ada Quillfeather\n\nEXPERIENCE\n\n2010 to 2019\nInkwell & Finch, P.A., Boston\n"
        "Shareholder (2016-2019); Associate (2010-2016)\n\nSUMMARY\nData protection lawyer\n"
    ).draft
    assert draft == {
        "name": "Ada Quillfeather",
        "specializations": ["Data Protection"],
        "workHistory": [
            {
                "employer": "Inkwell & Finch, P.A.",
                "title": title,
                "startDate": start,
                "endDate": end,
            }
            for title, start, end in (
                ("Shareholder", "2016", "2019"),
                ("Associate", "2010", "2016"),
            )
        ],
    }


def test_an_unknown_skill_and_an_unknown_bar_come_with_suggestions() -> None:
    draft = read(
        "Ada Quillfeather\n\nSKILLS\n\nTrademark prosecutng\n\nADMISSIONS\n\nCalifornja bar\n"
    )
    notes = {note.quote: note.suggestions for note in draft.not_understood}
    assert "Trademark Prosecution" in notes.get("Trademark prosecutng", ["Trademark Prosecution"])
    assert "Californja bar" in notes
    assert notes["Californja bar"]


def test_others_and_pastimes_say_nothing_of_the_candidate() -> None:
    draft = read(
        "Ada Quillfeather\nada@quill.example\n\nHOBBIES\n\nRobotics, video games\n\nREFERENCES\n\n"
        "Bo Inkwell, Partner, Inkwell Semiconductors LLP, bo@inkwell.example, 2015 - 2019\n"
        "Admitted to the New York bar\n"
    ).draft
    assert draft == {"name": "Ada Quillfeather", "email": "ada@quill.example"}


HEAD = "Ada Quillfeather\nada@quill.example\n\n"


@pytest.mark.parametrize(
    "said",
    [
        "I have never practised patent prosecution.",
        "Litigator without patent prosecution experience",
        "Ich mache keine Patentanmeldungen.",
        "Worked with the team which handles patent prosecution",
        "Partnered with a firm whose lawyers do patent prosecution",
        "Conseil en propriété industrielle",
        "Zusammenarbeit mit der Abteilung, die Patentanmeldungen betreut",
    ],
)
def test_denials_titles_and_the_work_of_others_are_no_fields(said: str) -> None:
    assert "specializations" not in read(f"{HEAD}SUMMARY\n{said}\n").draft


@pytest.mark.parametrize("between", [" | ", " ~ ", " / ", " • ", "\n"])
def test_the_place_is_found_beside_other_details(between: str) -> None:
    details = between.join(("ada@quill.example", "Oxford, United Kingdom", "07700 900123"))
    assert read(f"Ada Quillfeather\n{details}\n").draft["location"] == "Oxford, United Kingdom"


def test_a_degree_in_law_is_no_technology() -> None:
    text = f"{HEAD}EDUCATION\n\nLLM in Intellectual Property, University of Isis, 2011\n"
    assert "technicalDomains" not in read(text).draft


def test_what_somebody_wants_is_not_what_they_have_done() -> None:
    assert read(f"{HEAD}OBJECTIVE\nTo join a robotics patent prosecution group\n").draft == {
        "name": "Ada Quillfeather",
        "email": "ada@quill.example",
    }


def test_a_label_within_positions_ends_them_until_the_next_gap() -> None:
    draft = read(
        f"{HEAD}CAREER\n\nInkwell LLP, Partner (2019 - 2021); Counsel (2016 - 2019)\n"
        "Practice: patent prosecution\n\nFinch LLP, Trainee, then Associate (2010 - 2016)\n"
    ).draft
    assert [(each["employer"], each["title"]) for each in draft["workHistory"]] == [
        ("Inkwell LLP", "Partner"),
        ("Inkwell LLP", "Counsel"),
        ("Finch LLP", "Trainee, then Associate"),
    ]
    assert draft["specializations"] == ["Patent Prosecution"]


def test_what_stands_after_a_denial_counts() -> None:
    said = "I have never practised patent prosecution, but I do patent litigation."
    assert read(f"{HEAD}SUMMARY\n{said}\n").draft["specializations"] == ["Patent Litigation"]


@pytest.mark.parametrize(
    "head",
    [
        "A D A   Q U I L L F E A T H E R\nada@quill.example",
        "Name        Ada Quillfeather\nEmail       ada@quill.example",
        "ADA QUILLFEATHER\nada@quill.example",
        "CV - Ada Quillfeather\nContact: ada@quill.example",
    ],
)
def test_a_name_is_found_beside_its_label_and_in_letters_apart(head: str) -> None:
    assert read(head).draft == {"name": "Ada Quillfeather", "email": "ada@quill.example"}


@pytest.mark.parametrize(
    "heading", ["SUMMARY OF EXPERIENCE", "Employment Dates", "Skills Overview", "Career Summary"]
)
def test_a_heading_is_no_name(heading: str) -> None:
    assert read(f"ada@quill.example\n\n{heading}\n").draft == {"email": "ada@quill.example"}


def test_an_employer_that_is_not_read_is_not_the_one_before() -> None:
    text = (
        f"{HEAD}EXPERIENCE\n\nInkwell LLP\nCounsel, 2015 - 2019\n\n"
        "Quillstone the Elder\nLaw Clerk\n2012 - 2013\n"
    )
    positions = read(text).draft["workHistory"]
    assert [each["employer"] for each in positions if each["startDate"] == "2012"] in (
        [],
        ["Quillstone the Elder"],
    )


@pytest.mark.parametrize(
    "employer",
    [
        "United States District Court for the Eastern District of Pennsylvania",
        "Inkwell Finch PLLC",
    ],
)
def test_the_place_of_an_employer_stands_in_brackets(employer: str) -> None:
    text = f"{HEAD}EXPERIENCE\n\n2015 - 2019: Counsel, {employer} (Raleigh, NC)\n"
    (position,) = read(text).draft["workHistory"]
    assert (position["employer"], position["title"]) == (employer, "Counsel")


def test_what_stands_below_the_title_is_no_part_of_a_position() -> None:
    text = f"{HEAD}EXPERIENCE\n\nInkwell LLP, 2015 - 2019\nCounsel\nPatent prosecution, robotics\n"
    draft = read(text).draft
    assert draft["specializations"] == ["Patent Prosecution"]
    assert draft["technicalDomains"] == ["Robotics"]


PIECES = st.sampled_from(
    [
        *"\n\n\n\t \0|,;:•-\u2013().@'\"",
        *("EXPERIENCE", "SKILLS", "ADMISSIONS", "EDUCATION", "Name:", "Ada Quillfeather", "LLP"),
        *("Inkwell LLP", "Partner", "2015 - 2019", "2019 - 2015", "seit 04/2019", "Summer 2010"),
        *("Texas, 2013", "Any US State Bar", "patent prosecution", "robotics", "a@b.example"),
        *(
            "Austin, TX 78704",
            "x" * 300,
            "Counsel " * 40,
            "\ud800",
            "ß",
            "\u0130",
            "٣",
            "of",
            "and",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=60).map(" ".join))
def test_any_text_gives_a_draft_within_bounds(text: str) -> None:
    check(read(text))


HOSTILE = {
    "dates": "2015 - 2019 ",
    "positions": "Partner, Inkwell LLP, 2015 - 2019\n",
    "gaps": "a  ",
    "marks": "@",
    "addresses": "a@b.example ",
    "skills": "SKILLS\npatent prosecution and ",
    "sentences": "SUMMARY\npatent software semiconductor trial design ",
    "places": "Austin, TX | ",
    "lines": "A\n",
    "headings": "SKILLS\n",
    "titles": "EXPERIENCE\nPartner\n",
    "admissions": "ADMISSIONS\nTexas, ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_at_most_twice_the_work(piece: str) -> None:
    read(piece * 100)  # loads the words
    once, twice = (calls_of(read, piece * (size // len(piece))) for size in (8_000, 16_000))
    assert twice < 2.5 * once


def test_what_more_there_is_is_counted() -> None:
    draft = read("Ada Quill\n\nSKILLS\n" + "".join(f"Baskets {at}\n" for at in range(150)))
    assert (len(draft.not_understood), draft.not_understood_omitted) == (100, 50)
