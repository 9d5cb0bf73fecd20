"""reindex_profiles: profiles that another system or older rules have written become matched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from jobmatch.careers.dates import this_month
from jobmatch.errors import FunctionFailedError
from jobmatch.models import EmployerFeatures, EmployerProfile, Profile, ProfileFeatures
from jobmatch.operations import reindex as reindexing
from jobmatch.operations.upkeep import MARGIN_MILLIS
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.queries import count_not_indexed, is_not_indexed
from jobmatch.profiles.schemas import ProfileAsStored
from jobmatch.profiles.service import index_profiles
from jobmatch.rules import versions
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.rows import change, count, nothing_written, write
from tests.support.running import dispatch, matches_of, work

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

WORK: list[dict[str, Any]] = [
    {"employer": "Lindqvist & Marrow LLP", "title": "Counsel", "startDate": "2019-05", "id": 7},
    {"employer": "Orsolo", "title": "Engineer", "startDate": "2010", "endDate": "2015"},
]


UNREADABLE = "Nobody can read this"
"""The name of profiles that can't be read: as if a later rule of the API refused what is there."""


def foreign(number: int = 1, **values: Any) -> list[UUID]:
    """Profiles as the platform inserts them, which knows nothing of our columns."""
    base = {
        "name": "Ada Quill",
        "status": "active",
        "specializations": ["  LICENSING "],
        "bar_admissions": [{"jurisdiction": "EPO"}],
    }
    ids = [uuid4() for _ in range(number)]
    write(insert(Profile).values([{"id": each, **base, **values} for each in ids]))
    return ids


def reindex(**request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = invoke("reindex_profiles", json.loads(json.dumps(request)))
    return answer


def features() -> list[tuple[Any, ...]]:
    with connect() as connection:
        columns = [each for each in ProfileFeatures.__table__.c if each.name != "profile_id"]
        return [tuple(row) for row in connection.execute(select(*columns))]


def not_indexed() -> int:
    with connect() as connection:
        return count_not_indexed(connection)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 2)


@pytest.fixture(autouse=True)
def _refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    read = ProfileAsStored.model_validate

    def refuse(fields: dict[str, Any], **options: Any) -> Any:
        return read({} if fields["name"] == UNREADABLE else fields, **options)

    monkeypatch.setattr(ProfileAsStored, "model_validate", refuse)


def test_what_the_platform_has_written_is_matched_after_reindexing(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer, requiredBar=["European Patent Office"])
    work(cloud)
    ids = foreign(3)
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    work(cloud)
    assert matches_of(api, job, people.employer) == []
    assert reindex() == {
        "reindexed": 3,
        "employers": 0,
        "unreadable": 0,
        "unreadableIds": [],
        "remaining": 0,
        "after": None,
    }
    found = {each["profileId"] for each in matches_of(api, job, people.employer)}
    assert found == {str(each) for each in ids}
    with nothing_written():
        assert reindex()["reindexed"] == 0


def test_the_features_are_those_of_the_same_profile_put_through_the_api(
    api: Api, people: People
) -> None:
    fields: dict[str, Any] = {"email": "ada@halden.example", "location": "Bonn,  Germany"}
    (profile,) = foreign(work_history=WORK, technical_domains=None, **fields)
    reindex()
    stored = features()
    assert len(stored) == 1
    write(delete(Profile).where(Profile.id == profile))
    known = [{key: each[key] for key in each if key != "id"} for each in WORK]
    a_profile(
        api,
        people,
        specializations=["Licensing"],
        barAdmissions=[{"jurisdiction": "EPO"}],
        workHistory=known,
        **fields,
    )
    assert features() == stored


def test_a_candidate_of_the_platform_is_not_shown_to_their_own_employer(
    api: Api, people: People, cloud: Cloud
) -> None:
    foreign(work_history=WORK)
    reindex()
    mine, theirs = (an_open_job(api, each) for each in (people.employer, people.rival))
    work(cloud)
    assert matches_of(api, mine, people.employer) == []
    assert len(matches_of(api, theirs, people.rival)) == 1


