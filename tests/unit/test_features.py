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
    assert features() == Features([], [], [], [], None, 0, [], [], [])


def test_values_are_canonical_folded_and_sorted() -> None:
    found = features(
        specializations=["Zebra  Law", "copyright LAW", "Copyright", "\uff21\uff29 Law"],
        technicalDomains=["Widgets", "widgets"],
    )
    rights, ai = (features(specializations=[each]) for each in ("Copyright", "AI Law"))
    assert set(found.specializations) > {*rights.specializations, *ai.specializations}
    assert found.specializations == sorted(set(found.specializations))
    assert len(found.technical_domains) == 1


@pytest.mark.parametrize(
    "status", [None, "", "  ", "active", "  ACTIVE ", "In Good Standing", "currently registered"]
)
def test_an_admission_counts_without_status_or_when_active(status: str | None) -> None:
    assert "new york" in features(barAdmissions=[{"jurisdiction": "NY", "status": status}]).bars


def test_a_bar_counts_once_however_it_is_written_and_if_one_admission_is_active() -> None:
    admissions = [
        {"jurisdiction": "NY", "status": "retired"},
        {"jurisdiction": "NY"},
        {"jurisdiction": "New  York", "status": "active"},
        {"jurisdiction": "Atlantis"},
    ]
    bars = features(barAdmissions=admissions).bars
    assert {"atlantis", "new york"} < set(bars)
    assert bars[0] == "atlantis", "and what is broader than New York"


@pytest.mark.parametrize("status", ["inactive", "retired", "not active", "xyzzy", "suspended"])
def test_an_admission_in_any_other_status_does_not_count(status: str) -> None:
    assert features(barAdmissions=[{"jurisdiction": "NY", "status": status}]).bars == []


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("  MUNICH ,  Germany ", "region:DE-BY"),
        ("New   York", "region:US-NY"),
        ("Austin, Travis County, TX", "country:US"),
        ("Xyzzy Grove", "text:xyzzy grove"),
    ],
)
def test_a_place_is_stored_as_keys(typed: str, key: str) -> None:
    places = features(location=typed).places
    assert places is not None
    assert key in places


@pytest.mark.parametrize("typed", [" , ", "  ", None, "Remote", "Fully remote"])
def test_a_place_may_be_unknown(typed: str | None) -> None:
    assert features(location=typed).places == []


def test_terms_are_stored_with_everything_broader() -> None:
    trademarks = features(specializations=["Trademarks"]).specializations
    prosecution = features(specializations=["Trademark Prosecution"]).specializations
    assert set(trademarks) < set(prosecution)


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
    employed = dict(zip(found.employers, found.employed_until, strict=True))
    assert employed == {"acme": JUNE_2024, "zinc": FOREVER, "unreadable": FOREVER}
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
