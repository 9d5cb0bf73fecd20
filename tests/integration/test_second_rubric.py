"""From rubric version 1 to 2: all is due once, and nobody is told again whom they were told of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import connect
from tests.support.api import InProcess
from tests.support.functions import invoke
from tests.support.paths import ROOT
from tests.support.people import People
from tests.support.running import dispatch, matches_of, runs_of, work

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

# The employer is "Lindqvist & Marrow LLP".
PROFILES = {
    "told": ("{Trademark Prosecution}", "[]"),
    "found anew": ("{Trademark prosecution and enforcement}", "[]"),
    "has moved to the employer": (
        "{Trademark Prosecution}",
        json.dumps([{"employer": "The Lindqvist and Marrow", "title": "Counsel"}]),
    ),
}
JOBS = {
    "exact": ("{Trademark Prosecution}", "open"),
    "broad": ("{Trademarks}", "open"),
    "closed": ("{Trademark Prosecution}", "closed"),
}
SUBSCORES = json.dumps(
    {
        name: {"score": 100, "explanation": "Not asked for."}
        for name in (
            "specializationMatch",
            "experienceFit",
            "technicalBackground",
            "locationMatch",
            "barAdmissions",
        )
    }
)
VERSION_1 = "1-0123456789ab"


class Before:
    """What the release before has left: matched jobs, and one candidate who was told of."""

    def __init__(self) -> None:
        self.people = People.create()
        self.profiles = {name: uuid4() for name in PROFILES}
        self.jobs = {name: uuid4() for name in JOBS}
        self._execute(
            "UPDATE employer_features SET version = :version, company = 'lindqvist & marrow'"
            " WHERE user_id = :user",
            version=VERSION_1,
            user=self.people.employer.id,
        )
        for name, (values, work_history) in PROFILES.items():
            self._profile(self.profiles[name], values, work_history)
        for name, (values, status) in JOBS.items():
            self._job(self.jobs[name], values, status)
            for profile in ("told", "has moved to the employer"):
                self._match(self.jobs[name], self.profiles[profile])

    def _execute(self, statement: str, **values: object) -> None:
        with connect() as connection:
            connection.execute(text(statement), values)

    def _profile(self, profile: UUID, values: str, work_history: str) -> None:
        self._execute(
            "INSERT INTO profiles (id, name, status, specializations, work_history, indexed_at,"
            " indexed_version, updated_at) VALUES (:id, 'Ada Quill', 'active', :values,"
            " CAST(:work AS jsonb), now(), :version, now())",
            id=profile,
            values=values,
            work=work_history,
            version=VERSION_1,
        )
        employers = [each["employer"].casefold() for each in json.loads(work_history)]
        self._execute(
            "INSERT INTO profile_features (profile_id, status, specializations, technical_domains,"
            " bars, gap_months, employers, employed_until, mail_domains) VALUES (:id, 'active',"
            " :values, '{}', '{}', 0, :employers, :until, '{}')",
            id=profile,
            values=values.lower(),
            employers=employers,
            until=[2**31 - 1] * len(employers),
        )

    def _job(self, job: UUID, values: str, status: str) -> None:
        self._execute(
            "INSERT INTO jobs (id, employer_user_id, created_by, title, status, matching_status,"
            " matched_at, required_specializations) VALUES (:id, :by, :by, 'Counsel', :status,"
            " 'completed', now(), :values)",
            id=job,
            by=self.people.employer.id,
            status=status,
            values=values,
        )
        self._execute(
            "INSERT INTO job_features (job_id, specializations, technical_domains, bars)"
            " VALUES (:id, :values, '{}', '{}')",
            id=job,
            values=values.lower(),
        )

    def _match(self, job: UUID, profile: UUID) -> None:
        self._execute(
            "WITH told AS (INSERT INTO told_matches VALUES (:job, :profile, now()))"
            " INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary,"
            " recommendation, notified_at, fingerprint) VALUES (:job, :profile, 100, :subscores,"
            " 'Strong Match: fits.', 'Strong Match', now(), 'of version 1')",
            job=job,
            profile=profile,
            subscores=SUBSCORES,
        )


@pytest.fixture
def before(own_database: str) -> Before:
    """A database of rubric version 1, migrated."""
    command.upgrade(Config(toml_file=ROOT / "pyproject.toml"), "0017")
    left = Before()
    upgrade(ROOT / "migrations")
    return left


@pytest.mark.parametrize("way", ["reindex_profiles", "the schedule"])
def test_all_is_due_once_and_nobody_is_told_again(before: Before, cloud: Cloud, way: str) -> None:
    api, people = InProcess(), before.people

    def found(job: str) -> set[str]:
        ids = {each["profileId"] for each in matches_of(api, str(before.jobs[job]), people.admin)}
        return {name for name, profile in before.profiles.items() if str(profile) in ids}

    # Until they are indexed anew, nobody can be compared with the employer.
    assert [found(job) for job in JOBS] == [set(), set(), set()]
    if way == "reindex_profiles":
        answer = invoke("reindex_profiles", {})
        assert (answer["reindexed"], answer["remaining"]) == (3, 0)
        assert found("exact") == {"told"}
    assert dispatch()["queued"] == 2
    work(cloud)
    assert found("exact") == found("broad") == {"told", "found anew"}
    assert found("closed") == {"told"}
    runs = {name: runs_of(api, str(job), people.admin) for name, job in before.jobs.items()}
    assert {name: [run["rubricVersion"] for run in each] for name, each in runs.items()} == {
        "exact": [2],
        "broad": [2],
        "closed": [],
    }
    decisions = api.get("/admin/decisions", by=people.admin).json["items"]
    assert {each["facts"]["rubricVersion"] for each in decisions if "facts" in each} <= {2}
    assert all("1 good new match" in str(mail["Subject"]) for mail in cloud.mails())
    assert [cloud.mails_about(str(job)) for job in before.jobs.values()] == [1, 1, 0]
    # That was all.
    for _ in range(2):
        assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    invoke("reindex_profiles", {})
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    assert len(cloud.mails()) == 2