@pytest.mark.usefixtures("database", "small_batches")
def test_what_can_not_be_read_is_reported_and_stops_nothing() -> None:
    foreign(3)
    (bad,) = foreign(name=UNREADABLE)
    foreign(3)
    for number in (6, 0):
        answer = reindex()
        assert (answer["reindexed"], answer["unreadable"]) == (number, 1)
        assert answer["unreadableIds"] == [str(bad)]
        assert (answer["remaining"], answer["after"]) == (0, None)
    assert not_indexed() == 1
    change(Profile, bad, name="Ada", updated_at=func.now())
    assert reindex()["reindexed"] == 1
    assert not_indexed() == 0


@pytest.mark.usefixtures("database")
def test_of_many_that_can_not_be_read_a_hundred_are_named() -> None:
    foreign(103, name=UNREADABLE)
    answer = reindex()
    assert (answer["unreadable"], len(set(answer["unreadableIds"]))) == (103, 100)


def test_a_profile_that_the_platform_changes_is_indexed_anew(
    api: Api, people: People, cloud: Cloud
) -> None:
    profile = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    work(cloud)
    assert len(matches_of(api, job, people.employer)) == 1
    change(Profile, profile, specializations=["Copyright"], updated_at=func.now())
    assert not_indexed() == 1
    assert reindex()["reindexed"] == 1
    assert matches_of(api, job, people.employer) == []


def test_a_change_without_a_new_time_is_found_when_all_are_asked_for(
    api: Api, people: People
) -> None:
    profile = a_profile(api, people, specializations=["Licensing"])
    foreign(2)
    reindex()
    before = features()
    change(Profile, profile, specializations=["Copyright"])
    assert reindex()["reindexed"] == 0
    assert features() == before
    assert reindex(all=True)["reindexed"] == 3
    assert features() != before


