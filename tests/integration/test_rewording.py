"""Matches say what is written now: other words for the same, and texts that a model reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.bedrock import fenced, serving_bedrock
from tests.support.given import a_profile, an_open_job
from tests.support.running import dispatch, matches_of, work

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

ALIAS = "Deals about licences"
POSITION = {"employer": "Elm LLP", "title": "Counsel", "startDate": "2015", "endDate": "2020"}
# The same terms and places; none of the words is a label of the vocabulary.
SPELLINGS = [
    ("Quantum Filings", "QUANTUM FILING"),
    ("Chip-Layouts", "chip layouts"),
    (ALIAS, ALIAS.upper()),
    ("Licensing & Copyright", "copyright / licensing"),
]
PLACES = [("Munich, Germany", "München, DE"), ("NYC", "New York, NY")]
ELSEWHERE = [("Vienna, Austria", "Wien, AT"), PLACES[1]]
LISTS = ("requiredSpecializations", "preferredSpecializations", "requiredTechnicalDomains")


@pytest.fixture(autouse=True)
def alias(api: Api, people: People, cloud: Cloud) -> None:
    body = {"list": "specializations", "value": ALIAS, "term": "Licensing"}
    assert api.post("/admin/vocabulary/aliases", body, by=people.admin).status == 201
    dispatch()


def explained(api: Api, people: People, job: str) -> str:
    (match,) = matches_of(api, job, people.employer)
    return json.dumps(match["subscores"], ensure_ascii=False)


def state(api: Api, people: People, job: str) -> tuple[str, str]:
    read = api.get(f"/jobs/{job}", by=people.employer).json
    return read["matchingStatus"], read["matchedAt"]


def of_job(name: str, old: str, new: str) -> Any:
    return pytest.param(name, [old], [new], old, new, id=f"{name}: {old}")


@pytest.mark.parametrize(
    ("name", "before", "after", "old", "new"),
    [
        *(of_job(name, *SPELLINGS[0]) for name in LISTS),
        *(of_job("requiredSpecializations", *spelling) for spelling in SPELLINGS[1:]),
        of_job("requiredBar", "Bar of Oz", "bar of OZ"),
        *(pytest.param("preferredLocation", a, b, a, b, id=a) for a, b in ELSEWHERE),
    ],
)
def test_a_job_in_other_words_is_explained_in_these(
    name: str,
    before: Any,
    after: Any,
    old: str,
    new: str,
    api: Api,
    people: People,
    cloud: Cloud,
) -> None:
    a_profile(
        api,
        people,
        location="Munich, Germany",
        specializations=["Licensing", "Copyright", *(one for one, _ in SPELLINGS)],
        technicalDomains=[SPELLINGS[0][0]],
        barAdmissions=[{"jurisdiction": "Bar of Oz"}],
    )
    job = an_open_job(api, people.employer, **{name: before})
    work(cloud)
    assert old in explained(api, people, job)
    was = state(api, people, job)
    assert api.patch(f"/jobs/{job}", {name: after}, by=people.employer).status == 200
    assert state(api, people, job) == was, "the contract: not a change of the requirements"
    dispatch()
    work(cloud)
    assert new in explained(api, people, job)
    assert f"{old}." not in explained(api, people, job)
    if old != ALIAS:  # who was written shortly after an alias is read once more
        assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}


def of_profile(name: str, old: str, new: str) -> Any:
    return pytest.param({name: [old]}, {name: [new]}, id=f"{name}: {old}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(of_profile("specializations", *spelling) for spelling in SPELLINGS),
        of_profile("technicalDomains", *SPELLINGS[0]),
        pytest.param(
            {"barAdmissions": [{"jurisdiction": "Bar of  Oz"}]},
            {"barAdmissions": [{"jurisdiction": "bar of OZ"}]},
            id="barAdmissions",
        ),
        *(pytest.param({"location": a}, {"location": b}, id=a) for a, b in PLACES),
    ],
)
def test_a_candidate_in_other_words_is_explained_by_labels(
    before: dict[str, Any],
    after: dict[str, Any],
    api: Api,
    people: People,
    cloud: Cloud,
) -> None:
    by_field: dict[str, dict[str, Any]] = {
        "specializations": {
            "requiredSpecializations": ["Licensing", *dict(SPELLINGS[:2]).values()]
        },
        "technicalDomains": {"requiredTechnicalDomains": ["quantum filing"]},
        "barAdmissions": {"requiredBar": ["BAR OF OZ"]},
        "location": {"preferredLocation": "Vienna, Austria"},
    }
    asked = by_field[next(iter(before))]
    common = {} if "specializations" in before else {"specializations": ["Licensing"]}
    profile = a_profile(api, people, **common, **before)
    job = an_open_job(api, people.employer, **asked)
    work(cloud)
    was = explained(api, people, job)
    a_profile(api, people, profile, **common, **after)
    dispatch()
    work(cloud)
    assert explained(api, people, job) == was


READ_OF_JOBS = [{"title": "Another title"}, {"description": "Another text."}]
READ_OF_PROFILES: list[dict[str, Any]] = [
    {"workHistory": [{**POSITION, "title": "Head of Licensing"}]},
    {"workHistory": [{**POSITION, "description": "Led a team."}]},
    {"workHistory": []},
    {"barAdmissions": [{"jurisdiction": "EPO", "year": 2001}]},
    {"barAdmissions": [{"jurisdiction": "EPO", "status": "in good standing"}]},
]
PERSON: dict[str, Any] = {
    "specializations": ["Licensing"],
    "barAdmissions": [{"jurisdiction": "EPO"}],
    "workHistory": [POSITION],
}


@pytest.mark.parametrize("change", READ_OF_JOBS, ids=str)
def test_a_text_of_the_job_that_the_model_reads_is_matched_anew(
    change: dict[str, Any],
    api: Api,
    people: People,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving_bedrock(monkeypatch) as bedrock:
        a_profile(api, people, **PERSON)
        job = an_open_job(api, people.employer)
        work(cloud)
        assert api.patch(f"/jobs/{job}", change, by=people.employer).status == 200
        assert state(api, people, job)[0] == "pending"
        work(cloud)
        assert len(bedrock.requests) == 2
        (name, text), *_ = change.items()
        assert fenced(bedrock.requests[-1])[0][name] == text


@pytest.mark.parametrize("change", READ_OF_PROFILES, ids=str)
def test_a_text_of_a_candidate_that_the_model_reads_is_matched_anew(
    change: dict[str, Any],
    api: Api,
    people: People,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving_bedrock(monkeypatch) as bedrock:
        profile = a_profile(api, people, **PERSON)
        job = an_open_job(api, people.employer)
        other = an_open_job(api, people.employer, requiredSpecializations=["Copyright"])
        work(cloud)
        a_profile(api, people, profile, **{**PERSON, **change})
        dispatch()
        assert state(api, people, job)[0] == "pending"
        assert state(api, people, other)[0] == "completed"
        work(cloud)
        assert len(bedrock.requests) == 2


@pytest.mark.parametrize("change", READ_OF_JOBS, ids=str)
def test_the_rubric_reads_no_text_of_a_job(
    change: dict[str, Any], api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    work(cloud)
    was = state(api, people, job)
    assert api.patch(f"/jobs/{job}", change, by=people.employer).status == 200
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    assert state(api, people, job) == was


def test_the_rubric_reads_no_text_of_a_position(api: Api, people: People, cloud: Cloud) -> None:
    profile = a_profile(api, people, **PERSON)
    job = an_open_job(api, people.employer)
    work(cloud)
    for change in READ_OF_PROFILES[:2]:
        a_profile(api, people, profile, **{**PERSON, **change})
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    assert state(api, people, job)[0] == "completed"
