"""Companies: every spelling of a firm has one form, and two firms have two."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers import company_data
from jobmatch.careers.companies import company_words, comparison_form, comparison_forms
from jobmatch.careers.employers import FOREVER, Employer, present_employers
from jobmatch.text import canonical_text
from tests.support.open_ends import still_there
from tests.support.spellings import spellings_of
from tests.support.work import calls_of

FIRMS = [
    *("Harrow & Richardson", "Müller-Lüders & Quörk", "Inkwell", "K & L", "Smith-Jones"),
    *("Łódzki & Sørensen & Straße", "Quinn & Partner", "Marlow Widgets", "Vantrel Semiconductor"),
    *("Kühn & Böhm Patentanwälte", "Lindqvist & Marrow & Orsolo", "Côté Brevets"),
]
FORMS = json.loads(Path(company_data.__file__).with_name("legal_forms.json").read_text())
MAY_2024 = 2024 * 12 + 4


@given(st.sampled_from(FIRMS).flatmap(lambda firm: st.tuples(st.just(firm), spellings_of(firm))))
def test_every_spelling_of_a_firm_has_its_form(firm: tuple[str, str]) -> None:
    name, spelled = firm
    assert comparison_form(spelled) == comparison_form(name)
    assert comparison_forms(spelled)[0] == comparison_form(name)


@given(
    st.sampled_from(FIRMS).flatmap(lambda firm: st.tuples(spellings_of(firm), spellings_of(firm))),
    still_there(),
    st.sampled_from([None, "2015", "spring"]),
)
def test_whoever_may_be_there_is_a_present_employee_however_it_is_spelled(
    spellings: tuple[str, str], end: str | None, start: str | None
) -> None:
    theirs, ours = spellings
    employer = Employer.of(ours, None)
    assert (employer.company, FOREVER) in present_employers([(theirs, start, end)], MAY_2024)


@pytest.mark.parametrize("form", [each for forms in FORMS["forms"].values() for each in forms])
def test_every_listed_legal_form_is_dropped_with_or_without_full_stops(form: str) -> None:
    initials = ".".join(form) + "." if len(form) <= 5 and form.isalnum() else form
    for spelled in (form, form.upper(), f"({form})", f"{form} Ltd.", initials):
        assert comparison_form(f"Inkwell {spelled}") == "inkwell", spelled


@pytest.mark.parametrize(
    "names",
    [
        ("Lindqvist & Marrow", "Lindqvist & Marrow Partners LLP", "Lindqvist", "Marrow"),
        ("Harrow Group", "Harrow Holding", "Harrow", "Harrow London", "Harrow Partners"),
        ("Smith, Houston LLP", "Smith LLP", "Smith & Houston & Lyle"),
        ("Limited Edition Brands", "Edition Brands Ltd"),
        ("Institute Inc.", "SAS Institute Inc."),
        ("A & G", "A & S", "AEB", "B & G"),
        ("Harrow Law", "Harrow Patents", "Harrow Intellectual Property"),
        ("Bank of London", "Bank of Munich", "Bank"),
        ("Day Spa Berlin", "Day Spa Bonn"),
        ("Amazon.com, Inc.", "Amazon"),
        ("山田特許事務所", "山本特許事務所"),
        ("ガス", "カス"),
        ("Paris", "London", "Berlin GmbH"),
        ("K & L LLP", "K LLP", "L LLP"),
        ("Finnegan, Henderson LLP", "Finnegan LLP"),
        ("Müller Patentanwälte", "Müller Rechtsanwälte", "Müller"),
        ("Quill 1", "Quill 2", "Quill"),
        ("Sandbox", "Andbox", "S Box"),
    ],
)
def test_two_firms_stay_two(names: tuple[str, ...]) -> None:
    for one, other in itertools.combinations(names, 2):
        assert comparison_form(one) != comparison_form(other), (one, other)


@pytest.mark.parametrize(
    "names",
    [
        (
            "International Widgets",
            "International Widgets Corp. (IWC)",
            "Int\u200bernational Widgets",
        ),
        ("Inkwell", "Inkwell LLP, Attorneys at Law", "Inkwell LLP (contract)", "Inkwell (UK) LLP"),
        (
            "Inkwell",
            "Inkwell LLP, New York, NY",
            "Inkwell LLP London",
            "Inkwell LLP - Munich office",
        ),
        (
            "Inkwell",
            "Inkwell (London and Munich)",
            "Inkwell, London LLP",
            "Inkwell LLP (UK) (London)",
        ),
        ("山田", "株式会社山田", "㈱山田", "山田\uff08株\uff09", "山田 株式会社"),
        ("Фирма", "\u041e\u041e\u041e «Фирма»"),
        ("LLP", "L.L.P.", "llp"),
        ("The Limited", "Limited LLP", "Limited"),
        ("Dupont", "SELARL Dupont", "Dupont SELARL"),
        ("O'Brien", "O\u2019Brien LLP", "OBrien"),
        ("Straße", "Strasse", "STRASSE AG"),
    ],
)
def test_one_firm_is_one(names: tuple[str, ...]) -> None:
    assert len({comparison_form(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Inkwell LLP (formerly Quill & Co)", {"inkwell", "quill"}),
        ("IW (International Widgets Corp.)", {"iw", "internationalwidgets"}),
        ("Inkwell LLP / Quill GmbH", {"inkwell", "quill"}),
        ("Inkwell LLP, IP group", {"inkwell"}),
        ("Inkwell d/b/a Quill", {"inkwell", "quill"}),
        ("Lease & Co. (Inkwell LLP)", {"lease", "inkwell"}),
        # A partner of the name of a place, or a place.
        ("Smith, Austin", {"smith", "smithaustin"}),
    ],
)
def test_an_employer_may_be_several_companies(text: str, others: set[str]) -> None:
    assert others <= set(comparison_forms(text))


def test_places_that_only_the_caller_knows_count_where_nothing_else_can_be_meant() -> None:
    def is_place(text: str) -> bool:
        return text.strip().casefold() == "straubing"

    assert comparison_form("Inkwell LLP, Straubing", is_place) == "inkwell"
    assert comparison_form("Inkwell (Straubing)", is_place) == "inkwell"
    assert comparison_form("Inkwell, Straubing", is_place) == "inkwellstraubing"
    assert "inkwell" in comparison_forms("Inkwell, Straubing", is_place)


@pytest.mark.parametrize("name", ["...", "&", "\u2014", "The", "and", "!?"])
def test_a_name_of_nothing_else_is_itself(name: str) -> None:
    assert comparison_form(f" {name} ") == name.casefold()


@given(st.text(max_size=60))
def test_any_name_has_a_form_and_case_changes_nothing(name: str) -> None:
    form = comparison_form(name)
    assert bool(form) == bool(canonical_text(name))
    assert comparison_form(f"  {name}\n") == form
    assert comparison_forms(name)[0] == form


def test_words_for_finding_a_name_in_a_text_keep_their_accents() -> None:
    assert company_words("The Müller & Smith-Jones GmbH, London") == ["müller", "smith", "jones"]


@pytest.mark.parametrize(
    ("end", "until"),
    [
        *((None, FOREVER), ("", FOREVER), ("Present", FOREVER), ("spring", FOREVER)),
        *(("2024-05", MAY_2024), ("2024-05-02", MAY_2024), ("2024", MAY_2024 + 7)),
        *(("2031-01", 2031 * 12), ("2024-04", None), ("04/2024", None), ("2023", None)),
        # Before its start: one of the two is wrong.
        ("2014", FOREVER),
    ],
)
def test_a_position_is_present_until_its_last_month(end: str | None, until: int | None) -> None:
    expected = [] if until is None else [("quill", until)]
    assert present_employers([("Quill Inc.", "2015", end)], MAY_2024) == expected


def test_two_positions_with_one_employer_last_as_long_as_the_longer() -> None:
    positions = [("Quill", None, "2024-06"), ("Quill LLC", None, "2024-09"), (" ", None, None)]
    assert present_employers(positions, MAY_2024) == [("quill", MAY_2024 + 4)]


def test_an_employer_without_a_company_has_no_name() -> None:
    assert Employer.of(None, None) == Employer(None, [])
    assert Employer.of(
        "Inkwell LLP", ["@Inkwell.EXAMPLE", "https://www.inkwell.example/", " "]
    ) == (Employer("inkwell", ["inkwell.example"]))


UNITS = [
    *("llp ", ", london", "a (b ", "(", "a, ", "&", "a&", "l.l.p.", "株式会社", "ü", "ae", "x - "),
    *("\u200b", "formerly ", "a b ", "inc, ", "llp london ", "llp (x) ", "the ", "(r)", "&amp;"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_name_takes_no_time(unit: str) -> None:
    name = unit * (10_000 // len(unit))
    for function in (comparison_form, comparison_forms):
        assert calls_of(function, name) < len(name) * 200
