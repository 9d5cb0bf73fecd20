"""The public JSON of Greenhouse's and Ashby's job boards, read as jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.boards.board_jobs import ASHBY, GREENHOUSE, READERS
from jobmatch.errors import InvalidInputError
from jobmatch.jobs.identifiers import Identifier
from jobmatch.postings.service import job_readers
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from jobmatch.postings.job_posting import PostingRead

FOLDER = ROOT / "tests" / "support" / "boards"
BOARDS: dict[str, Any] = {
    GREENHOUSE: json.loads((FOLDER / "greenhouse.json").read_text("utf-8")),
    ASHBY: json.loads((FOLDER / "ashby.json").read_text("utf-8")),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)


def read(media_type: str, number: int = 0, **changes: object) -> PostingRead:
    return READERS[media_type](BOARDS[media_type]["jobs"][number] | changes)


def pointers(posting: PostingRead) -> list[str]:
    return [warning.pointer for warning in posting.unused]


def test_a_job_of_greenhouse_is_read_and_all_else_is_told() -> None:
    posting = read(GREENHOUSE)
    assert posting.job == {
        "title": "Senior Patent Counsel",
        "description": "About the role\nYou own the portfolio of our lens & laser business.\n"
        "Requirements\nAt least 6 years of experience in patent litigation\n"
        "Admission to the bar of New York\nA good sense of humour",
        "minimumExperience": 6,
        "preferredLocation": "Munich, Germany",
        "requiredBar": ["New York"],
        "requiredSpecializations": ["Patent Litigation", "Patent Prosecution"],
        "requiredTechnicalDomains": ["Optics"],
    }
    assert posting.identifier == Identifier("Greenhouse", "4012907008")
    assert pointers(posting) == [
        "/absolute_url",
        "/data_compliance",
        "/internal_job_id",
        "/metadata/0/id",
        "/metadata/0/name",
        "/metadata/0/value/1",
        "/metadata/0/value_type",
        "/metadata/2",
        "/updated_at",
        "/requisition_id",
        "/company_name",
        "/first_published",
        "/language",
        "/content",
        "/departments",
        "/offices",
    ]
    (of_content,) = (each.message for each in posting.unused if each.pointer == "/content")
    assert of_content.startswith("“A good sense of humour”: ")


def test_a_job_of_ashby_is_read_and_all_else_is_told() -> None:
    posting = read(ASHBY)
    assert posting.job == {
        "title": "IP Transactions Counsel",
        "description": "Requirements\nAt least 4 years of experience in licensing\n"
        "A degree in electrical engineering",
        "minimumExperience": 4,
        "preferredLocation": "Boston, Massachusetts; Austin, TX",
        "requiredSpecializations": ["Licensing"],
        "requiredTechnicalDomains": ["Electrical Engineering"],
    }
    assert posting.identifier == Identifier("Ashby", "5f0c9f9e-41a4-4f2e-9d0d-6a9a0f4f7c11")
    assert pointers(posting) == [
        "/department",
        "/team",
        "/employmentType",
        "/secondaryLocations/0/address",
        "/publishedAt",
        "/workplaceType",
        "/jobUrl",
        "/applyUrl",
        "/shouldDisplayCompensationOnJobPostings",
        "/compensation",
    ]


def test_where_a_remote_job_may_be_done_is_read() -> None:
    greenhouse, ashby = read(GREENHOUSE, 1), read(ASHBY, 1)
    assert greenhouse.job["preferredLocation"] == "Remote - United States"
    assert ashby.job["preferredLocation"] == "Remote - Canada"
    assert {"/location", "/isListed"} <= {*pointers(ashby)}
    hybrid = read(ASHBY, 1, workplaceType="Hybrid", location="Toronto", address=None)
    assert hybrid.job["preferredLocation"] == "Toronto"
    assert "/isRemote" in pointers(hybrid)


@pytest.mark.parametrize("media_type", READERS)
def test_of_a_whole_board_the_first_job_is_read(media_type: str) -> None:
    board = BOARDS[media_type]
    whole, alone = READERS[media_type](board), READERS[media_type](board["jobs"][0])
    assert (whole.job, whole.identifier) == (alone.job, alone.identifier)
    of_first = [f"/jobs/0{pointer}" for pointer in pointers(alone)]
    assert [each for each in pointers(whole) if each.startswith("/jobs/0")] == of_first
    (other,) = (each for each in whole.unused if each.pointer == "/jobs/1")
    assert other.message == "This is another job: the first alone is read."


@pytest.mark.parametrize(
    ("media_type", "changes", "pointer"),
    [
        (GREENHOUSE, {"title": None}, "/title"),
        (GREENHOUSE, {"title": 7}, "/title"),
        (GREENHOUSE, {"title": "x" * 300}, "/title"),
        (GREENHOUSE, {"content": ["a"]}, "/content"),
        (GREENHOUSE, {"content": "&lt;p&gt;" + "x" * 20_001}, "/content"),
        (GREENHOUSE, {"location": {"name": "x" * 256}}, "/location/name"),
        (ASHBY, {"title": {}}, "/title"),
        (ASHBY, {"descriptionHtml": 1}, "/descriptionHtml"),
        (ASHBY, {"descriptionHtml": None, "descriptionPlain": "x" * 20_001}, "/descriptionPlain"),
        (ASHBY, {"address": None, "location": "x" * 256}, "/location"),
    ],
    ids=str,
)
@pytest.mark.parametrize("in_board", [False, True])
def test_a_fault_points_into_what_was_sent(
    media_type: str, changes: dict[str, object], pointer: str, in_board: bool
) -> None:
    job = BOARDS[media_type]["jobs"][0] | changes
    document: object = {"jobs": [job]} if in_board else job
    with pytest.raises(InvalidInputError) as error:
        job_readers({}, READERS)[media_type](document)
    at = "/jobs/0" if in_board else ""
    assert [each.pointer for each in error.value.errors] == [at + pointer]


@pytest.mark.parametrize("media_type", READERS)
@pytest.mark.parametrize(
    ("document", "pointer"),
    [([], ""), ("x", ""), ({}, ""), ({"jobs": []}, ""), ({"jobs": [3]}, "/jobs/0")],
    ids=str,
)
def test_what_is_no_job_is_refused(media_type: str, document: object, pointer: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        READERS[media_type](document)
    assert [each.pointer for each in error.value.errors] == [pointer]


@given(st.data(), st.sampled_from([*READERS]))
def test_whatever_a_field_holds_is_a_job_or_a_fault_and_nothing_is_lost(
    data: st.DataObject, media_type: str
) -> None:
    job = BOARDS[media_type]["jobs"][0]
    field = data.draw(st.sampled_from([*job]))
    changed = job | {field: data.draw(JSON), "new": "x"}
    context: dict[str, Any] = {}
    faults: list[str] = []
    try:
        job_readers(context, READERS)[media_type](changed)
    except InvalidInputError as error:
        faults = [each.pointer for each in error.errors]
    assert all(pointer.startswith(f"/{field}") for pointer in faults)
    assert faults or "/new" in pointers(context["posting"])
