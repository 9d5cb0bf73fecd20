"""Warnings: what of an input was not understood, told with the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import insert

from jobmatch.models import VocabularyAlias
from jobmatch.postgres import transaction
from tests.support.given import a_draft, a_profile
from tests.support.rows import nothing_written
from tests.support.running import run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

UNKNOWN = "is not a known"
FEW = "Fewer than 5"
SAME = "says the same as"
UNRESOLVED = "could not be resolved"


def posted(api: Api, people: People, **fields: Any) -> list[dict[str, Any]]:
    """The warnings of a new job."""
    answer = api.post("/jobs", {"title": "Counsel", **fields}, by=people.employer)
    assert answer.status == 201, answer.text
    assert answer.json.keys() == {"id", "warnings"}
    warnings: list[dict[str, Any]] = answer.json["warnings"]
    assert all(each.keys() == {"pointer", "message", "suggestions"} for each in warnings)
    assert all(len(each["suggestions"]) <= 5 for each in warnings)
    return warnings


def put(api: Api, people: People, **fields: Any) -> list[dict[str, Any]]:
    """The warnings of a new profile."""
    body = {"name": "Ada Quill", **fields}
    answer = api.put(f"/admin/profiles/{uuid4()}", body, by=people.admin)
    assert answer.status == 201, answer.text
    warnings: list[dict[str, Any]] = answer.json["warnings"]
    return warnings


def many(api: Api, people: People, **fields: Any) -> None:
    """Five active candidates."""
    entries = [{"id": str(uuid4()), "name": "Ada", "status": "active", **fields} for _ in range(5)]
    answer = api.post("/admin/profiles/import", {"profiles": entries}, by=people.admin)
    assert answer.json == {"imported": 5, "warnings": []}


def test_a_value_that_is_not_known_is_told_with_the_nearest_ones(api: Api, people: People) -> None:
    (warning,) = posted(api, people, requiredSpecializations=["Trademrk Prosecution"])
    assert warning["pointer"] == "/requiredSpecializations/0"
    assert "“Trademrk Prosecution” is not a known specialization" in warning["message"]
    assert warning["suggestions"][0] == "Trademark Prosecution"


def test_of_an_entry_of_several_parts_the_unknown_ones_are_named(api: Api, people: People) -> None:
    warnings = posted(api, people, requiredTechnicalDomains=["Software / zorbing / flimming"])
    assert [each["pointer"] for each in warnings] == ["/requiredTechnicalDomains/0"] * 2
    assert "“zorbing” in “Software / zorbing / flimming”" in warnings[0]["message"]
    assert "“flimming” in" in warnings[1]["message"]


def test_a_known_value_that_few_have_is_told_without_the_number(api: Api, people: People) -> None:
    for number in range(5):
        warnings = posted(api, people, requiredBar=["DE"])
        assert [each["pointer"] for each in warnings] == ["/requiredBar/0"], number
        assert warnings[0]["message"] == "Fewer than 5 active candidates have “DE”."
        a_profile(api, people, status="pending_review", barAdmissions=[{"jurisdiction": "DE"}])
        a_profile(api, people, barAdmissions=[{"jurisdiction": "DE"}])
    assert posted(api, people, requiredBar=["DE"]) == []


def test_what_is_narrower_counts_and_what_is_broader_is_suggested(api: Api, people: People) -> None:
    many(api, people, specializations=["Trademark Prosecution"])
    assert posted(api, people, preferredSpecializations=["Trademark"]) == []
    (warning,) = posted(api, people, preferredSpecializations=["Trademark Litigation"])
    assert FEW in warning["message"]
    assert "Trademarks" in warning["suggestions"]
    assert posted(api, people, preferredSpecializations=warning["suggestions"][:1]) == []


def test_an_entry_with_the_terms_of_an_earlier_one_is_named_with_it(
    api: Api, people: People
) -> None:
    many(api, people, specializations=["Trademark Prosecution"])
    (warning,) = posted(
        api, people, requiredSpecializations=["Trademark prosecution", "Prosecution of trade marks"]
    )
    assert warning["pointer"] == "/requiredSpecializations/1"
    assert (
        "“Prosecution of trade marks” says the same as “Trademark prosecution”"
        in (warning["message"])
    )
    # The place in the input, though what is stored has one entry less.
    warnings = posted(
        api,
        people,
        requiredSpecializations=["Trademark prosecution", "Prosecution of trade marks", "Zorbing"],
    )
    assert warnings[1]["pointer"] == "/requiredSpecializations/2"
    # Each list for itself.
    fields = {"requiredSpecializations": ["Trademark"], "preferredSpecializations": ["Trademarks"]}
    assert posted(api, people, **fields) == []


@pytest.mark.parametrize(
    ("place", "says", "suggestion"),
    [
        ("Xyzzyville", UNRESOLVED, None),
        ("Muncih", UNRESOLVED, "Munich, Germany"),
        ("Bostn, MA", "city that is not known", "Boston, Massachusetts"),
        ("Munich or Xyzzyville", "“xyzzyville” could not be resolved", None),
    ],
)
def test_a_place_that_is_not_known_is_told(
    api: Api, people: People, place: str, says: str, suggestion: str | None
) -> None:
    for warnings, pointer in (
        (posted(api, people, preferredLocation=place), "/preferredLocation"),
        (put(api, people, location=place), "/location"),
    ):
        (warning,) = warnings
        assert warning["pointer"] == pointer
        assert says in warning["message"]
        assert suggestion is None or suggestion in warning["suggestions"]


@pytest.mark.parametrize(
    "place", ["München", "Remote - US", "Hybrid - New York, NY", "Calif.", "Anywhere", " ", None]
)
def test_a_place_that_is_known_is_not_told(api: Api, people: People, place: str | None) -> None:
    assert posted(api, people, preferredLocation=place) == []
    assert put(api, people, location=place) == []


def test_of_a_profile_all_is_told_in_the_order_of_the_input(api: Api, people: People) -> None:
    warnings = put(
        api,
        people,
        location="Xyzzyville",
        specializations=["Patents", "patents", "Zorbing"],
        technicalDomains=["Flimming", "Software"],
        barAdmissions=[
            {"jurisdiction": "NY", "status": "Active, in good standing"},
            {"jurisdiction": "Bar of Zorb", "status": "retired"},
            {"jurisdiction": "CA", "status": "on the moon"},
        ],
        workHistory=[
            {"employer": "A", "title": "B", "startDate": "2019", "endDate": "heute"},
            {"employer": "A", "title": "B", "startDate": "March 2019", "endDate": "spring"},
            {"employer": "A", "title": "B"},
            {"employer": "A", "title": "B", "startDate": "1939-12", "endDate": "1950"},
            {"employer": "A", "title": "B", "startDate": "2019-13"},
        ],
    )
    told = [(each["pointer"], each["message"]) for each in warnings]
    uncounted = "so that the position is not counted"
    expected = [
        ("/location", UNRESOLVED),
        ("/specializations/2", "“Zorbing” is not a known specialization"),
        ("/technicalDomains/0", "“Flimming” is not a known technical domain"),
        ("/barAdmissions/1/jurisdiction", "is not a known bar"),
        ("/barAdmissions/2/status", "“on the moon” is not a known status"),
        ("/workHistory/1/endDate", "employer is taken for a present one"),
        ("/workHistory/2/startDate", f"startDate is missing, {uncounted}"),
        ("/workHistory/3/startDate", f"is before 1940, {uncounted}"),
        ("/workHistory/4/startDate", f"was not read as a date, {uncounted}"),
    ]
    assert [pointer for pointer, _ in told] == [pointer for pointer, _ in expected]
    assert all(says in message for (_, message), (_, says) in zip(told, expected, strict=True))


def test_an_import_points_into_each_profile(api: Api, people: People) -> None:
    profiles = [
        {"id": str(uuid4()), "name": "Ada"},
        {"id": str(uuid4()), "name": "Bo", "specializations": ["Zorbing"]},
    ]
    answer = api.post("/admin/profiles/import", {"profiles": profiles}, by=people.admin)
    assert answer.json.keys() == {"imported", "warnings"}
    (warning,) = answer.json["warnings"]
    assert warning["pointer"] == "/profiles/1/specializations/0"
    # Also where nothing is written.
    with nothing_written():
        again = api.post("/admin/profiles/import", {"profiles": profiles}, by=people.admin)
    assert again.json == answer.json


def test_of_resumes_is_told_what_a_profile_has_a_place_for(api: Api, people: People) -> None:
    profile_id = str(uuid4())
    resume = {
        "id": profile_id,
        "basics": {
            "name": "Ada",
            "email": "Ada Quill <ada@quill.example>",
            "location": {"city": "Xyzzyville"},
        },
        "work": [{"name": "A", "position": "B", "startDate": "spring"}],
        "skills": [{"name": "Zorbing"}],
    }
    body = {"format": "jsonresume", "profiles": [resume]}
    answer = api.post("/admin/profiles/import", body, by=people.admin)
    assert answer.json.keys() == {"imported", "unmapped", "warnings"}
    assert [each["pointer"] for each in answer.json["unmapped"]] == ["/profiles/0/skills/0/name"]
    basics = "/profiles/0/basics"
    pointers = [f"{basics}/email", f"{basics}/location", "/profiles/0/work/0/startDate"]
    assert [each["pointer"] for each in answer.json["warnings"]] == pointers
    assert "ada@quill.example is kept" in answer.json["warnings"][0]["message"]
    stored = api.get(f"/admin/profiles/{profile_id}", by=people.admin).json
    assert stored["email"] == "ada@quill.example"


def test_beyond_a_thousand_they_are_counted(api: Api, people: People) -> None:
    profiles = [
        {"id": str(uuid4()), "name": "Ada", "specializations": [f"Zorbing {n} {i}" for i in "abc"]}
        for n in range(335)
    ]
    answer = api.post("/admin/profiles/import", {"profiles": profiles}, by=people.admin)
    assert answer.json.keys() == {"imported", "warnings", "warningsOmitted"}
    assert len(answer.json["warnings"]) == 1000
    assert answer.json["warningsOmitted"] == 5
    assert answer.json["warnings"][-1]["pointer"] == "/profiles/333/specializations/0"


def test_a_replay_tells_anew(api: Api, people: People) -> None:
    body = {"title": "Counsel", "requiredBar": ["DE", "Bar of Zorb"]}
    headers = {"Idempotency-Key": "a"}

    def post() -> Any:
        return api.post("/jobs", body, by=people.employer, headers=headers)

    first = post()
    assert (first.status, len(first.json["warnings"])) == (201, 2)
    assert post().json == first.json
    many(api, people, barAdmissions=[{"jurisdiction": "DE"}])
    again = post()
    assert (again.status, again.json["id"]) == (201, first.json["id"])
    assert again.json["warnings"] == first.json["warnings"][1:]


def test_a_change_is_told_of_what_it_names(api: Api, people: People) -> None:
    job = a_draft(api, people.employer, requiredSpecializations=["Zorbing"], requiredBar=["DE"])

    def patch(**fields: Any) -> Any:
        answer = api.patch(f"/jobs/{job}", fields, by=people.employer)
        assert answer.status == 200, answer.text
        return answer

    assert patch(title="Senior counsel").json["warnings"] == []
    assert patch(requiredBar=None, preferredLocation=None).json["warnings"] == []
    told = patch(preferredLocation="Xyzzyville").json["warnings"]
    assert [each["pointer"] for each in told] == ["/preferredLocation"]
    told = patch(requiredSpecializations=["Zorbing"]).json["warnings"]
    assert [each["pointer"] for each in told] == ["/requiredSpecializations/0"]


@pytest.mark.parametrize("role", ["employer", "admin"])
def test_warnings_are_no_part_of_what_is_stored(api: Api, people: People, role: str) -> None:
    caller = getattr(people, role)
    job = a_draft(api, people.employer)
    changed = api.patch(f"/jobs/{job}", {"requiredBar": ["Bar of Zorb"]}, by=caller)
    read = api.get(f"/jobs/{job}", by=caller)
    assert changed.json.keys() - read.json.keys() == {"warnings"}
    assert read.json == {name: changed.json[name] for name in read.json}
    assert read.headers["etag"] == changed.headers["etag"]
    # The candidates change what is told, and the job's version is the same.
    again = api.patch(f"/jobs/{job}", {"requiredBar": ["Bar of Zorb"]}, by=caller)
    assert again.headers["etag"] == changed.headers["etag"]
    with nothing_written():
        refused = api.patch(f"/jobs/{job}", {"warnings": []}, by=caller)
    assert [each["pointer"] for each in refused.json["errors"]] == ["/warnings"]
    profile = a_profile(api, people, specializations=["Zorbing"])
    assert "warnings" not in api.get(f"/admin/profiles/{profile}", by=people.admin).json
    refused = api.put(
        f"/admin/profiles/{profile}", {"name": "Ada", "warnings": []}, by=people.admin
    )
    assert [each["pointer"] for each in refused.json["errors"]] == ["/warnings"]


def test_an_operators_alias_is_known(api: Api, people: People) -> None:
    assert put(api, people, specializations=["Zorbing"])
    with transaction() as connection:
        connection.execute(
            insert(VocabularyAlias).values(
                list="specializations", value="Zorbing", form="zorbing", term="Trade Secrets"
            )
        )
    assert put(api, people, specializations=["Zorbing"]) == []
    few, same = posted(api, people, requiredSpecializations=["Zorbing", "Trade Secrets"])
    assert FEW in few["message"]
    assert SAME in same["message"]


@pytest.mark.parametrize(
    "address",
    [
        "Ada <ada@quill.example>",
        "mailto:ada@quill.example",
        "ada@quill.example,",
        "ada@quill.example。",
        "ada@quill.example\u200b",
        "ada@quill.example (home)",
        "ada@@quill.example",
        "ada",
    ],
)
def test_an_address_with_anything_around_it_is_refused(
    api: Api, people: People, address: str
) -> None:
    with nothing_written():
        put_alone = api.put(
            f"/admin/profiles/{uuid4()}", {"name": "Ada", "email": address}, by=people.admin
        )
        profiles = [{"id": str(uuid4()), "name": "Ada", "email": address}]
        imported = api.post("/admin/profiles/import", {"profiles": profiles}, by=people.admin)
    assert [each["pointer"] for each in put_alone.json["errors"]] == ["/email"]
    assert [each["pointer"] for each in imported.json["errors"]] == ["/profiles/0/email"]


@pytest.mark.parametrize("address", ["ada@quill", "o'neil+x@quill.example", "jürgen@köln.example"])
def test_an_address_as_browsers_take_it_is_stored(api: Api, people: People, address: str) -> None:
    profile = a_profile(api, people, email=f" {address} ")
    assert api.get(f"/admin/profiles/{profile}", by=people.admin).json["email"] == address


def test_a_new_user_follows_the_suggestions_and_sees_matches(api: Api, people: People) -> None:
    many(
        api,
        people,
        specializations=["Patent Prosecution"],
        technicalDomains=["Medical Devices"],
        barAdmissions=[{"jurisdiction": "New York"}],
        location="Boston, MA",
    )
    job = {
        "title": "Patent attorney for our device team",
        "status": "open",
        "requiredSpecializations": ["Patent prosecutoin"],
        "requiredTechnicalDomains": ["Medical devcies"],
        "requiredBar": ["New Yrok bar"],
        "preferredLocation": "Bostn, MA",
    }

    def shown() -> list[int]:
        preview = api.post("/jobs/preview-matches", job, by=people.employer).json
        return [each["overallScore"] for each in preview["best"]]

    assert shown() == []
    answer = api.post("/jobs", job, by=people.employer)
    better = dict(job)
    for warning in answer.json["warnings"]:
        name, *place = warning["pointer"][1:].split("/")
        best = warning["suggestions"][0]
        better[name] = [best] if place else best
    assert len(answer.json["warnings"]) == 4
    path = f"/jobs/{answer.json['id']}"
    changed = api.patch(path, better, by=people.employer)
    assert (changed.status, changed.json["warnings"]) == (200, [])
    job |= better
    assert shown() == [100] * 5
    run_matching(answer.json["id"])
    matches = api.get(f"{path}/matches", by=people.employer).json["items"]
    assert [each["overallScore"] for each in matches] == [100] * 5
