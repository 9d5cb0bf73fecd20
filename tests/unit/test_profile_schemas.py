"""What a client may send of candidates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.models import ProfileStatus
from jobmatch.profiles.imports import ProfileImport
from jobmatch.profiles.schemas import Profile
from tests.support.faults import faults

ID = "00000000-0000-4000-8000-000000000001"
LISTS = ("specializations", "technicalDomains", "barAdmissions", "workHistory")
VALUES = pytest.mark.parametrize("field", ["specializations", "technicalDomains"])
POSITION = {"employer": "Acme", "title": "Counsel"}


def found(**fields: Any) -> object:
    return faults(Profile, {"name": "Ada", **fields})


def shown(**fields: Any) -> dict[str, Any]:
    """The profile in its wire form."""
    return Profile.model_validate({"name": "Ada", **fields}).model_dump(mode="json", by_alias=True)


def months(start: Any, end: Any) -> object:
    return found(workHistory=[POSITION | {"startDate": start, "endDate": end}])


def test_a_name_is_all_there_must_be() -> None:
    assert shown() == {
        "name": "Ada",
        **dict.fromkeys(("email", "userId", "location")),
        "status": "pending_review",
        **{name: [] for name in LISTS},
    }


@pytest.mark.parametrize("field", LISTS)
def test_a_list_that_is_null_is_empty(field: str) -> None:
    assert shown(**{field: None})[field] == []


@pytest.mark.parametrize("status", ProfileStatus)
def test_each_status_there_is_and_no_other(status: ProfileStatus) -> None:
    assert shown(status=str(status))["status"] == status
    for wrong in (str(status).upper(), "", None, 1):
        assert found(status=wrong) == {"status"}


@pytest.mark.parametrize(
    ("path", "longest", "optional"),
    [
        ("name", 255, False),
        ("location", 255, True),
        ("barAdmissions/0/jurisdiction", 255, False),
        ("workHistory/0/employer", 255, False),
        ("workHistory/0/title", 255, False),
        ("workHistory/0/description", 5_000, True),
        ("workHistory/0/startDate", 40, True),
        ("workHistory/0/endDate", 40, True),
    ],
)
def test_texts_are_bounded_after_trimming(path: str, longest: int, optional: bool) -> None:
    parent, _, field = path.rpartition("/")
    base = {"barAdmissions/0": {"jurisdiction": "NY"}, "workHistory/0": POSITION}.get(parent, {})

    def profile(value: object) -> dict[str, Any]:
        changed = {**base, field: value}
        return {parent.split("/")[0]: [changed]} if parent else changed

    assert found(**profile(f" {'é' * longest}\n")) == set()
    assert found(**profile("é" * (longest + 1))) == {path}
    assert found(**profile("a\0b")) == found(**profile(5)) == found(**profile(["a"])) == {path}
    assert found(**profile(" \t")) == found(**profile(None)) == (set() if optional else {path})


def test_blank_optional_text_is_null_and_others_are_trimmed() -> None:
    profile = shown(
        email=" ",
        location="\t",
        barAdmissions=[{"jurisdiction": " ny ", "status": " "}],
        workHistory=[POSITION | {"employer": " Acme ", "startDate": "", "description": " \n"}],
    )
    assert (profile["email"], profile["location"]) == (None, None)
    assert profile["barAdmissions"] == [{"jurisdiction": "New York", "year": None, "status": None}]
    assert profile["workHistory"] == [
        POSITION | {"startDate": None, "endDate": None, "description": None}
    ]


@pytest.mark.parametrize("email", ["a@b", " ada@firm.example ", "é@ü.example", "x" * 253 + "@y"])
def test_a_mail_address_with_one_at(email: str) -> None:
    assert shown(email=email)["email"] == email.strip()


@pytest.mark.parametrize(
    "email",
    ["ada", "@", "ada@", "@firm.example", "a@b@c", "a@@b", "a@b\0", "x" * 254 + "@y", 5, ["a@b"]],
)
def test_no_mail_address(email: object) -> None:
    assert found(email=email) == {"email"}


@VALUES
def test_lists_of_values_are_bounded(field: str) -> None:
    many = [f"value {number}" for number in range(51)]
    assert found(**{field: many[:50]}) == found(**{field: ["é" * 100, f" {'x' * 100} "]}) == set()
    assert found(**{field: many}) == found(**{field: "Copyright"}) == {field}
    for refused in ("x" * 101, "", " ", "a\0", 5, None, ["a"]):
        assert found(**{field: ["fine", refused]}) == {f"{field}/1"}
    assert found(**{field: ["fine", "\x1f"]}) == {field}, "a separator is blank in canonical form"


@VALUES
def test_duplicates_fold_to_the_first_writing(field: str) -> None:
    values = ["Straße", " Other  One", "STRASSE", "other one", "strasse"]
    assert sorted(shown(**{field: values})[field]) == ["Other  One", "Straße"]


@given(st.lists(st.sampled_from(["a", "A", " a ", "b", "Copyright", "copyright law"]), max_size=9))
def test_a_profile_that_was_shown_is_taken_back_unchanged(values: list[str]) -> None:
    once = shown(specializations=values, technicalDomains=values)
    assert Profile.model_validate(once).model_dump(mode="json", by_alias=True) == once
    assert {each.casefold() for each in once["technicalDomains"]} == {
        each.strip().casefold() for each in values
    }


@pytest.mark.parametrize(
    ("field", "item", "path"),
    [
        ("barAdmissions", {"jurisdiction": "NY"}, "jurisdiction"),
        ("workHistory", POSITION, "title"),
    ],
)
def test_documents_are_up_to_a_hundred_and_strict(
    field: str, item: dict[str, Any], path: str
) -> None:
    assert found(**{field: [item] * 100}) == set()
    assert found(**{field: [item] * 101}) == {field}
    assert found(**{field: [item, "NY"]}) == {f"{field}/1"}
    assert found(**{field: [item, item | {"more": 1}]}) == {f"{field}/1/more"}
    without = {name: value for name, value in item.items() if name != path}
    assert found(**{field: [item, without]}) == {f"{field}/1/{path}"}


@pytest.mark.parametrize("year", [2016, 1, 9999, None])
def test_the_year_of_an_admission_is_an_integer(year: int | None) -> None:
    assert found(barAdmissions=[{"jurisdiction": "NY", "year": year}]) == set()
    for wrong in ("2016", 2016.0, 10**30, True):
        admissions = [{"jurisdiction": "NY", "year": wrong}]
        assert found(barAdmissions=admissions) == {"barAdmissions/0/year"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2019-05", "2019-05"),
        ("2019-05-31", "2019-05-01"),
        ("2019-12", "2019"),
        ("2019", "2019-01"),
        ("2019-05", None),
        ("2999", "present"),
        # What can't be read is kept, whatever stands at the other end.
        ("2019-05", "2018-13"),
        ("spring", "1999"),
        (None, "1999"),
        ("present", "1999"),
    ],
)
def test_a_position_may_end_when_it_starts_and_unreadable_dates_are_kept(
    start: str | None, end: str | None
) -> None:
    assert months(start, end) == set()
    position = shown(workHistory=[POSITION | {"startDate": start, "endDate": end}])["workHistory"]
    assert (position[0]["startDate"], position[0]["endDate"]) == (start, end)


@given(st.integers(1, 9999 * 12), st.integers(1, 9999 * 12))
def test_an_end_in_a_month_before_the_start_is_refused(one: int, other: int) -> None:
    start, end = (f"{(each - 1) // 12 + 1:04d}-{(each - 1) % 12 + 1:02d}" for each in (one, other))
    assert months(start, end) == ({"workHistory/0"} if other < one else set())


@pytest.mark.parametrize("end", ["2018", "2018-12", "2018-12-31"])
def test_a_year_alone_starts_in_january(end: str) -> None:
    assert months("2019", end) == {"workHistory/0"}


@pytest.mark.parametrize(("count", "valid"), [(0, False), (1, True), (500, True), (501, False)])
def test_an_import_holds_1_to_500_profiles(count: int, valid: bool) -> None:
    profiles = [{"id": str(UUID(int=number)), "name": "Ada"} for number in range(count)]
    assert faults(ProfileImport, {"profiles": profiles}) == (set() if valid else {"profiles"})


def test_an_import_holds_no_id_twice_and_points_into_the_list() -> None:
    profile = {"id": str(UUID(int=0xAB)), "name": "Ada"}
    again = profile | {"id": profile["id"].upper(), "name": "Other"}
    assert faults(ProfileImport, {"profiles": [profile, again]}) == {"profiles/1/id"}
    bad = {"id": "x", "workHistory": [{"employer": "Acme"}]}
    assert faults(ProfileImport, {"profiles": [profile, bad]}) == {
        *("profiles/1/id", "profiles/1/name", "profiles/1/workHistory/0/title")
    }
