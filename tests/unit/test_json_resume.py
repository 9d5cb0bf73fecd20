"""JSON Resume: what becomes of each section, and that nothing is lost in silence."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jobmatch.documents.json_resume import read_resume
from jobmatch.places.names import joined_address
from jobmatch.profiles.imports import ProfileImport
from tests.support.resumes import VERSIONS, paths

if TYPE_CHECKING:
    from jobmatch.errors import FieldError


def profile_of(resume: dict[str, Any], pointer: str) -> tuple[dict[str, Any], list[FieldError]]:
    read = read_resume(resume, pointer)
    return read.profile, read.unmapped


# In the form of the public schema's own example, with every section that it has.
RESUME: dict[str, Any] = {
    "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
    "basics": {
        "name": "Imogen Vardy",
        "label": "Patent attorney",
        "image": "",
        "email": "imogen.vardy@post.example",
        "phone": "(555) 010-9999",
        "url": "https://vardy.example",
        "summary": "Twelve years of prosecution and opinions.",
        "location": {
            "address": "12 Quay St",
            "postalCode": "CA 94107",
            "city": "San Francisco",
            "countryCode": "US",
            "region": "California",
        },
        "profiles": [{"network": "Example", "username": "ivardy", "url": ""}],
    },
    "work": [
        {
            "name": "Halvorsen Optics",
            "location": "San Jose, CA",
            "description": "Maker of lenses",
            "position": "In-house counsel",
            "url": "https://halvorsen.example",
            "startDate": "2016-03-01",
            "endDate": "2021-06-30",
            "summary": "Built the portfolio.",
            "highlights": ["Filed 140 applications", "Settled two suits"],
        },
        {"name": "Own practice", "position": "Attorney", "startDate": "2021-07"},
        {"position": "Intern", "startDate": "2010"},
    ],
    "volunteer": [{"organization": "Legal Aid", "position": "Adviser"}],
    "education": [
        {
            "institution": "University of Elsewhere",
            "area": "Electrical Engineering",
            "studyType": "Bachelor",
            "startDate": "2004-09-01",
            "endDate": "2008-06-01",
        },
        {"institution": "Law School", "area": "Law"},
    ],
    "awards": [{"title": "Best brief", "date": "2019-11-01"}],
    "certificates": [
        {"name": "State Bar of California", "date": "2012-12-01", "issuer": "The State Bar"},
        {"name": "Registered patent attorney", "date": "2013-02", "issuer": "USPTO"},
        {"name": "Scuba diver", "issuer": "PADI"},
    ],
    "publications": [],
    "skills": [
        {"name": "Patent Prosecution", "level": "Master", "keywords": ["optics", "Small talk"]},
        {"name": "Writing", "keywords": ["freedom to operate"]},
    ],
    "languages": [{"language": "English", "fluency": "Native speaker"}],
    "meta": {"version": "v1.0.0"},
}


WORK = "/profiles/0/work"


def test_each_section_becomes_what_it_can() -> None:
    resume = {"id": str(uuid4()), "status": "active", **RESUME}
    profile, unmapped = profile_of(resume, "/profiles/0")
    assert profile == {
        "id": resume["id"],
        "status": "active",
        "name": "Imogen Vardy",
        "email": "imogen.vardy@post.example",
        "location": "San Francisco, California",
        "workHistory": [
            {
                "employer": "Halvorsen Optics",
                "title": "In-house counsel",
                "startDate": "2016-03-01",
                "endDate": "2021-06-30",
                "description": "Built the portfolio.\nFiled 140 applications\nSettled two suits",
            },
            {
                "employer": "Own practice",
                "title": "Attorney",
                "startDate": "2021-07",
                "endDate": None,
                "description": None,
            },
        ],
        "specializations": ["Patent Prosecution", "Freedom to Operate"],
        "technicalDomains": ["Electrical Engineering", "Optics"],
        "barAdmissions": [
            {"jurisdiction": "California", "year": 2012},
            {"jurisdiction": "USPTO", "year": 2013},
        ],
    }
    ProfileImport.model_validate({"profiles": [profile]})
    value, kept = "names no known specialization or technical domain", "is not kept"
    assert sorted((each.pointer, each.message) for each in unmapped) == sorted(
        [
            *((f"/profiles/0/{section}", kept) for section in ("volunteer", "awards", "languages")),
            *(
                (f"/profiles/0/basics/{name}", kept)
                for name in ("label", "phone", "url", "summary", "profiles")
            ),
            ("/profiles/0/basics/location/address", kept),
            ("/profiles/0/basics/location/postalCode", kept),
            *((f"{WORK}/0/{name}", kept) for name in ("location", "description", "url")),
            (f"{WORK}/2", "names no employer or no position"),
            *(
                (f"/profiles/0/education/0/{name}", kept)
                for name in ("institution", "studyType", "startDate", "endDate")
            ),
            ("/profiles/0/education/1/institution", kept),
            ("/profiles/0/education/1/area", value),
            ("/profiles/0/certificates/0/issuer", kept),
            ("/profiles/0/certificates/2", "names no known bar"),
            ("/profiles/0/$schema", kept),
            ("/profiles/0/meta", kept),
            ("/profiles/0/skills/0/level", kept),
            ("/profiles/0/skills/0/keywords/1", value),
            ("/profiles/0/skills/1/name", value),
        ]
    )


@pytest.mark.parametrize(
    ("certificate", "bar"),
    [
        ({"name": "USPTO"}, "USPTO"),
        ({"name": "Ohio State Bar"}, "Ohio"),
        ({"name": "admitted to the New York bar"}, "New York"),
        ({"name": "Bar of the State of New York"}, "New York"),
        ({"name": "European patent attorney", "issuer": "EPO"}, "European Patent Office"),
        ({"name": "Bar"}, None),
        ({"name": "California law"}, None),
        # Never by an issuer alone.
        ({"name": "US Patent 10,123,456 - Cache invalidation", "issuer": "USPTO"}, None),
        ({"name": "Professional Engineer (PE)", "issuer": "Texas"}, None),
        ({"name": "Seminar on oppositions", "issuer": "European Patent Office"}, None),
        ({"name": "x bar " * 99}, None),
    ],
)
def test_a_certificate_is_a_bar_where_one_is_known(
    certificate: dict[str, str], bar: str | None
) -> None:
    profile, unmapped = profile_of({"certificates": [certificate]}, "")
    assert [each["jurisdiction"] for each in profile["barAdmissions"]] == ([bar] if bar else [])
    assert [each.pointer for each in unmapped] == ([] if bar else ["/certificates/0"])


@pytest.mark.parametrize(
    ("parts", "location"),
    [
        (("Austin", "Texas", "US"), "Austin, Texas"),
        (("Munich", "Bavaria", "de"), "Munich, Germany"),
        (("Munich", "Bavaria", None), "Munich, Bavaria"),
        (("Nairobi", None, "KE"), "Nairobi, Kenya"),
        ((None, None, "JP"), "Japan"),
        (("Washington", None, "United States"), "Washington, United States"),
        ((None, None, None), None),
    ],
)
def test_an_address_is_a_location(
    parts: tuple[str | None, str | None, str | None], location: str | None
) -> None:
    assert joined_address(*parts) == location


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted([*RESUME, *RESUME["basics"], "x/~"])), inner)
    ),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(sorted(RESUME)) | st.text(max_size=5), ANYTHING))
def test_whatever_it_holds_it_is_mapped_or_listed_or_refused(resume: dict[str, Any]) -> None:
    profile, unmapped = profile_of({**resume, "id": str(uuid4())}, "")
    json.dumps(profile)
    for each in unmapped:
        value: Any = resume
        for part in each.pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            value = value[int(name)] if isinstance(value, list) else value[name]
    with suppress(ValidationError):
        ProfileImport.model_validate({"profiles": [profile]})


def work_of(**entry: Any) -> tuple[dict[str, Any], list[str]]:
    profile, unmapped = profile_of({"work": [entry]}, "")
    (position,) = profile["workHistory"]
    return position, [each.pointer for each in unmapped]


@pytest.mark.parametrize(
    "employer", ["name", "company", "employer", "organization", "Company_Name"]
)
@pytest.mark.parametrize("title", ["position", "title", "jobTitle", "job_title", "role"])
def test_the_names_of_a_position(employer: str, title: str) -> None:
    position, unmapped = work_of(**{employer: "Inkwell LLP", title: "Patent attorney"})
    assert (position["employer"], position["title"]) == ("Inkwell LLP", "Patent attorney")
    assert unmapped == []


@pytest.mark.parametrize(
    ("dates", "start", "end"),
    [
        ({"startDate": "2023-9-28"}, "2023-9-28", None),
        ({"startDate": 2015, "endDate": 2019}, "2015", "2019"),
        ({"start_date": "May 2016", "end": "Current"}, "May 2016", "Current"),
        ({"from": "2016-05-01T00:00:00Z", "to": "2017"}, "2016-05-01T00:00:00Z", "2017"),
        ({"start": {"year": 2015, "month": 3}, "end": {"year": "2016"}}, "2015-3", "2016"),
        ({"dates": "2012-2014"}, "2012", "2014"),
        ({"period": "May 2016 \u2013 Present"}, "May 2016", "Present"),
        ({"startDate": "2020", "current": True}, "2020", None),
    ],
)
def test_the_dates_of_a_position(dates: dict[str, Any], start: str, end: str | None) -> None:
    position, unmapped = work_of(company="Inkwell LLP", position="Counsel", **dates)
    assert (position["startDate"], position["endDate"]) == (start, end)
    assert unmapped == []


@pytest.mark.parametrize(
    ("texts", "description", "unmapped"),
    [
        ({"highlights": "Drafted claims"}, "Drafted claims", []),
        ({"description": "Drafted claims"}, "Drafted claims", []),
        ({"summary": "A", "responsibilities": ["B", "C"]}, "A\nB\nC", []),
        ({"description": "Optics", "highlights": ["B"]}, "B", ["/work/0/description"]),
        ({"highlights": ["A", 5, True]}, "A", ["/work/0/highlights/1", "/work/0/highlights/2"]),
        ({"summary": 5}, None, ["/work/0/summary"]),
    ],
)
def test_what_a_position_says(
    texts: dict[str, Any], description: str | None, unmapped: list[str]
) -> None:
    position, lost = work_of(name="A", position="B", **texts)
    assert (position["description"], lost) == (description, unmapped)


def test_several_positions_with_one_employer() -> None:
    positions = [{"title": "Counsel", "startDate": "2019"}, {"title": "Clerk", "endDate": "2018"}]
    resume = {"experience": [{"company": "Inkwell LLP", "positions": positions}]}
    profile, unmapped = profile_of(resume, "")
    told = [(each["employer"], each["title"]) for each in profile["workHistory"]]
    assert told == [("Inkwell LLP", "Counsel"), ("Inkwell LLP", "Clerk")]
    assert unmapped == []


@pytest.mark.parametrize(
    ("skills", "specializations", "domains", "unmapped"),
    [
        ("Licensing, optics", ["Licensing"], ["Optics"], []),
        (["Licensing", "Zorbing"], ["Licensing"], [], ["/skills/1"]),
        (
            [{"name": "Licensing", "keywords": "Patent Prosecution, FTO"}],
            ["Licensing", "Patent Prosecution", "Freedom to Operate"],
            [],
            [],
        ),
        ({"Legal": ["Licensing"], "Years": 5}, ["Licensing"], [], ["/skills/Years"]),
        (7, [], [], ["/skills"]),
    ],
)
def test_the_forms_of_skills(
    skills: object, specializations: list[str], domains: list[str], unmapped: list[str]
) -> None:
    profile, lost = profile_of({"skills": skills}, "")
    assert (profile["specializations"], profile["technicalDomains"]) == (specializations, domains)
    assert [each.pointer for each in lost] == unmapped


@pytest.mark.parametrize(
    ("basics", "name", "email", "location"),
    [
        (
            {
                "firstName": "Ada",
                "lastName": "Quill",
                "email": {"work": "a@w.example", "personal": "a@p.example"},
            },
            *("Ada Quill", "a@p.example", None),
        ),
        ({"name": "Ada", "location": "Berlin, Germany"}, "Ada", None, "Berlin, Germany"),
        ({"name": "Ada", "address": "12 Quay St"}, "Ada", None, None),
        (
            {"name": "Ada", "location": {"city": "Austin", "state": "Texas"}},
            "Ada",
            None,
            "Austin, Texas",
        ),
        (
            {"name": "Ada", "location": {"address": "Munich, Germany"}},
            "Ada",
            None,
            "Munich, Germany",
        ),
        ({"full_name": "Ada", "E-Mail": ["Ada <a@p.example>"]}, "Ada", "a@p.example", None),
    ],
)
@pytest.mark.parametrize("section", ["basics", "bio", ""])
def test_the_forms_of_basics(
    section: str, basics: dict[str, Any], name: str, email: str | None, location: str | None
) -> None:
    profile, _ = profile_of({section: basics} if section else basics, "")
    assert (profile["name"], profile["email"], profile["location"]) == (name, email, location)


def test_an_award_may_be_an_admission_and_a_year_may_be_a_number() -> None:
    resume = {
        "awards": [
            {"title": "State Bar of California", "awardDate": 2016},
            {"title": "Best brief"},
        ],
        "licenses": "none",
    }
    profile, unmapped = profile_of(resume, "")
    assert profile["barAdmissions"] == [{"jurisdiction": "California", "year": 2016}]
    assert [each.pointer for each in unmapped] == ["/awards/1", "/licenses"]


@pytest.mark.parametrize(
    "resume",
    [
        {f"x{number}": number for number in range(1_500)},
        {"basics": {"name": "Ada", "phones": "1"} | {f"x{number}": 1 for number in range(1_499)}},
        {"skills": [{"name": f"juggling {number}"} for number in range(1_500)]},
        {"certificates": [{"name": f"juggling {number}"} for number in range(1_500)]},
    ],
    ids=["sections", "fields", "skills", "certificates"],
)
def test_what_is_not_kept_is_told_up_to_a_number(resume: dict[str, Any]) -> None:
    read = read_resume(resume, "")
    assert (len(read.unmapped), read.unmapped_omitted) == (1_000, 500)


def test_of_a_long_text_or_list_the_rest_is_told() -> None:
    skills = ", ".join(["Licensing", *(f"juggling {number}" for number in range(1_500))])
    read = read_resume({"skills": [skills, "Optics"]}, "")
    assert read.profile["specializations"] == ["Licensing"]
    assert "1,000 values" in read.unmapped[0].message
    # 999 parts of the text that name nothing, that there are more, and the other entry.
    assert len(read.unmapped) + read.unmapped_omitted == 999 + 2


def test_more_than_a_profile_holds_is_told() -> None:
    work = [{"company": f"Firm {number}", "position": "Counsel"} for number in range(102)]
    profile, unmapped = profile_of({"work": work}, "")
    assert len(profile["workHistory"]) == 100
    assert [each.pointer for each in unmapped] == ["/work/100", "/work/101"]


ODD = ("Marker", 7_310_077, True, ["Marker"], {"own": "Marker"}, [{"name": "Marker"}])
"""A value of each type, of which the schema wants one."""


def grown(steps: list[str], tree: Any, value: object) -> Any:
    """A tree with a value at the end of a path."""
    if not steps:
        return value
    name, *rest = steps
    if name == "[]":
        return [grown(rest, tree[0] if tree else None, value)]
    return {**(tree or {}), name: grown(rest, (tree or {}).get(name), value)}


def planted(version: str, odd: int, value: object) -> tuple[dict[str, Any], dict[str, object]]:
    """A resume with a marker in every leaf, another value in one of them, and all by pointer."""
    resume: dict[str, Any] = {}
    leaves: dict[str, object] = {}
    for number, path in enumerate(paths(version)):
        marker = value if number == odd else f"M{number:03}"
        resume = grown(path.replace("[]", ".[]").split("."), resume, marker)
        leaves["/" + path.replace("[]", "/0").replace(".", "/")] = marker
    return resume, leaves


@pytest.mark.parametrize("version", VERSIONS)
@given(odd=st.integers(0, 80), value=st.sampled_from(ODD))
def test_no_leaf_of_any_version_is_lost(version: str, odd: int, value: object) -> None:
    resume, leaves = planted(version, odd, value)
    profile, unmapped = profile_of(resume, "")
    kept = json.dumps(profile)
    for pointer, marker in leaves.items():
        is_told = any(
            f"{each.pointer}/".startswith(f"{pointer}/")
            or f"{pointer}/".startswith(f"{each.pointer}/")
            for each in unmapped
        )
        said = "Marker" if isinstance(marker, list | dict) else json.dumps(marker).strip('"')
        assert is_told or said in kept, pointer
