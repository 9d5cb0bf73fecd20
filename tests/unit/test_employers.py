"""Employers in canonical form: company names, mail domains, present positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobmatch.rules.work_history import canonical_company

from jobmatch.careers.domains import mail_domains
from jobmatch.careers.employers import FOREVER, Employer, present_employers

MAY_2024 = 2024 * 12 + 4


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Harrowgate & Lyle, LLP", "harrowgate lyle"),
        ("HARROWGATE  &  LYLE L.L.P.", "harrowgate lyle"),
        ("Vantrel Semiconductor GmbH & Co. KG", "vantrel semiconductor"),
        ("Ortolane S.A.S.", "ortolane"),
        ("\uff2b\uff45\uff53\uff54ner GmbH", "kestner"),
        ("Smith-Jones Ltd", "smithjones"),
        # A form in front or in the middle is a part of the name, and one alone is all of it.
        ("Limited Edition Brands", "limited edition brands"),
        ("LLP", "llp"),
        ("100% Legal_Team", "100 legalteam"),
    ],
)
def test_punctuation_and_a_trailing_legal_form_are_dropped(name: str, canonical: str) -> None:
    assert canonical_company(name) == canonical


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=1))
def test_a_legal_form_behind_a_name_changes_nothing(name: str) -> None:
    assert canonical_company(f"{name} Ltd.") == canonical_company(f"{name} GmbH")


@pytest.mark.parametrize(
    ("address", "domains"),
    [
        ("a@eu.lindqvist.example", ["eu.lindqvist.example", "lindqvist.example", "example"]),
        ("a@LINDQVIST.example.", ["lindqvist.example", "example"]),
        (None, []),
        ("", []),
    ],
)
def test_an_address_is_in_its_domain_and_in_those_above(
    address: str | None, domains: list[str]
) -> None:
    assert mail_domains(address) == domains


def test_company_domains_are_compared_without_case_and_at_signs() -> None:
    employer = Employer.of("Lindqvist LLP", ["@Lindqvist.EXAMPLE", "lindqvist.example", " "])
    assert employer == Employer("lindqvist", ["lindqvist.example"])
    assert Employer.of(None, None) == Employer(None, [])


@pytest.mark.parametrize(
    ("end", "until"),
    [
        (None, FOREVER),
        ("", FOREVER),
        ("Present", FOREVER),
        ("2024-05", MAY_2024),
        ("2024-05-02", MAY_2024),
        ("2024", MAY_2024 + 7),
        ("2031-01", 2031 * 12),
        ("2024-04", None),
        ("2023", None),
        ("spring", None),
    ],
)
def test_a_position_is_present_until_its_last_month(end: str | None, until: int | None) -> None:
    expected = [] if until is None else [("roe", until)]
    assert present_employers([("Roe Inc.", end)], MAY_2024) == expected


def test_two_positions_with_one_employer_last_as_long_as_the_longer() -> None:
    positions = [("Roe", "2024-06"), ("Roe LLC", "2024-09"), ("...", None)]
    assert present_employers(positions, MAY_2024) == [("roe", MAY_2024 + 4)]
