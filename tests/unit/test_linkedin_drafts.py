"""LinkedIn's export of one's own data as the draft of a profile."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.drafts.linkedin import linkedin_draft
from jobmatch.drafts.service import ZIP, draft_profile
from jobmatch.errors import InvalidInputError
from jobmatch.profiles.schemas import Profile
from tests.support.docx_files import zipped
from tests.support.work import calls_of
from tests.unit.test_profile_drafts import quoted

PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,"
    "Geo Location,Twitter Handles,Websites,Instant Messengers\r\n"
    'Ada,"Quillfeather, Jr.",Inkwell,12 Fennel Court,"Apr 1, 1980",Patent counsel,'
    '"I work in ""medical devices"".\r\nAnd in robotics.",Law Practice,78704,'
    '"Austin, Texas, United States",,,\r\n'
)
POSITIONS = (
    "Company Name,Title,Description,Location,Started On,Finished On\r\n"
    '"Quillstone Semiconductors, Inc.",Patent Counsel,"Freedom to operate",Austin,Mar 2019,\r\n'
    "Inkwell LLP,Associate,,,Sep 2013,Feb 2019\r\n"
    "Inkwell LLP,Clerk,,,2019,2013\r\n"
    "Nameless Inc.,,,,2010,2011\r\n"
)
FILES = {
    "Basic/Profile.csv": "\ufeff" + PROFILE,
    "Positions.csv": POSITIONS,
    "Email Addresses.csv": (
        "Email Address,Confirmed,Primary,Updated On\r\n"
        "old@quill.example,Yes,No,1/1/20\r\nada@quill.example,Yes,Yes,1/2/20\r\n"
    ),
    "Skills.csv": "Name\r\nPatent Prosecution\r\nUnderwater basket weaving\r\n",
    "Certifications.csv": (
        "Name,Url,Authority,Started On,Finished On,License Number\r\n"
        "Admitted to the Texas bar,,State Bar of Texas,Nov 2013,,123\r\n"
        "Admitted to the Ohio bar,,,Nov 2009,Nov 2012,\r\n"
        "Scrum Master,,State Bar of Texas,2018,,\r\n"
    ),
    "Education.csv": (
        'Notes:\r\n"What you see here is yours, and yours alone."\r\n\r\n'
        "School Name,Start Date,End Date,Notes,Degree Name,Activities\r\n"
        "Brightwater School of Physics,2002,2006,,B.S. in Electrical Engineering,Chess\r\n"
    ),
    "Connections.csv": "First Name,Last Name\r\nBo,Inkwell\r\n",
}


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def test_a_profile_is_read_from_all_files() -> None:
    draft = linkedin_draft(encoded(FILES))
    assert draft.draft == {
        "name": "Ada Quillfeather, Jr.",
        "location": "Austin, Texas, United States",
        "email": "ada@quill.example",
        "workHistory": [
            {
                "employer": "Quillstone Semiconductors, Inc.",
                "title": "Patent Counsel",
                "startDate": "2019-03",
            },
            {
                "employer": "Inkwell LLP",
                "title": "Associate",
                "startDate": "2013-09",
                "endDate": "2019-02",
            },
            {"employer": "Inkwell LLP", "title": "Clerk"},
        ],
        "barAdmissions": [{"jurisdiction": "Texas", "year": 2013}],
        "specializations": ["Freedom to Operate", "Patent Prosecution"],
        "technicalDomains": ["Medical Devices", "Robotics", "Electrical Engineering"],
    }
    Profile.model_validate(draft.draft)


def test_each_value_has_its_exact_quote() -> None:
    draft = linkedin_draft(encoded(FILES))
    quotes = {source.pointer: source.quote for source in draft.sources}
    assert quotes["/workHistory/0/employer"] == "Quillstone Semiconductors, Inc."
    assert quotes["/workHistory/0/startDate"] == "Mar 2019"
    assert quotes["/barAdmissions/0"] == "Admitted to the Texas bar"
    for each in quoted(draft):
        assert draft.text[each.start : each.end] == each.quote


def test_what_was_not_understood_is_said() -> None:
    said = {note.quote: note.reason for note in linkedin_draft(encoded(FILES)).not_understood}
    assert {
        "Underwater basket weaving",
        "Scrum Master",
        "Admitted to the Ohio bar",
        "Nameless Inc.",
        "2019",
    } <= said.keys()


@pytest.mark.parametrize(
    "files", [{}, {"Connections.csv": b"First Name\r\nBo\r\n"}, {"Profile.csv": b"\xff\xfe\x00"}]
)
def test_what_is_no_export_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(InvalidInputError):
        linkedin_draft(files)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(FILES)),
        st.one_of(
            st.text(max_size=200),
            st.lists(st.sampled_from([*POSITIONS, *PROFILE, '"', "\0", ",", "\r\n"])).map("".join),
            st.sampled_from([PROFILE, POSITIONS]).flatmap(
                lambda text: st.integers(0, len(text)).map(lambda at: text[:at] + '"\0' + text[at:])
            ),
        ),
        min_size=1,
    )
)
def test_any_files_give_a_draft_within_bounds(files: dict[str, str]) -> None:
    sent = {name: text.encode(errors="replace") for name, text in files.items()}
    try:
        draft = linkedin_draft(sent)
    except InvalidInputError:
        return
    for each in quoted(draft):
        assert draft.text[each.start : each.end] == each.quote
    if "name" in draft.draft:
        Profile.model_validate(draft.draft)


PERSON = "First Name,Last Name,Headline,Summary\n"
WORK = "Company Name,Title,Description,Started On,Finished On\n"
CERTIFICATES = "Name,Authority,Started On,Finished On\n"
HOSTILE = {
    "people": ("Profile.csv", PERSON, "a,b,c,d\n"),
    "a summary": ("Profile.csv", PERSON + 'a,b,c,"', "Admitted to the Texas bar, patent trial. "),
    "quotation marks": ("Profile.csv", PERSON + 'a,b,c,"', '""'),
    "values": ("Profile.csv", PERSON, ","),
    "notes before the header": ("Profile.csv", "", "x\n"),
    "empty lines": ("Profile.csv", PERSON, "\n"),
    "addresses": ("Email Addresses.csv", "Email Address,Confirmed,Primary\n", "a@b,Yes,No\n"),
    "positions": ("Positions.csv", WORK, "A,B,patent,Mar 2019,\n"),
    "reversed dates": ("Positions.csv", WORK, "A,B,,2019,2013\n"),
    "skills": ("Skills.csv", "Name\n", "Baskets\n"),
    "certificates": ("Certifications.csv", CERTIFICATES, "Admitted to the Texas bar,,2013,\n"),
    "an authority": ("Certifications.csv", CERTIFICATES + "Bar,", "Texas "),
    "degrees": ("Education.csv", "Degree Name\n", "B.S. in Physics\n"),
    "files": ("", "", ""),
}


@pytest.mark.parametrize(("name", "start", "piece"), HOSTILE.values(), ids=HOSTILE)
def test_twice_the_export_is_at_most_twice_the_work(name: str, start: str, piece: str) -> None:
    def packed(size: int) -> bytes:
        files: dict[str, str | bytes] = {"Profile.csv": PROFILE}
        if name:
            files[name] = start + piece * (size // len(piece))
        else:
            files |= {f"{at}.csv": "x" for at in range(size // 40)}
        return zipped(files)

    def read(body: str) -> object:
        return draft_profile(bodies[body], ZIP)

    bodies = {"once": packed(10_000), "twice": packed(20_000)}
    read("once")  # loads the words
    once, twice = (calls_of(read, body) for body in bodies)
    assert twice < 2.5 * once


def test_what_more_there_is_is_counted() -> None:
    files = {"Skills.csv": "Name\n" + "".join(f"Baskets {at}\n" for at in range(500))}
    draft = linkedin_draft(encoded(files))
    assert (len(draft.not_understood), draft.not_understood_omitted) == (100, 400)
