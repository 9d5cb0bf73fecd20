"""Deleting a candidate, and exporting what is held on them: all of it, in whatever table it is."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, or_, select

from jobmatch.matches.service import mark_told
from jobmatch.models import (
    Job,
    Profile,
    ProfileChange,
    ProfileFeatures,
    Reserve,
    User,
    UserRole,
    all_tables,
)
from jobmatch.postgres import connect, transaction
from tests.support.given import a_match, a_profile, an_open_job, match_body
from tests.support.people import add_user
from tests.support.receivers import a_webhook
from tests.support.rows import change, job_row, nothing_written, write
from tests.support.running import matches_of, run_matching, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Row, Select, Table

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

EXPERIENCE = "experience"
"""The one column whose values the export spells otherwise: months by name."""


def rows_about(table: Table, profile: str) -> Select[*tuple[Any, ...]] | None:
    """Those rows of a table that name a candidate; none where no column can."""
    if table.name == "profiles":
        return select(table).where(table.c.id == UUID(profile))
    naming = [
        column == UUID(profile)
        for column in table.c
        if column.name == "profile_id"
        or "profiles.id" in {key.target_fullname for key in column.foreign_keys}
    ]
    return select(table).where(or_(*naming)) if naming else None


def held_on(profile: str) -> dict[str, list[Row[Any]]]:
    """What every table that can hold something on a candidate does hold."""
    with connect() as connection:
        return {
            table.name: list(connection.execute(rows))
            for table in all_tables().sorted_tables
            if (rows := rows_about(table, profile)) is not None
        }


def leaves(value: Any) -> Iterator[str]:
    """The values in a document or a row, as JSON spells them."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif hasattr(value, "isoformat"):
        time: datetime = value
        yield time.isoformat().replace("+00:00", "Z")
    elif isinstance(value, Enum):
        yield str(value.value)
    elif value is not None:
        yield str(value)


def note_a_change(profile: str) -> None:
    write(insert(ProfileChange).values(profile_id=UUID(profile)))


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


@pytest.fixture
def user(database: str) -> UUID:
    with transaction() as connection:
        return add_user(connection, UserRole.CANDIDATE)


@pytest.fixture
def profile(api: Api, people: People, job: str, user: UUID) -> str:
    """A candidate on whom every table holds something."""
    profile = a_profile(
        api,
        people,
        email="ada@quill.example",
        userId=str(user),
        location="Munich, Germany",
        specializations=["Licensing"],
        technicalDomains=["Software"],
        barAdmissions=[{"jurisdiction": "EPO", "year": 2016, "status": "active"}],
        workHistory=[
            {"employer": "Quire LLP", "title": "Associate", "startDate": "2016-09"},
            {"employer": "Inkwell", "title": "Clerk", "startDate": "2010-02", "endDate": "2011-03"},
        ],
    )
    a_webhook(api, people.employer, "https://hooks.site.example/", "match.added")
    run_matching(job)
    with transaction() as connection:
        mark_told(connection, UUID(job), {UUID(profile): 80})
    # As if they were next to the shortlist of another job.
    another = an_open_job(api, people.rival)
    write(insert(Reserve).values(job_id=another, profile_id=profile, overall_score=61))
    decided = {"decision": "declined", "reason": "Not in Munich for long."}
    path = f"/jobs/{job}/matches/{profile}/decision"
    assert api.put(path, decided, by=people.employer).status == 200
    note_a_change(profile)
    return profile


def test_the_export_holds_all_that_any_table_does(api: Api, people: People, profile: str) -> None:
    export = api.get(f"/admin/profiles/{profile}/export", by=people.admin)
    assert export.status == 200, export.text
    exported = set(leaves(export.json))
    for table, rows in held_on(profile).items():
        assert rows, f"Let the fixture `profile` put something into {table}, and see it exported."
        for row in rows:
            fields = {name: value for name, value in row._mapping.items() if name != EXPERIENCE}
            if table == "job_matches":
                fields["subscores"] = json.loads(fields["subscores"])
                del fields["shown_from"]  # made of employers and status, which are exported
            if table == "candidate_keys":  # its pseudonym is exported, which says it all
                del fields["key"]
            if table == "profile_features":  # for ever has no name
                fields["employed_until"] = []
            if table == "webhook_events":  # exported as the text that is sent
                assert fields["data"] in exported
            for name, value in fields.items():
                assert set(leaves(value)) <= exported, f"{table}.{name}"