def test_what_older_rules_have_made_is_made_anew(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_profile(api, people)
    foreign(2)
    reindex()
    with connect() as connection:
        employers = connection.scalar(select(func.count(EmployerProfile.id)))
    assert not_indexed() == 0
    monkeypatch.setattr(versions, "RULES", versions.RULES + 1)
    versions._version.cache_clear()
    try:
        assert not_indexed() == 3
        answer = reindex()
        assert (answer["reindexed"], answer["employers"]) == (3, employers)
        assert not_indexed() == 0
    finally:
        versions._version.cache_clear()


def test_a_profile_put_as_it_is_already_is_indexed(api: Api, people: People) -> None:
    lists: dict[str, Any] = {"technical_domains": [], "bar_admissions": []}
    (profile,) = foreign(specializations=["Licensing"], **lists)
    assert not_indexed() == 1
    a_profile(api, people, profile, specializations=["Licensing"])
    assert not_indexed() == 0
    with nothing_written():
        a_profile(api, people, profile, specializations=["Licensing"])


def test_employers_of_the_platform_are_indexed(api: Api, people: People) -> None:
    write(delete(EmployerFeatures))
    assert reindex()["employers"] == count(EmployerProfile)
    assert count(EmployerFeatures) == count(EmployerProfile)


@pytest.mark.usefixtures("database", "small_batches")
def test_a_large_number_is_indexed_in_several_calls() -> None:
    ids = sorted(foreign(7))
    first = reindex(limit=3)
    assert (first["reindexed"], first["remaining"]) == (3, 4)
    assert first["after"] == str(ids[2])
    second = reindex(limit=3, after=first["after"])
    assert (second["reindexed"], second["remaining"]) == (3, 1)
    last = reindex(after=second["after"])
    assert (last["reindexed"], last["remaining"], last["after"]) == (1, 0, None)


@pytest.mark.usefixtures("database", "small_batches")
def test_it_ends_before_its_time_does(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = sorted(foreign(7))
    left = iter([60_000, 30_000, MARGIN_MILLIS])
    context = "local.events.LambdaContext.get_remaining_time_in_millis"
    monkeypatch.setattr(context, lambda _: next(left))
    answer = reindex()
    assert (answer["reindexed"], answer["remaining"], answer["after"]) == (4, 3, str(ids[3]))
    monkeypatch.setattr(context, lambda _: 0)
    assert reindex()["remaining"] == 3


@pytest.mark.usefixtures("database")
def test_two_at_once_share_the_work_and_leave_what_is_being_written() -> None:
    ids = sorted(foreign(6))
    with transaction() as mine:
        first = index_profiles(mine, after=None, limit=2, this_month=this_month())
        with transaction() as platform:
            platform.execute(
                update(Profile).where(Profile.id == ids[5]).values(updated_at=func.now())
            )
            # Neither waits: a lock that is asked for would be refused at once.
            with transaction() as theirs:
                theirs.execute(text("SET LOCAL lock_timeout = '1ms'"))
                second = index_profiles(theirs, after=None, limit=6, this_month=this_month())
    assert (first.indexed, second.indexed) == (ids[:2], ids[2:5])
    assert not_indexed() == 1
    assert reindex()["reindexed"] == 1


class KilledError(Exception):
    """The process is gone."""


@pytest.mark.usefixtures("database", "small_batches")
@pytest.mark.parametrize("when", ["in a batch", "between two transactions"])
def test_one_that_is_killed_half_way_leaves_whole_batches(
    monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    foreign(6)
    calls = 0
    name = "index_profiles" if when == "in a batch" else "take_up_changes"
    step = getattr(reindexing, name)

    def killed(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        result = step(*args, **options)
        if calls == 2:
            raise KilledError
        return result

    monkeypatch.setattr(reindexing, name, killed)
    with pytest.raises(FunctionFailedError, match="KilledError"):
        reindex()
    done = 2 if when == "in a batch" else 4
    assert (not_indexed(), len(features())) == (6 - done, done)
    monkeypatch.setattr(reindexing, name, step)
    assert reindex()["reindexed"] == 6 - done
    assert (not_indexed(), len(features())) == (0, 6)


def test_the_schedule_indexes_what_it_can_and_reports_the_rest(
    api: Api, people: People, cloud: Cloud, log: Any
) -> None:
    job = an_open_job(api, people.employer)
    work(cloud)
    ids = foreign(2)
    assert dispatch()["queued"] == 0
    assert "reindex_profiles" not in log.getvalue()
    assert {each["profileId"] for each in matches_of(api, job, people.employer)} == {*map(str, ids)}
    bad = foreign(2, name=UNREADABLE)
    dispatch()
    (line,) = (
        json.loads(each) for each in log.getvalue().splitlines() if "reindex_profiles" in each
    )
    assert (line["level"], line["profiles"]) == ("WARNING", 2)
    for profile in bad:
        change(Profile, profile, name="Ada", updated_at=func.now())
    log.truncate(0)
    dispatch()
    assert "reindex_profiles" not in log.getvalue()


def test_few_among_many_are_counted_without_looking_at_the_many(database: str) -> None:
    with connect() as connection:
        connection.execute(
            text(
                "INSERT INTO profiles (name, updated_at, indexed_at, indexed_version)"
                " SELECT 'Ada', now(), now(), :version FROM generate_series(1, 5000)"
            ),
            {"version": versions.profile_version()},
        )
        connection.execute(text("INSERT INTO profiles (name) VALUES ('Ada')"))
        connection.execute(text("ANALYZE profiles"))
        counted = select(func.count()).select_from(Profile).where(is_not_indexed())
        query = counted.compile(connection, compile_kwargs={"literal_binds": True})
        plan = "\n".join(connection.scalars(text(f"EXPLAIN {query}")))
        assert count_not_indexed(connection) == 1
    assert "Seq Scan" not in plan
