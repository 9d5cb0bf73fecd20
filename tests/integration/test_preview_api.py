"""What a job would find, before it is posted: counts, the best, and nobody singled out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.given import a_profile, an_open_job
from tests.support.running import run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

PATH = "/jobs/preview-matches"
FEW = "fewer than 5"
JOB = {"title": "Counsel", "requiredSpecializations": ["Licensing"], "requiredBar": ["USPTO"]}


def candidates(api: Api, people: People, number: int, **fields: object) -> list[str]:
    return [a_profile(api, people, **fields) for _ in range(number)]


def scores(assessed: list[dict[str, Any]]) -> list[Any]:
    """The scores of each, without their explanations."""
    return [
        (
            each["overallScore"],
            each["recommendation"],
            {name: scored["score"] for name, scored in each["subscores"].items()},
        )
        for each in assessed
    ]


def test_each_list_is_counted_alone_and_all_together(api: Api, people: People) -> None:
    bar = [{"jurisdiction": "USPTO"}]
    candidates(api, people, 6, specializations=["Licensing"], barAdmissions=bar)
    candidates(api, people, 2, specializations=["Licensing"])
    candidates(api, people, 4, barAdmissions=bar)
    candidates(api, people, 3, specializations=["Licensing"], status="rejected")
    preview = api.post(PATH, JOB, by=people.employer).json
    assert {name: preview[name] for name in ("candidates", "filters", "passed")} == {
        "candidates": 10,
        "filters": [
            {"field": "requiredSpecializations", "passed": 5, "passedWithout": 10},
            {"field": "requiredBar", "passed": 10, "passedWithout": 5},
        ],
        "passed": 5,
    }
    assert len(preview["best"]) == 5


def test_a_job_that_requires_nothing_yet_has_a_preview(api: Api, people: People) -> None:
    candidates(api, people, 6, specializations=["Licensing"])
    preview = api.post(PATH, {"title": "Counsel", "minimumExperience": 4}, by=people.employer).json
    assert (preview["candidates"], preview["filters"], preview["passed"]) == (5, [], 5)


def test_the_best_are_those_of_a_run_and_nobody_knows_who_they_are(
    api: Api, people: People
) -> None:
    for number in range(25):
        a_profile(
            api,
            people,
            name="Zephyrine Quill",
            email="zephyrine@quill.example",
            location=["Oslo, Norway", "Berlin, Germany"][number % 2],
            specializations=["Licensing", "Quill law"],
            workHistory=[
                {
                    "employer": "Acme Devices",
                    "title": "Counsel",
                    "startDate": f"{2000 + number}-01",
                    "endDate": "2025-12",
                    "description": "Ask Zephyrine",
                }
            ],
        )
    body = {
        "requiredSpecializations": ["Licensing"],
        "preferredLocation": "Oslo, Norway",
        "minimumExperience": 15,
    }
    answer = api.post(PATH, {"title": "Counsel", **body}, by=people.employer)
    job = an_open_job(api, people.employer, **body)
    run_matching(job)
    matches = api.get(f"/jobs/{job}/matches?limit=100", by=people.employer).json["items"]
    names = ("overallScore", "recommendation", "subscores")
    # Six have 15 years in Oslo, and six in Berlin; no five have the same number of fewer years.
    alike = [each for each in matches if each["subscores"]["experienceFit"]["score"] == 100]
    assert scores(answer.json["best"]) == scores(alike[:5] + alike[7:12])
    assert answer.json["passed"] == 25
    assert answer.json["best"][0].keys() == {
        *names,
        "location",
        "monthsOfExperience",
        "specializations",
        "technicalDomains",
        "barAdmissions",
    }
    first, last = answer.json["best"][0], answer.json["best"][-1]
    assert (first["location"], last["location"]) == ("Oslo, Norway", "Berlin, Germany")
    assert first["monthsOfExperience"] is None
    text = json.dumps(answer.json).lower()
    assert not [word for word in ("zephyrine", "quill", "acme", "profileid") if word in text]


@pytest.mark.parametrize(("there", "told", "shown"), [(4, FEW, 0), (5, 5, 5), (9, 5, 5)])
def test_fewer_than_five_are_neither_counted_nor_shown(
    api: Api, people: People, there: int, told: object, shown: int
) -> None:
    candidates(api, people, there, specializations=["Licensing"])
    preview = api.post(PATH, {**JOB, "requiredBar": None}, by=people.employer).json
    assert (preview["candidates"], preview["passed"]) == (told, told)
    only = {"field": "requiredSpecializations", "passed": told, "passedWithout": told}
    assert preview["filters"] == [only]
    assert len(preview["best"]) == shown


def test_whoever_works_for_the_employer_is_not_counted(api: Api, people: People) -> None:
    candidates(api, people, 8, specializations=["Licensing"])
    position = {"employer": "Lindqvist & Marrow", "title": "Counsel"}
    candidates(api, people, 2, specializations=["Licensing"], workHistory=[position])
    body = {"title": "Counsel", "requiredSpecializations": ["Licensing"]}
    assert api.post(PATH, body, by=people.employer).json["passed"] == 5
    assert api.post(PATH, body, by=people.rival).json["passed"] == 10
    for_employer = {**body, "employerUserId": str(people.employer.id)}
    assert api.post(PATH, for_employer, by=people.admin).json["passed"] == 5


def test_what_is_not_understood_is_told_as_the_answer_to_posting_would(
    api: Api, people: People
) -> None:
    body = {**JOB, "requiredSpecializations": ["Lisensing"], "preferredLocation": "Atlantisss"}
    told = api.post(PATH, body, by=people.employer).json["warnings"]
    assert told == api.post("/jobs", body, by=people.employer).json["warnings"]
    first = told[0]
    assert (first["pointer"], first["suggestions"][0]) == (
        "/requiredSpecializations/0",
        "Licensing",
    )


def test_nothing_is_stored(api: Api, people: People) -> None:
    candidates(api, people, 5, specializations=["Licensing"])
    assert api.post(PATH, {**JOB, "status": "open"}, by=people.employer).status == 200
    assert api.get("/admin/jobs", by=people.admin).json["items"] == []


def test_a_job_that_could_not_be_posted_has_no_preview(api: Api, people: People) -> None:
    foreign = {"title": "Counsel", "employerUserId": str(people.rival.id)}
    assert api.post(PATH, foreign, by=people.employer).status == 403
    nobody = api.post(PATH, {"title": "Counsel"}, by=people.admin)
    assert nobody.status == 422
    assert nobody.json["errors"] == [
        {"pointer": "/employerUserId", "message": "is required for admins"}
    ]
    assert api.post(PATH, {"title": ""}, by=people.employer).status == 422
