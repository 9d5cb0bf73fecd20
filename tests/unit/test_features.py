"""What matching reads of a candidate."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers.employers import FOREVER
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import features_of
from jobmatch.rules.features import Features

JANUARY_2019 = 2019 * 12
JUNE_2024 = 2024 * 12 + 5
MONTHS = st.integers(1950 * 12, 2100 * 12)


def features(**fields: Any) -> Features:
    return features_of(Profile.model_validate({"name": "Somebody", **fields}), JUNE_2024)


def position(start: str | None = None, end: str | None = None) -> dict[str, Any]:
    return {"employer": "Acme", "title": "Counsel", "startDate": start, "endDate": end}


def date_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def test_of_a_bare_profile_nothing_is_known() -> None:
    assert features() == Features([], [], [], None, None, None, 0, [], [], [])


def test_values_are_canonical_folded_and_sorted() -> None:
    found = features(
        specializations=["Zebra  Law", "copyright LAW", "Copyright", "\uff21\uff29 Law"],
        technicalDomains=["Widgets", "widgets"],
    )
    assert found.specializations == ["ai law", "copyright", "zebra law"]
    assert found.technical_domains == ["widgets"]


@pytest.mark.parametrize("status", [None, "", "  ", "active", "Active", "  ACTIVE "])
def test_an_admission_counts_without_status_or_when_active(status: str | None) -> None:
    assert features(barAdmissions=[{"jurisdiction": "NY", "status": status}]).bars == ["new york"]


def test_a_bar_counts_once_however_it_is_written_and_if_one_admission_is_active() -> None:
    admissions = [
        {"jurisdiction": "NY", "status": "retired"},
        {"jurisdiction": "NY"},
        {"jurisdiction": "New  York", "status": "active"},
        {"jurisdiction": "Atlantis"},
    ]
    assert features(barAdmissions=admissions).bars == ["atlantis", "new york"]


@pytest.mark.parametrize("status", ["inactive", "retired", "not active", "activ"])
def test_an_admission_in_any_other_status_does_not_count(status: str) -> None:
    assert features(barAdmissions=[{"jurisdiction": "NY", "status": status}]).bars == []


@pytest.mark.parametrize(
    ("typed", "location", "region"),
    [
        ("  MUNICH ,  Germany ", "munich, germany", "germany"),
        ("New   York", "new york", "new york"),
        ("Austin, Travis County, TX", "austin, travis county, tx", "tx"),
        ("Berlin,", "berlin", "berlin"),
        (" , ", None, None),
        ("  ", None, None),
        (None, None, None),
    ],
)
def test_location_and_region(typed: str | None, location: str | None, region: str | None) -> None:
    found = features(location=typed)
    assert (found.location, found.region) == (location, region)


@pytest.mark.parametrize(
    ("history", "experience"),
    [
        ([position("2019", "2019")], f"{{[{JANUARY_2019},{JANUARY_2019 + 12})}}"),
        ([position("2019-12")], f"{{[{JANUARY_2019 + 11},)}}"),
        ([position("2019-12", "PRESENT")], f"{{[{JANUARY_2019 + 11},)}}"),
        (
            [position("2019-01", "2019-01"), position("spring"), position("2019-03", "2019-04")],
            f"{{[{JANUARY_2019},{JANUARY_2019 + 1}),[{JANUARY_2019 + 2},{JANUARY_2019 + 4})}}",
        ),
        ([position(None, "2019")], None),
        ([position("present")], None),
        ([position("2019-13", "2020"), position("2019", "autumn")], None),
    ],
)
def test_experience_is_a_multirange_of_the_positions_that_can_be_read(
    history: list[dict[str, Any]], experience: str | None
) -> None:
    assert features(workHistory=history).experience == experience


def test_present_employers_and_mail_domains_are_kept_for_suppression() -> None:
    found = features(
        email="Ada@Mail.Acme.example",
        workHistory=[
            position("2019") | {"employer": "Zinc & Co, Inc."},
            position("2019", "2024-06") | {"employer": "ACME, LLP"},
            position("2019", "2024-05") | {"employer": "Bygone Ltd"},
            position(None, "spring") | {"employer": "Unreadable Ltd"},
        ],
    )
    assert found.employers == ["acme", "zinc co"]
    assert found.employed_until == [JUNE_2024, FOREVER]
    assert found.mail_domains == ["mail.acme.example", "acme.example", "example"]


@given(st.lists(st.tuples(MONTHS, st.integers(0, 40)), min_size=1, max_size=6))
def test_the_multirange_holds_the_months_worked_and_no_others(spans: list[tuple[int, int]]) -> None:
    history = [position(date_text(first), date_text(first + more)) for first, more in spans]
    experience = features(workHistory=history).experience
    assert experience is not None
    assert re.fullmatch(r"\{\[\d+,\d+\)(,\[\d+,\d+\))*\}", experience)
    ranges = [range(*map(int, each)) for each in re.findall(r"\[(\d+),(\d+)\)", experience)]
    worked = {month for first, more in spans for month in range(first, first + more + 1)}
    assert {month for each in ranges for month in each} == worked
