"""A re-run writes only what has changed, and the history says how much that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.given import a_profile, an_open_job
from tests.support.running import dispatch, matches_of, run_matching, runs_of, work

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

FITTING: dict[str, Any] = {"specializations": ["Licensing"], "location": "Bonn, Germany"}


def test_ten_reruns_of_an_unchanged_job_score_nobody_and_mail_nothing(
    api: Api, people: People, cloud: Cloud
) -> None:
    for _ in range(3):
        a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    work(cloud)
    before = matches_of(api, job, people.employer)
    assert len(cloud.mails()) == 1
    for _ in range(10):
        assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
        work(cloud)
    assert matches_of(api, job, people.employer) == before
    assert len(cloud.mails()) == 1
    first, *reruns = reversed(runs_of(api, job, people.employer))
    assert (first["passed"], first["kept"], first["scored"], first["reused"]) == (3, 3, 3, 0)
    assert [(run["outcome"], run["scored"], run["reused"]) for run in reruns] == [
        ("completed", 0, 3)
    ] * 10


def test_a_rerun_scores_the_changed_and_the_new_and_drops_who_left(
    api: Api, people: People, cloud: Cloud
) -> None:
    stays, moves, leaves = (a_profile(api, people, **FITTING) for _ in range(3))
    job = an_open_job(api, people.employer, preferredLocation="Bonn, Germany")
    work(cloud)
    told = {each["profileId"]: each["scoredAt"] for each in matches_of(api, job, people.employer)}

    a_profile(api, people, moves, **{**FITTING, "location": "Lyon, France"})
    a_profile(api, people, leaves, specializations=["Copyright"])
    joins = a_profile(api, people, **FITTING)
    dispatch()
    work(cloud)

    matches = matches_of(api, job, people.employer)
    assert {match["profileId"] for match in matches} == {stays, moves, joins}
    kept = {match["profileId"]: match["scoredAt"] for match in matches}
    assert kept[stays] == told[stays]
    assert kept[moves] != told[moves]
    (latest, *_) = runs_of(api, job, people.employer)
    assert (latest["kept"], latest["scored"], latest["reused"]) == (3, 2, 1)


def test_a_match_put_by_hand_is_scored_by_the_next_run(
    api: Api, people: People, cloud: Cloud
) -> None:
    profile = a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    work(cloud)
    (match,) = matches_of(api, job, people.employer)
    by_hand = {
        "overallScore": 10,
        "subscores": match["subscores"],
        "summary": "No.",
        "recommendation": "Weak Match",
    }
    path = f"/admin/jobs/{job}/matches/{profile}"
    assert api.put(path, by_hand, by=people.admin).status == 200
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    work(cloud)
    assert matches_of(api, job, people.employer)[0]["overallScore"] == match["overallScore"]


def test_only_the_best_are_kept_and_all_who_passed_are_counted(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "2")
    for _ in range(4):
        a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    run_matching(job)
    (run,) = runs_of(api, job, people.employer)
    assert (run["passed"], run["kept"]) == (4, 2)


def test_the_history_belongs_to_the_owner_and_has_pages(
    api: Api, people: People, cloud: Cloud
) -> None:
    job = an_open_job(api, people.employer)
    path = f"/jobs/{job}/matching-runs"
    assert api.get(path, by=people.employer).json["items"] == []
    for _ in range(3):
        api.post(path, by=people.employer)
        work(cloud)
    first = api.get(f"{path}?limit=2", by=people.employer).json
    second = api.get(f"{path}?limit=2&cursor={first['nextCursor']}", by=people.employer).json
    times = [run["startedAt"] for run in first["items"] + second["items"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == 3
    assert second["nextCursor"] is None
    assert api.get(path, by=people.rival).status == 404
