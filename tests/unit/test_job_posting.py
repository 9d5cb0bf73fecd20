"""schema.org's JobPosting: read as others write it, and written so that it reads the same."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.errors import InvalidInputError
from jobmatch.jobs.identifiers import Identifier
from jobmatch.jobs.inputs import JobCreate
from jobmatch.jobs.schemas import JobDetail
from jobmatch.models import JobStatus, MatchingStatus
from jobmatch.postings.job_posting import read_posting
from jobmatch.postings.posting_writer import posting_of
from jobmatch.postings.service import job_readers
from jobmatch.wording.schemas import InputWarning, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

# In the form of the examples for search engines.
POSTING: dict[str, Any] = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Patent counsel",
    "description": "<p>You draft &amp; file.</p>\n<ul><li>Own the portfolio<li>Travel</ul>",
    "identifier": {"@type": "PropertyValue", "name": "Halvorsen", "value": "774"},
    "datePosted": "2026-01-18",
    "validThrough": "2026-03-18T00:00",
    "employmentType": ["FULL_TIME", "CONTRACTOR"],
    "hiringOrganization": {"@type": "Organization", "name": "Halvorsen Optics"},
    "jobLocation": {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "12 Quay St",
            "addressLocality": "Detroit",
            "addressRegion": "Michigan",
            "postalCode": "48201",
            "addressCountry": "US",
        },
    },
    "baseSalary": {"@type": "MonetaryAmount", "currency": "USD", "value": 9},
    "skills": "patent prosecution, Optics; Juggling",
    "qualifications": {
        "@type": "EducationalOccupationalCredential",
        "name": "State Bar of Michigan",
    },
    "educationRequirements": ["Bachelor", "USPTO"],
    "experienceRequirements": {
        "@type": "OccupationalExperienceRequirements",
        "monthsOfExperience": 30,
    },
}
BARE = {"@context": "https://schema.org", "@type": "JobPosting", "title": "Counsel"}


def unused(document: object) -> list[str]:
    return [warning.pointer for warning in read_posting(document).unused]


def test_what_a_job_can_hold_is_read_and_all_else_is_told() -> None:
    read = read_posting(POSTING)
    assert read.job == {
        "title": "Patent counsel",
        "description": "You draft & file.\nOwn the portfolio\nTravel",
        "minimumExperience": 3,
        "preferredLocation": "Detroit, Michigan",
        "requiredSpecializations": ["Patent Prosecution"],
        "requiredTechnicalDomains": ["Optics"],
        "requiredBar": ["Michigan", "USPTO"],
    }
    assert read.identifier == Identifier("Halvorsen", "774")
    assert [warning.pointer for warning in read.unused] == [
        "/datePosted",
        "/validThrough",
        "/employmentType",
        "/hiringOrganization",
        "/jobLocation/address/streetAddress",
        "/jobLocation/address/postalCode",
        "/baseSalary",
        "/skills",
        "/educationRequirements/0",
    ]
    assert "Juggling" in read.unused[-2].message


def place(**address: Any) -> dict[str, Any]:
    return {"jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", **address}}}


def remote(requirements: object, kind: object = "TELECOMMUTE") -> dict[str, Any]:
    return {"jobLocationType": kind, "applicantLocationRequirements": requirements}


ANY = "Any US State Bar"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"jobLocation": "Oslo, Norway"}, {"preferredLocation": "Oslo, Norway"}),
        ({"jobLocation": [{"address": {"addressCountry": {"name": "Norway"}}}]}, "Norway"),
        (place(addressLocality="New York, NY", addressCountry="US"), "New York, NY"),
        (place(addressLocality="New York", addressRegion="NY"), "New York, NY"),
        (place(addressLocality="Oslo", addressCountry="NO"), "Oslo, Norway"),
        (place(addressLocality="Oslo", addressCountry="NOR"), "Oslo, Norway"),
        ({"jobLocation": {"@type": "Place", "name": "Oslo"}}, "Oslo"),
        ({"jobLocationType": "TELECOMMUTE"}, "Remote"),
        ({"jobLocationType": "Telecommute"}, "Remote"),
        ({"jobLocationType": "https://schema.org/TELECOMMUTE"}, "Remote"),
        (remote({"@type": "Country", "name": "USA"}), "Remote - United States"),
        (remote("Germany"), "Remote - Germany"),
        (remote({"@type": "State", "name": "Texas"}), "Remote - Texas"),
        (
            remote([{"@type": "Country", "name": "US"}, {"@type": "Country", "name": "CA"}]),
            "Remote - United States or Remote - Canada",
        ),
        ({"skills": [{"name": "Licensing"}]}, {"requiredSpecializations": ["Licensing"]}),
        (
            {"skills": {"@type": "DefinedTerm", "name": ["Licensing", "Optics"]}},
            {"requiredSpecializations": ["Licensing"], "requiredTechnicalDomains": ["Optics"]},
        ),
        (
            {"skills": "Patent Prosecution, Trademark, IP Litigation"},
            {
                "requiredSpecializations": ["Patent Prosecution", "Trademarks", "IP Litigation"],
            },
        ),
        ({"qualifications": "Washington, D.C. bar"}, {"requiredBar": ["District of Columbia"]}),
        ({"qualifications": "USPTO, Ohio"}, {"requiredBar": ["USPTO", "Ohio"]}),
        ({"title": 7}, {"title": "7"}),
        ({"title": {"@value": "Counsel", "@language": "en"}}, {"title": "Counsel"}),
        ({"schema:title": "Counsel", "title": None}, {"title": "Counsel"}),
        ({"title": None, "name": "Counsel"}, {"title": "Counsel"}),
    ],
    ids=str,
)
def test_there_is_more_than_one_way_to_say_it(members: dict[str, Any], expected: Any) -> None:
    if isinstance(expected, str):
        expected = {"preferredLocation": expected}
    job = read_posting(BARE | members).job
    assert job == {"title": "Counsel", **expected}


def months(value: object) -> dict[str, Any]:
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": value}


@pytest.mark.parametrize(
    ("requirement", "years"),
    [
        (months(60), 5),
        (months("60"), 5),
        (months("60 months"), 5),
        (months(61.0), 6),
        (months(0), 0),
        (months({"@type": "QuantitativeValue", "value": 24}), 2),
        ([months("as much as you can"), months(12)], 1),
        ({"@type": "OccupationalExperienceRequirements", "description": "5+ years"}, 5),
        ("5+ years", 5),
        ("at least five years", 5),
        ("five (5) years", 5),
        ("3-5 years", 3),
        ("18 months", 2),
        ("2 years and 6 months", 3),
        ("no requirements", 0),
        ("up to 10 years", None),
        ("plenty", None),
        (5, None),
        (True, None),
        (months(True), None),
    ],
    ids=str,
)
def test_experience_is_read_in_each_of_its_forms(requirement: object, years: int | None) -> None:
    posting = BARE | {"experienceRequirements": requirement}
    assert read_posting(posting).job.get("minimumExperience") == years
    assert any("experience" in each for each in unused(posting)) == (
        years is None or isinstance(requirement, list)
    )


@pytest.mark.parametrize(
    ("document", "at"),
    [
        ([POSTING], "/0"),
        ([{"@type": "WebSite", "@context": "https://schema.org"}, POSTING], "/1"),
        ({"@context": "https://schema.org", "@graph": [{"@type": "Thing"}, POSTING]}, "/@graph/1"),
        ([{"@graph": [POSTING]}], "/0/@graph/0"),
        ({**POSTING, "@type": "https://schema.org/JobPosting", "@context": None}, ""),
        (
            {**POSTING, "@type": "schema:JobPosting", "@context": {"schema": "http://schema.org/"}},
            "",
        ),
        ({**POSTING, "@type": ["Thing", "JobPosting"]}, ""),
        ({**POSTING, "@context": ["http://schema.org", {"x": "y"}]}, ""),
        ({**POSTING, "@context": "https://www.schema.org/"}, ""),
    ],
    ids=str,
)
def test_a_posting_is_found_where_it_is(document: object, at: str) -> None:
    read = read_posting(document)
    assert read.job == read_posting(POSTING).job
    assert read.sources["/title"] == f"{at}/title"
    assert f"{at}/datePosted" in unused(document)


def member(name: str, *path: Any, of: dict[str, Any] | None = None) -> tuple[dict[str, Any], str]:
    """A posting whose member is wrong at the end of the path, and the pointer to that."""
    value = path[-1]
    for step in reversed(path[:-1]):
        value = [value] if step == 0 else {step: value}
    return BARE | (of or {}) | {name: value}, "".join(f"/{step}" for step in (name, *path[:-1]))


LONG = "x" * 300
AT_FAULT = [
    member("title", LONG),
    member("title", ""),
    member("title", {"en": "Counsel"}),
    member("schema:title", 0, "@value", LONG, of={"title": None}),
    member("name", LONG, of={"title": None}),
    member("description", "x" * 20_001),
    member("experienceRequirements", "monthsOfExperience", 1e9),
    member("experienceRequirements", 0, "monthsOfExperience", "value", -12),
    member("experienceRequirements", "99 years"),
    member("experienceRequirements", "description", "99 years"),
    member("jobLocation", LONG),
    member("jobLocation", 0, "address", LONG),
    member("jobLocation", "name", LONG),
]


@pytest.mark.parametrize("at", ["", "/0", "/1", "/@graph/0", "/@graph/1", "/0/@graph/1"])
@pytest.mark.parametrize(("posting", "pointer"), AT_FAULT, ids=str)
def test_a_fault_points_into_what_was_sent(posting: dict[str, Any], pointer: str, at: str) -> None:
    document: Any = posting
    for step in reversed(at.split("/")[1:]):
        if step == "@graph":
            document = {"@context": "https://schema.org", "@graph": document}
        else:
            document = [{"@type": "Thing"}] * int(step) + [document]
    with pytest.raises(InvalidInputError) as error:
        job_readers({}, {})["application/ld+json"](document)
    assert [each.pointer for each in error.value.errors] == [at + pointer]


def test_other_postings_are_told() -> None:
    assert unused([BARE, BARE | {"title": "Other"}]) == ["/1"]


def test_what_another_node_of_the_graph_says_is_read() -> None:
    there = {"@type": "Place", "@id": "#there", "address": "Oslo, Norway"}
    graph = [{**BARE, "jobLocation": {"@id": "#there"}}, there]
    document = {"@context": "https://schema.org", "@graph": graph}
    assert read_posting(document).job["preferredLocation"] == "Oslo, Norway"
    assert unused(document) == ["/@graph/1/@id"]


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        (POSTING | {"@context": "https://example.org"}, ["/@context"]),
        (POSTING | {"@context": None, "@type": "Person"}, ["/@context", "/@type"]),
        (POSTING | {"@context": "https://schema.org.evil.example"}, ["/@context"]),
        (POSTING | {"@type": "https://evil.example/JobPosting"}, ["/@type"]),
        ([], [""]),
        (["a"], [""]),
        ({"@graph": [{"@type": "Person"}]}, [""]),
        ("JobPosting", [""]),
    ],
    ids=str,
)
def test_what_is_no_job_posting_is_refused(document: object, pointers: list[str]) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_posting(document)
    assert [each.pointer for each in error.value.errors] == pointers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("774", Identifier("", "774")),
        (774, Identifier("", "774")),
        ({"@type": "PropertyValue", "name": "ATS", "value": 774}, Identifier("ATS", "774")),
        ({"propertyID": "ATS", "value": "774"}, Identifier("ATS", "774")),
        ({"name": "jobmatch", "value": "774"}, None),
        ("7" * 300, None),
        (True, None),
    ],
    ids=str,
)
def test_an_identifier_is_read(value: object, expected: Identifier | None) -> None:
    posting = BARE | {"identifier": value}
    assert read_posting(posting).identifier == expected
    assert bool(unused(posting)) == (expected is None)


def test_warnings_of_the_job_point_into_the_posting() -> None:
    read = read_posting(BARE | {"skills": [{"name": "Licensing"}], "datePosted": "2026-01-18"})
    warning = InputWarning("/requiredSpecializations/0", "Few.", ["Patents"])
    told = read.told(Told([warning], 0))
    assert told.warnings[-1] == InputWarning("/skills/0/name", "Few.", ["Patents"])
    assert [each.pointer for each in told.warnings] == ["/datePosted", "/skills/0/name"]


def test_an_answer_holds_so_many_warnings() -> None:
    warning = InputWarning("/title", "Odd.", [])
    read = read_posting(BARE | {f"x{number}": 1 for number in range(1_500)})
    assert len(read.unused) == 1_000
    told = read.told(Told([warning], 3))
    assert (len(told.warnings), told.warnings_omitted) == (1_000, 504)


TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
    | st.sampled_from([" ", "\n", "\r", "<", "&", ";", "&amp;", "<Firm>", "<br>", "<p hidden>"]),
    max_size=9,
).map("".join)
ENTRIES = st.lists(
    st.sampled_from(
        ["Licensing", "Nobody's, field; x", "Optics", "Any US state", "Ohio", "USPTO", "<b>", "5"]
    )
    | TEXTS,
    max_size=6,
)
JOBS = st.fixed_dictionaries(
    {"title": TEXTS},
    optional={
        "description": TEXTS,
        "requiredSpecializations": ENTRIES,
        "preferredSpecializations": ENTRIES,
        "requiredTechnicalDomains": ENTRIES,
        "requiredBar": ENTRIES,
        "minimumExperience": st.integers(0, 60),
        "preferredLocation": st.sampled_from(
            [
                "Oslo, Norway",
                "Remote",
                "remote",
                "Remote - US",
                "Remote - United States",
                "Remote -",
            ]
        )
        | TEXTS,
    },
)
FIELDS = (
    *("title", "description", "required_specializations", "preferred_specializations"),
    *("required_technical_domains", "required_bar", "minimum_experience", "preferred_location"),
)


@given(JOBS)
def test_what_is_written_reads_the_same(body: dict[str, Any]) -> None:
    try:
        stored = JobCreate.model_validate(body)
    except ValueError:
        return  # the API refuses it
    now, nobody = datetime.now(UTC), uuid4()
    job = JobDetail(
        id=nobody,
        employer_user_id=nobody,
        status=JobStatus.OPEN,
        matching_status=MatchingStatus.PENDING,
        created_by=nobody,
        created_at=now,
        updated_at=now,
        matched_at=None,
        employer_email="a@b.example",
        version=1,
        identifier_name=None,
        identifier=None,
        **{name: getattr(stored, name) for name in FIELDS},
    )
    read = read_posting(json.loads(json.dumps(posting_of(job))))
    again = JobCreate.model_validate(read.job)
    for name in FIELDS:
        value = getattr(stored, name)
        assert getattr(again, name) == (None if value == [] else value), name
    assert [each.pointer for each in read.unused] == ["/identifier", "/datePosted"]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    else:
        yield path


FULL: dict[str, Any] = POSTING | {
    "skills": ["a", {"@type": "DefinedTerm", "name": "b", "inDefinedTermSet": "c", "url": "d"}],
    "qualifications": [{"name": "a", "credentialCategory": "b"}, "c"],
    "experienceRequirements": [months("a"), {"name": "b", "description": "c"}, "d"],
    "jobLocation": [POSTING["jobLocation"], {"address": "a", "name": "b"}],
    "applicantLocationRequirements": [{"@type": "Country", "name": "a"}, "b"],
    "jobLocationType": ["a", "b"],
    "identifier": [{"@type": "PropertyValue", "name": "a", "propertyID": "b", "value": "c"}, "d"],
    "title": [{"@value": "a", "@language": "b"}],
    "x": [[["a"]], {"y": {"z": [None, {}]}}],
}
REMOTE = FULL | {"jobLocationType": "TELECOMMUTE"}
GRAPH = {"@context": "https://schema.org", "@graph": [{"@id": "a", "name": "b"}, FULL, FULL]}
MARKERS = st.sampled_from(
    ["Zq7 marker", "Patent Zq7 marker, Licensing", "5 years Zq7 marker", 987654.5, 987654, True]
)


@given(st.sampled_from([FULL, REMOTE, [FULL], GRAPH]), MARKERS, st.data())
def test_no_value_is_lost_in_silence(document: Any, marker: Any, data: st.DataObject) -> None:
    planted = deepcopy(document)
    path = data.draw(st.sampled_from([*leaves(document)]))
    inside = planted
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = marker
    try:
        read = read_posting(planted)
    except InvalidInputError:
        assert "@type" in path or "@context" in path
        return
    text = "Zq7 marker" if isinstance(marker, str) else json.dumps(marker)
    pointer = "".join(f"/{step}" for step in path)
    told = any(f"{pointer}/".startswith(f"{each.pointer}/") for each in read.unused)
    kept = text in json.dumps(read.job) or text in repr(read.identifier)
    kept |= isinstance(marker, float | int) and "minimumExperience" in read.job
    assert told or kept, pointer


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "address", "monthsOfExperience", "addressLocality", "x", "@id", "@value"]
            ),
            inner,
        )
    ),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from([*sorted(POSTING), "@graph"]), ANYTHING))
def test_whatever_it_holds_it_is_read(members: dict[str, Any]) -> None:
    known = {"@context": "https://schema.org", "@type": "JobPosting"}
    members.pop("@graph", None)
    read = read_posting(members | known)
    json.dumps(read.job)
    json.dumps([warning.pointer for warning in read.unused])
