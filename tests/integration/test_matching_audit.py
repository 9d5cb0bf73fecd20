"""The counts that a bias audit needs, against what a person would count."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from jobmatch.rankings import periods
from jobmatch.rules import rubric
from jobmatch.runs import queries as runs
from jobmatch.shortlists import storing
from tests.support.given import a_profile, an_open_job
from tests.support.running import matches_of, run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

TODAY = datetime.now(UTC).date()
PATH = "/admin/matching-audit"
MUNICH = {"specializations": ["Licensing"], "location": "Munich, Germany"}
PARIS = {"specializations": ["Licensing"], "location": "Paris, France"}
ELSEWHERE = {"specializations": ["Copyright"]}


class Setting:
    """A job in Munich, and candidates of two groups and of none."""

    def __init__(self, api: Api, people: People) -> None:
        self.api, self.people = api, people
        self.job = an_open_job(api, people.employer, preferredLocation="Munich, Germany")
        self.north = self._some(MUNICH, MUNICH, MUNICH, PARIS)
        self.south = self._some(MUNICH, PARIS, PARIS, ELSEWHERE, ELSEWHERE)
        self.others = self._some(MUNICH, ELSEWHERE)
        a_profile(api, people, **MUNICH, status="rejected")

    def _some(self, *kinds: dict[str, Any]) -> list[str]:
        return [a_profile(self.api, self.people, **kind) for kind in kinds]

    def groups(self) -> dict[str, Any]:
        groups = {"north": self.north, "south": self.south, "none": [str(uuid4())]}
        return {"groups": [{"group": name, "profileIds": ids} for name, ids in groups.items()]}

    def run(self) -> None:
        path = f"/jobs/{self.job}/matching-runs"
        assert self.api.post(path, by=self.people.employer).status == 202
        run_matching(self.job)

    def audit(self, query: str = "", body: Any = None, **headers: str) -> Any:
        method = "POST" if body else "GET"
        answer = self.api.request(
            method, f"{PATH}{query}", body=body, by=self.people.admin, headers=headers
        )
        assert answer.status == 200, answer.text
        return answer.json if not headers else answer


@pytest.fixture
def setting(api: Api, people: People) -> Setting:
    setting = Setting(api, people)
    run_matching(setting.job)
    return setting


def test_everybody_is_counted_job_by_job_and_in_all(setting: Setting) -> None:
    audit = setting.audit()
    (job,) = audit["jobs"]
    assert (job["jobId"], job["runs"], job["rubricVersion"]) == (setting.job, 1, rubric.VERSION)
    assert (job["scorer"], job["modelId"], job["promptVersion"]) == ("rubric", None, None)
    # Five in Munich, three in Paris; the median is Munich's.
    assert job["counts"] == {
        "considered": 11,
        "passed": 8,
        "shortlisted": 8,
        "scoredAboveMedian": 0,
    }
    matches = matches_of(setting.api, setting.job, setting.people.admin)
    scores = {each["overallScore"] for each in matches}
    assert job["medianScore"] == max(scores)
    assert (job["groups"], job["ungrouped"]) == ([], 8)
    assert audit["total"] == {"counts": job["counts"], "groups": [], "ungrouped": 8}
    assert audit["lastDay"] == str(TODAY)
    assert audit["firstDay"] == str(TODAY - timedelta(days=364))


def test_groups_have_rates_and_are_compared(setting: Setting) -> None:
    for _ in range(3):
        a_profile(setting.api, setting.people, **PARIS)
    setting.run()
    (job,) = setting.audit(body=setting.groups())["jobs"]
    # Of eleven shortlisted five are in Munich: the median is that of Paris.
    assert (job["runs"], job["counts"]["scoredAboveMedian"], job["ungrouped"]) == (2, 5, 4)
    nobody, north, south = job["groups"]
    assert north == {
        "group": "north",
        "considered": 4,
        "passed": 4,
        "shortlisted": 4,
        "scoredAboveMedian": 3,
        "selectionRate": 1.0,
        "selectionImpactRatio": 1.0,
        "scoringRate": 0.75,
        "scoringImpactRatio": 1.0,
    }
    assert south == {
        "group": "south",
        "considered": 5,
        "passed": 3,
        "shortlisted": 3,
        "scoredAboveMedian": 1,
        "selectionRate": 0.6,
        "selectionImpactRatio": 0.6,
        "scoringRate": 0.3333,
        "scoringImpactRatio": 0.4444,
    }
    assert {each for name, each in nobody.items() if name != "group"} == {0, None}


def test_the_jobs_add_up(setting: Setting) -> None:
    other = an_open_job(setting.api, setting.people.employer, requiredSpecializations=["Copyright"])
    run_matching(other)
    audit = setting.audit(body=setting.groups())
    assert {each["jobId"] for each in audit["jobs"]} == {setting.job, other}
    for name in ("considered", "passed", "shortlisted", "scoredAboveMedian"):
        assert audit["total"]["counts"][name] == sum(each["counts"][name] for each in audit["jobs"])
    _, north, south = audit["total"]["groups"]
    assert (north["considered"], north["shortlisted"], north["selectionRate"]) == (8, 4, 0.5)
    assert (south["considered"], south["shortlisted"], south["selectionRate"]) == (10, 5, 0.5)
    assert audit["total"]["ungrouped"] == 2


def test_only_the_best_are_shortlisted(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "5")
    setting.run()
    (job,) = setting.audit(body=setting.groups())["jobs"]
    assert (job["counts"]["passed"], job["counts"]["shortlisted"]) == (8, 5)
    assert [each["shortlisted"] for each in job["groups"]] == [0, 3, 1]
    assert [each["passed"] for each in job["groups"]] == [0, 4, 3]


def test_who_works_for_the_employer_does_not_pass(setting: Setting) -> None:
    insider = a_profile(
        setting.api,
        setting.people,
        **MUNICH,
        workHistory=[
            {"employer": "Lindqvist & Marrow LLP", "title": "Counsel", "startDate": "2020"}
        ],
    )
    setting.run()
    body = {"groups": [{"group": "insiders", "profileIds": [insider]}]}
    (job,) = setting.audit(body=body)["jobs"]
    (group,) = job["groups"]
    assert (group["considered"], group["passed"], group["shortlisted"]) == (1, 0, 0)


def test_the_deleted_are_still_counted_but_in_no_group(setting: Setting) -> None:
    path = f"/admin/profiles/{setting.north[0]}"
    assert setting.api.delete(path, by=setting.people.admin).status == 204
    (job,) = setting.audit(body=setting.groups())["jobs"]
    assert job["counts"]["shortlisted"] == 8
    assert (job["groups"][1]["considered"], job["groups"][1]["shortlisted"]) == (3, 3)
    assert job["ungrouped"] == 2


def test_who_was_shortlisted_has_passed_whatever_became_of_them(setting: Setting) -> None:
    for profile in setting.north:
        a_profile(setting.api, setting.people, profile, **ELSEWHERE, status="rejected")
    (job,) = setting.audit(body=setting.groups())["jobs"]
    north = job["groups"][1]
    assert (north["considered"], north["passed"], north["shortlisted"]) == (4, 4, 4)


def test_each_version_of_the_rules_is_counted_by_itself(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (runs, storing):
        monkeypatch.setattr(module, "VERSION", rubric.VERSION + 1)
    setting.run()
    setting.run()
    found = [(each["rubricVersion"], each["runs"]) for each in setting.audit()["jobs"]]
    assert found == [(rubric.VERSION, 1), (rubric.VERSION + 1, 2)]


def test_only_the_period_counts(setting: Setting) -> None:
    yesterday = TODAY - timedelta(days=1)
    assert setting.audit(f"?to={yesterday}")["jobs"] == []
    assert setting.audit(f"?from={TODAY + timedelta(days=1)}&to=9999-12-31")["jobs"] == []
    assert len(setting.audit(f"?from={TODAY}&to={TODAY}")["jobs"]) == 1
    assert len(setting.audit("?from=0001-01-01")["jobs"]) == 1
    assert setting.audit("?to=0001-01-02")["firstDay"] == "0001-01-01"


def test_a_table_says_the_same(setting: Setting) -> None:
    answer = setting.audit(body=setting.groups(), accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    audit = setting.audit(body=setting.groups())
    (job,) = audit["jobs"]
    everybody, _, north, south, *total = rows
    assert everybody["jobId"] == north["jobId"] == setting.job
    assert everybody["shortlisted"] == str(job["counts"]["shortlisted"])
    assert {name: north[name] for name in job["groups"][1]} == {
        name: "" if value is None else str(value) for name, value in job["groups"][1].items()
    }
    assert south["group"] == "south"
    assert [(row["jobId"], row["group"]) for row in total] == [
        ("", ""),
        ("", "none"),
        ("", "north"),
        ("", "south"),
    ]
    plain = setting.audit(accept="text/csv")
    assert len([*csv.DictReader(io.StringIO(plain.text))]) == 2


def test_more_than_can_be_counted_is_refused(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periods, "MOST", 0)
    answer = setting.api.get(PATH, by=setting.people.admin)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/query/to"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?from=2026-02-30", "/query/from"),
        ("?to=0000-01-01", "/query/to"),
        ("?to=yesterday", "/query/to"),
        ("?from=", "/query/from"),
        ("?from=2026-01-02&to=2026-01-01", "/query/to"),
        ("?from=1700000000", "/query/from"),
    ],
)
def test_what_is_no_period_is_refused(api: Api, people: People, query: str, pointer: str) -> None:
    answer = api.get(f"{PATH}{query}", by=people.admin)
    assert answer.status == 422, answer.text
    assert answer.json["errors"][0]["pointer"] == pointer


ONE = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"
NAMED = {"group": "A", "profileIds": [ONE]}


@pytest.mark.parametrize(
    "groups",
    [
        [],
        [NAMED | {"profileIds": []}],
        [NAMED | {"profileIds": ["1"]}],
        [NAMED | {"profileIds": [ONE, ONE]}],
        [NAMED, NAMED | {"profileIds": [OTHER]}],
        [NAMED, NAMED | {"group": "B"}],
        [NAMED | {"group": ""}],
        [NAMED | {"group": "=1+1"}],
        [NAMED | {"group": "A\0"}],
        [NAMED | {"group": "A\nB"}],
        [NAMED | {"more": 1}],
        [{"group": str(n), "profileIds": [ONE]} for n in range(101)],
    ],
)
def test_what_are_no_groups_is_refused(api: Api, people: People, groups: Any) -> None:
    answer = api.post(PATH, {"groups": groups}, by=people.admin)
    assert answer.status == 422, answer.text
