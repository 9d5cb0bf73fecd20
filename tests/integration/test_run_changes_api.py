"""Two runs of a job compared: who came, went and moved, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.support.given import a_profile, an_open_job
from tests.support.running import run_matching, runs_of

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer, minimumExperience=10)


def years(number: int) -> list[dict[str, str]]:
    last = 2001 + number - 1
    return [{"employer": "Quire", "title": "Counsel", "startDate": "2001", "endDate": f"{last}"}]


def a_candidate(api: Api, people: People, number: int, profile: str | None = None) -> str:
    return a_profile(api, people, profile, specializations=["Licensing"], workHistory=years(number))


def a_run(api: Api, people: People, job: str) -> str:
    asked = api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    assert asked.status == 202, asked.text
    run_matching(job)
    return str(runs_of(api, job, people.employer)[0]["id"])


def changes(api: Api, people: People, job: str, run: str, since: str) -> dict[str, Any]:
    path = f"/jobs/{job}/matching-runs/{run}/changes?since={since}"
    answer = api.get(path, by=people.employer)
    assert answer.status == 200, answer.text
    shown: dict[str, Any] = answer.json
    return shown


def test_nothing_differs_between_a_run_and_itself(api: Api, people: People, job: str) -> None:
    a_candidate(api, people, 5)
    run = a_run(api, people, job)
    assert changes(api, people, job, run, run) == {
        "jobId": job,
        "runId": run,
        "since": run,
        "changedRequirements": [],
        "rulesChanged": False,
        "came": [],
        "went": [],
        "moved": [],
        "unchanged": 1,
    }


def test_who_came_went_and_moved(api: Api, people: People, job: str) -> None:
    best, moves, leaves = (a_candidate(api, people, number) for number in (10, 5, 8))
    before = a_run(api, people, job)
    comes = a_candidate(api, people, 9)
    a_candidate(api, people, 7, moves)
    a_profile(api, people, leaves, specializations=["Copyright"], workHistory=years(8))
    after = a_run(api, people, job)
    shown = changes(api, people, job, after, before)
    (came,), (went,), (moved,) = shown["came"], shown["went"], shown["moved"]
    assert (came["profileId"], came["rankBefore"], came["rankAfter"]) == (comes, None, 2)
    assert came["reasons"] == ["candidate-new"]
    assert (went["profileId"], went["rankBefore"], went["rankAfter"]) == (leaves, 2, None)
    assert went["reasons"] == ["candidate-changed", "no-longer-qualifies"]
    assert (moved["profileId"], moved["rankBefore"], moved["rankAfter"]) == (moves, 3, 3)
    assert moved["scoreBefore"] < moved["scoreAfter"]
    assert moved["dimensions"] == [{"dimension": "experienceFit", "before": 50, "after": 70}]
    assert moved["reasons"] == ["candidate-changed"]
    assert shown["unchanged"] == 1
    assert best not in str(shown)


def test_a_changed_job_is_the_reason(api: Api, people: People, job: str) -> None:
    profile = a_candidate(api, people, 5)
    before = a_run(api, people, job)
    changed = api.patch(f"/jobs/{job}", {"minimumExperience": 20}, by=people.employer)
    assert changed.status == 200
    run_matching(job)
    after = runs_of(api, job, people.employer)[0]["id"]
    shown = changes(api, people, job, after, before)
    assert shown["changedRequirements"] == ["minimumExperience"]
    (moved,) = shown["moved"]
    assert (moved["profileId"], moved["reasons"]) == (profile, ["job-changed"])
    # Backwards it says the same the other way round.
    (back,) = changes(api, people, job, before, after)["moved"]
    assert (back["scoreBefore"], back["scoreAfter"]) == (moved["scoreAfter"], moved["scoreBefore"])


def test_equal_scores_have_one_rank(api: Api, people: People, job: str) -> None:
    for _ in range(3):
        a_candidate(api, people, 10)
    worst = a_candidate(api, people, 5)
    before = a_run(api, people, job)
    a_candidate(api, people, 6, worst)
    (moved,) = changes(api, people, job, a_run(api, people, job), before)["moved"]
    assert (moved["rankBefore"], moved["rankAfter"]) == (4, 4)


@pytest.mark.parametrize("gone", ["deleted", "rejected", "suppressed"])
def test_who_may_not_be_shown_now_is_in_no_history(
    api: Api, people: People, job: str, gone: str
) -> None:
    hidden, other = a_candidate(api, people, 10), a_candidate(api, people, 5)
    before = a_run(api, people, job)
    path = f"/admin/profiles/{hidden}"
    if gone == "deleted":
        assert api.delete(path, by=people.admin).status == 204
    elif gone == "rejected":
        a_profile(api, people, hidden, status="rejected", specializations=["Licensing"])
    else:
        company = api.get("/me", by=people.employer).json["companyName"]
        now = [{"employer": company, "title": "Counsel", "startDate": "2001"}]
        a_profile(api, people, hidden, specializations=["Licensing"], workHistory=now)
    a_candidate(api, people, 6, other)
    shown = changes(api, people, job, a_run(api, people, job), before)
    assert hidden not in str(shown)
    assert (shown["came"], shown["went"], shown["unchanged"]) == ([], [], 0)
    (moved,) = shown["moved"]
    # Nor does a gap in the ranks tell that there was somebody.
    assert (moved["profileId"], moved["rankBefore"], moved["rankAfter"]) == (other, 1, 1)


def test_a_run_of_another_job_or_that_nobody_knows_is_not_there(
    api: Api, people: People, job: str
) -> None:
    run = a_run(api, people, job)
    other = an_open_job(api, people.employer)
    foreign = a_run(api, people, other)
    for here, since in ((run, foreign), (foreign, run), (run, str(uuid4()))):
        path = f"/jobs/{job}/matching-runs/{here}/changes?since={since}"
        assert api.get(path, by=people.employer).status == 404
    path = f"/jobs/{job}/matching-runs/{run}/changes"
    assert api.get(path, by=people.employer).status == 422
    assert api.get(f"{path}?since=x", by=people.employer).status == 422
    assert api.get(f"{path}?since={run}", by=people.rival).status == 404