def test_the_export_says_it_in_words_that_a_candidate_can_read(
    api: Api, people: People, profile: str, job: str, user: UUID
) -> None:
    export = api.get(f"/admin/profiles/{profile}/export", by=people.admin).json
    stored = api.get(f"/admin/profiles/{profile}", by=people.admin).json
    assert export["id"] == profile
    assert export["profile"] == stored
    assert export["user"]["id"] == str(user)
    features = export["features"]
    assert features["experience"] == [
        {"first": "2010-02", "last": "2011-03"},
        {"first": "2016-09", "last": None},
    ]
    assert features["months"] > features["gapMonths"] == 65
    assert features["employers"] == [{"company": "quire", "until": None}]
    (match,) = export["matches"]
    (shown,) = matches_of(api, job, people.admin)
    assert match.pop("fingerprint")
    assert shown.pop("decision") == "declined"
    assert match | {"profileId": profile} == shown | {"jobId": job}
    (told,) = export["told"]
    assert told["jobId"] == job
    assert told["employerUserId"] == str(people.employer.id)
    assert told["employerCompanyName"] == "Lindqvist & Marrow LLP"


def test_who_has_next_to_nothing_can_be_exported(api: Api, people: People) -> None:
    profile = a_profile(api, people)
    position = {"employer": "A", "title": "B", "of": "another system"}
    change(Profile, profile, specializations=None, work_history=[position])
    write(delete(ProfileFeatures), delete(ProfileChange))
    export = api.get(f"/admin/profiles/{profile}/export", by=people.admin)
    assert export.status == 200, export.text
    assert export.json["features"] is None
    assert export.json["user"] is None
    assert export.json["profile"]["workHistory"] == [position]
    assert export.json["matches"] == export.json["told"] == export.json["changeNotes"] == []


def test_a_deletion_leaves_nothing_in_any_table(
    api: Api, people: People, profile: str, job: str, user: UUID
) -> None:
    others = a_match(api, people, job)
    note_a_change(profile)
    assert all(held_on(profile).values())
    deleted = api.delete(f"/admin/profiles/{profile}", by=people.admin)
    assert (deleted.status, deleted.text) == (204, "")
    assert not any(held_on(profile).values())
    # At once, in whatever is read.
    assert [each["id"] for each in matches_of(api, job, people.employer)] == [others["id"]]
    listed = api.get("/admin/jobs", by=people.admin).json["items"]
    assert [each["matchCount"] for each in listed] == [0, 1]
    for gone in ("", "/export"):
        assert api.get(f"/admin/profiles/{profile}{gone}", by=people.admin).status == 404
    # The account is the platform's.
    with connect() as connection:
        assert connection.scalar(select(User.id).where(User.id == user)) == user


def test_what_is_not_there_is_not_deleted(api: Api, people: People, profile: str) -> None:
    assert api.delete(f"/admin/profiles/{profile}", by=people.admin).status == 204
    with nothing_written():
        for unknown in (profile, uuid4(), "ada"):
            refused = api.delete(f"/admin/profiles/{unknown}", by=people.admin)
            assert refused.status == 404
            assert refused.json["title"]


def test_the_next_in_order_takes_the_place_of_the_deleted(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "1")
    best, next_best = sorted(a_profile(api, people, specializations=["Licensing"]) for _ in "ab")
    job = an_open_job(api, people.employer)
    work(cloud)
    other = an_open_job(api, people.employer, requiredSpecializations=["Litigation"])
    work(cloud)
    assert [each["profileId"] for each in matches_of(api, job, people.employer)] == [best]
    assert api.delete(f"/admin/profiles/{best}", by=people.admin).status == 204
    work(cloud)
    assert [each["profileId"] for each in matches_of(api, job, people.employer)] == [next_best]
    assert {job_row(each).matching_status for each in (job, other)} == {"completed"}


def test_no_match_can_be_put_for_the_deleted(
    api: Api, people: People, profile: str, job: str
) -> None:
    assert api.delete(f"/admin/profiles/{profile}", by=people.admin).status == 204
    put = api.put(f"/admin/jobs/{job}/matches/{profile}", match_body(), by=people.admin)
    assert put.status == 404
    with connect() as connection:
        assert connection.scalar(select(Job.id)) == UUID(job)
