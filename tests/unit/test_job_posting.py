"""schema.org's JobPosting: read as others write it, and written so that it reads the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.documents.job_posting import job_of, posting_of
from jobmatch.errors import InvalidInputError
from jobmatch.jobs.schemas import JobCreate, JobDetail
from jobmatch.models import JobStatus, MatchingStatus

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


def test_what_a_job_can_hold_is_read() -> None:
    assert job_of(POSTING) == {
        "title": "Patent counsel",
        "description": "You draft & file.\nOwn the portfolio\nTravel",
        "minimumExperience": 3,
        "preferredLocation": "Detroit, Michigan",
        "requiredSpecializations": ["Patent Prosecution"],
        "requiredTechnicalDomains": ["Optics"],
        "requiredBar": ["Michigan", "USPTO"],
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"jobLocationType": "TELECOMMUTE"}, {"preferredLocation": "Remote"}),
        ({"jobLocation": "Oslo, Norway"}, {"preferredLocation": "Oslo, Norway"}),
        (
            {"jobLocation": [{"address": {"addressCountry": {"name": "Norway"}}}]},
            {"preferredLocation": "Norway"},
        ),
        ({"skills": [{"name": "Licensing"}]}, {"requiredSpecializations": ["Licensing"]}),
        ({"experienceRequirements": {"monthsOfExperience": 24}}, {"minimumExperience": 2}),
        ({"@type": ["Thing", "JobPosting"]}, {}),
        ({"@context": ["http://schema.org", {"x": "y"}]}, {}),
    ],
    ids=str,
)
def test_there_is_more_than_one_way_to_say_it(
    changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    job = job_of(POSTING | changed)
    assert job.items() >= expected.items()


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"@context": "https://example.org"}, ["/@context"]),
        ({"@context": None, "@type": "Person"}, ["/@context", "/@type"]),
        ({"@context": "https://schema.org.evil.example"}, ["/@context"]),
    ],
    ids=str,
)
def test_what_is_no_job_posting_is_refused(changed: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(InvalidInputError) as error:
        job_of(POSTING | changed)
    assert [each.pointer for each in error.value.errors] == pointers


LABELS = st.lists(st.sampled_from(["Licensing", "Nobody's, field; x", "Optics"]), unique=True)


@given(
    st.fixed_dictionaries(
        {
            "title": st.just("Counsel"),
            "description": st.none() | st.just("Plain text."),
            "required_specializations": st.none() | LABELS,
            "preferred_specializations": st.none() | LABELS,
            "required_technical_domains": st.none() | LABELS,
            "required_bar": st.none() | st.lists(st.sampled_from(["Ohio", "USPTO"]), unique=True),
            "minimum_experience": st.none() | st.integers(1, 60),
            "preferred_location": st.none() | st.sampled_from(["Oslo, Norway", "Remote"]),
        }
    )
)
def test_what_is_written_reads_the_same(fields: dict[str, Any]) -> None:
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
        **fields,
    )
    read = JobCreate.model_validate(job_of(json.loads(json.dumps(posting_of(job)))))
    for name, value in fields.items():
        assert getattr(read, name) == (value or None), name


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "address", "monthsOfExperience", "addressLocality", "x"]),
            inner,
        )
    ),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(sorted(POSTING)), ANYTHING))
def test_whatever_it_holds_it_is_read(members: dict[str, Any]) -> None:
    known = {"@context": "https://schema.org", "@type": "JobPosting"}
    json.dumps(job_of(members | known))
