"""The operator's aliases: made, listed, ended, and applied by the next schedule."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, update

from jobmatch.models import JobFeatures, Profile, VocabularyAlias
from jobmatch.operations import reindex
from jobmatch.postgres import connect
from tests.support.functions import load
from tests.support.given import a_profile, an_open_job
from tests.support.rows import change, job_row, nothing_written, write
from tests.support.running import dispatch, matches_of, ranking_of, runs_of, work

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

PATH = "/admin/vocabulary/aliases"
UNKNOWN = "/admin/vocabulary/unknown"
VALUE, TERM = "Guarding of marks", "Trademarks"


def post(api: Api, people: People, **fields: Any) -> Answer:
    body = {"list": "specializations", "value": VALUE, "term": TERM, **fields}
    return api.post(PATH, body, by=people.admin)


def unknown(api: Api, people: People, query: str = "") -> list[dict[str, Any]]:
    answer = api.get(UNKNOWN + query, by=people.admin)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_an_alias_is_made_listed_and_ended(api: Api, people: People) -> None:
    made = post(api, people, term="trade mark law")
    assert made.status == 201, made.text
    assert made.json == {
        "id": made.json["id"],
        "list": "specializations",
        "value": VALUE,
        "term": TERM,
        "createdBy": str(people.admin.id),
        "createdAt": made.json["createdAt"],
    }
    assert api.get(PATH, by=people.admin).json == {"items": [made.json]}
    one = f"{PATH}/{made.json['id']}"
    assert api.delete(one, by=people.admin).status == 204
    assert api.get(PATH, by=people.admin).json == {"items": []}
    assert api.delete(one, by=people.admin).status == 404
    assert post(api, people).status == 201, "an ended one is in nobody's way"
    with connect() as connection:
        ended = connection.execute(
            select(VocabularyAlias.deleted_by, VocabularyAlias.created_by).where(
                VocabularyAlias.deleted_at.is_not(None)
            )
        ).all()
    assert ended == [(people.admin.id, people.admin.id)]


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"term": "Trademark prosecutoin"}, 422, "/term"),
        ({"term": "Widgets"}, 422, "/term"),
        ({"list": "places"}, 422, "/list"),
        ({"value": " "}, 422, "/value"),
        ({"value": "x" * 101}, 422, "/value"),
        ({"since": "now"}, 422, "/since"),
        ({"value": "Trade mark law"}, 409, "is known already"),
    ],
)
def test_what_can_be_no_alias_is_refused(
    api: Api, people: People, fields: dict[str, Any], status: int, told: str
) -> None:
    with nothing_written():
        answer = post(api, people, **fields)
    assert answer.status == status, answer.text
    assert told in answer.text


def test_a_value_has_one_alias_however_it_is_written(api: Api, people: People) -> None:
    assert post(api, people).status == 201
    with nothing_written():
        again = post(api, people, value="guarding  of MARKS.", term="Patents")
    assert (again.status, again.json["detail"]) == (409, "The value has an alias already.")
    # Of another list it is another value.
    assert post(api, people, list="technicalDomains", term="Software").status == 201


def test_values_that_are_not_known_are_listed_by_their_use(api: Api, people: People) -> None:
    for _ in range(2):
        a_profile(api, people, specializations=[VALUE, "Trademarks"])
    a_profile(api, people, specializations=["Rights of way"], technicalDomains=["Trademarc"])
    a_profile(api, people, specializations=["Nowhere law"], status="rejected")
    an_open_job(api, people.employer, requiredSpecializations=[VALUE, "Trademark prosecutoin"])
    found = [(e["list"], e["value"], e["jobs"], e["candidates"]) for e in unknown(api, people)]
    assert found == [
        ("specializations", VALUE, 1, 2),
        ("specializations", "Rights of way", 0, 1),
        ("specializations", "Trademark prosecutoin", 1, 0),
        ("technicalDomains", "Trademarc", 0, 1),
    ]
    (typo,) = [e for e in unknown(api, people) if e["value"] == "Trademark prosecutoin"]
    assert typo["suggestions"][0] == "Trademark Prosecution"
    assert [each["value"] for each in unknown(api, people, "?limit=1")] == [VALUE]
    assert [e["value"] for e in unknown(api, people, "?list=technicalDomains")] == ["Trademarc"]
    assert api.get(f"{UNKNOWN}?list=places", by=people.admin).status == 422
    assert post(api, people).status == 201
    assert VALUE not in {each["value"] for each in unknown(api, people)}


def test_what_is_stored_is_matched_anew_by_the_next_schedule(
    api: Api, people: People, cloud: Cloud, log: Any
) -> None:
    candidate = a_profile(api, people, specializations=[VALUE])
    other = a_profile(api, people, specializations=["Trademark Prosecution"])
    broad = an_open_job(api, people.employer, requiredSpecializations=["Trademarks"])
    typed = an_open_job(api, people.employer, requiredSpecializations=[VALUE])
    aside = an_open_job(api, people.employer, requiredSpecializations=["Licensing"])
    work(cloud)
    jobs = (broad, typed, aside)

    def found() -> list[set[str]]:
        return [{each["profileId"] for each in matches_of(api, j, people.admin)} for j in jobs]

    assert found() == [{other}, {candidate}, set()]
    made = post(api, people).json["id"]
    assert found() == [{other}, {candidate}, set()]
    # The job that asks for the value is due; the other gets the candidate who has changed.
    assert dispatch()["queued"] == 1
    assert "Aliases are applied." in log.getvalue()
    work(cloud)
    assert found() == [{other, candidate}, {other, candidate}, set()]
    (match,) = [m for m in matches_of(api, broad, people.admin) if m["profileId"] == candidate]
    explanation = "Has the required specialization: Trademarks."
    assert match["subscores"]["specializationMatch"]["explanation"] == explanation
    versions = [[run["vocabularyVersion"] for run in runs_of(api, j, people.admin)] for j in jobs]
    assert [len(set(each)) for each in versions] == [2, 2, 1]
    # What is stored and shown stays as it was typed.
    assert api.get(f"/admin/profiles/{candidate}", by=people.admin).json["specializations"] == [
        VALUE
    ]
    assert api.get(f"/jobs/{typed}", by=people.admin).json["requiredSpecializations"] == [VALUE]

    assert api.delete(f"{PATH}/{made}", by=people.admin).status == 204
    dispatch()
    work(cloud)
    assert found() == [{other}, {candidate}, set()]


def test_a_part_of_a_value_has_an_alias_too(api: Api, people: People, cloud: Cloud) -> None:
    candidate = a_profile(api, people, barAdmissions=[{"jurisdiction": "Listed at Munich, Texas"}])
    fields = {"requiredSpecializations": ["Licensing"], "requiredBar": ["European Patent Office"]}
    a_profile(
        api,
        people,
        candidate,
        specializations=["Licensing"],
        barAdmissions=[{"jurisdiction": "Texas and Listed at Munich"}],
    )
    job = an_open_job(api, people.employer, **fields)
    work(cloud)
    assert matches_of(api, job, people.admin) == []
    alias = {"list": "bars", "value": "Listed at Munich", "term": "EPO"}
    assert post(api, people, **alias).status == 201
    dispatch()
    work(cloud)
    assert [each["profileId"] for each in matches_of(api, job, people.admin)] == [candidate]


def test_a_write_after_the_alias_needs_no_schedule(api: Api, people: People, cloud: Cloud) -> None:
    assert post(api, people).status == 201
    candidate = a_profile(api, people, specializations=[VALUE])
    job = an_open_job(api, people.employer, requiredSpecializations=["Trademarks"])
    work(cloud)
    assert [each["profileId"] for each in matches_of(api, job, people.admin)] == [candidate]


def test_a_write_that_overlapped_the_alias_is_read_once_more(
    api: Api, people: People, cloud: Cloud
) -> None:
    assert post(api, people).status == 201
    dispatch()
    # As a transaction has left it that began before the alias was there.
    candidate = a_profile(api, people, specializations=["Guarding"])
    change(Profile, candidate, specializations=[VALUE])
    job = an_open_job(api, people.employer, requiredSpecializations=["Trademarks"])
    work(cloud)
    assert matches_of(api, job, people.admin) == []
    dispatch()
    work(cloud)
    assert [each["profileId"] for each in matches_of(api, job, people.admin)] == [candidate]
    # Ten minutes after it was made that is over, and nothing is looked at any more.
    ago = func.now() - timedelta(minutes=30)
    write(update(VocabularyAlias).values(created_at=ago))
    dispatch()
    with nothing_written():
        dispatch()


def test_a_cached_match_is_reused_when_the_alias_was_about_something_else(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    work(cloud)
    assert post(api, people).status == 201
    assert dispatch()["queued"] == 0
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    work(cloud)
    newest, first = runs_of(api, job, people.employer)
    assert (newest["reused"], newest["scored"]) == (1, 0)
    assert newest["vocabularyVersion"] != first["vocabularyVersion"]


def foreign(number: int) -> None:
    """Profiles as another system inserts them."""
    values = {"name": "Ada", "status": "active", "specializations": ["Licensing"]}
    write(insert(Profile).values([{"id": uuid4(), **values} for _ in range(number)]))


def test_no_job_is_queued_while_profiles_wait_to_be_indexed(
    api: Api, people: People, cloud: Cloud, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    foreign(5)
    monkeypatch.setattr(reindex, "BATCH", 2)
    monkeypatch.setattr(load("dispatch_matching"), "SECONDS_OF_INDEXING", 0)
    assert [dispatch()["queued"] for _ in range(3)] == [0, 0, 1]
    told = [json.loads(each) for each in log.getvalue().splitlines() if "Jobs wait until" in each]
    assert [each["profiles"] for each in told] == [3, 1]
    work(cloud)
    assert len(ranking_of(api, job, people.employer)) == 5


def test_a_run_indexes_its_job(api: Api, people: People, cloud: Cloud) -> None:
    job = an_open_job(api, people.employer)
    # As an older release has left it.
    write(update(JobFeatures).values(specializations=["LICENSING"]))
    work(cloud)
    assert job_row(job).matching_status.value == "completed"
    candidate = a_profile(api, people, specializations=["Licensing"])
    work(cloud)
    dispatch()
    work(cloud)
    assert [UUID(each["profileId"]) for each in matches_of(api, job, people.admin)] == [
        UUID(candidate)
    ]
