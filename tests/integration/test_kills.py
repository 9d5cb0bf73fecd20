"""A worker process that is killed (SIGKILL) at any step loses nothing and doubles nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select, text

from jobmatch.models import Job, MatchingRun, MatchingStatus
from jobmatch.postgres import connect
from jobmatch.runs.failures import MOST_FAILURES
from tests.support.given import a_profile, an_open_job
from tests.support.logs import counted, totals
from tests.support.paths import ROOT
from tests.support.rows import change
from tests.support.running import (
    dispatch,
    failing_runs,
    matches_of,
    pass_the_leases,
    runs_of,
    work,
)

if TYPE_CHECKING:
    from io import StringIO

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

# Replaces a step of a worker, in a process of its own, by that step and a SIGKILL of itself.
WORKER = """
import os, signal, sys
from uuid import UUID
from jobmatch import aws
from jobmatch.changes import batches, service as changes
from jobmatch.notifications import service as notifications
from jobmatch.runs import service as run

module, name, when, what, target = sys.argv[1:]
owner = {"run": run, "notifications": notifications, "changes": changes, "batches": batches}[module]
step = getattr(owner, name)
if name == "confirm_notification":
    notifications.send_mail = lambda message: None  # a service that accepts

def killed(*arguments, **named):
    if when == "after":
        step(*arguments, **named)
        # The step is committed when its transaction is: end that first.
        if arguments and hasattr(arguments[0], "commit"):
            arguments[0].get_transaction().commit()
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, killed)
works = {"job": run.match_job, "mail": notifications.notify_employer}
if what == "changes":
    changes.take_up_changes(float(target))
else:
    works[what](UUID(target))
"""


def run_killed(module: str, step: str, when: str, what: str, target: object) -> None:
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", WORKER, module, step, when, what, str(target)],
        cwd=ROOT,
        # It does not share the simulated AWS, and must not reach a real one.
        env={
            **os.environ,
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "layers" / "common"), str(ROOT)]),
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stderr


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud) -> str:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    return job


@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("best_candidates", "before"),
        ("best_candidates", "after"),
        ("complete_run", "before"),
    ],
)
def test_a_run_killed_before_storing_is_taken_over_after_its_lease(
    api: Api,
    people: People,
    cloud: Cloud,
    job: str,
    step: str,
    when: str,
) -> None:
    run_killed("run", step, when, "job", job)
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    assert matches_of(api, job, people.employer) == []
    pass_the_leases()
    dispatch()
    work(cloud)
    assert [run["outcome"] for run in runs_of(api, job, people.employer)] == [
        "completed",
        "abandoned",
    ]
    assert len(matches_of(api, job, people.employer)) == 1
    assert len(cloud.mails()) == 1


def test_a_run_killed_after_storing_is_complete_and_its_mail_is_swept_up(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    run_killed("run", "complete_run", "after", "job", job)
    with connect() as connection:
        assert connection.scalar(select(Job.matching_status)) is MatchingStatus.COMPLETED
    assert len(matches_of(api, job, people.employer)) == 1
    assert dispatch() == {"queued": 0, "mails": 1, "webhooks": 0}
    work(cloud)
    assert len(cloud.mails()) == 1


def test_a_job_whose_worker_dies_five_times_in_a_row_is_given_up(
    api: Api,
    people: People,
    cloud: Cloud,
    job: str,
    log: StringIO,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for attempt in range(1, MOST_FAILURES + 1):
        run_killed("run", "best_candidates", "before", "job", job)
        pass_the_leases()
        assert cloud.dead_jobs.take() == [], attempt
    assert dispatch() == {"queued": 1, "mails": 0, "webhooks": 0}
    capsys.readouterr()
    work(cloud)
    assert counted(log.getvalue()) == ["The job is given up."]
    assert totals(capsys.readouterr().out) == {"MatchingRuns": 1, "MatchingRunsFailed": 1}
    assert cloud.dead_jobs.take() == [UUID(job)]
    told = api.get(f"/jobs/{job}", by=people.admin).json
    assert (told["matchingStatus"], told["lastError"]) == ("failed", "The worker died.")
    runs = [run["outcome"] for run in runs_of(api, job, people.employer)]
    assert runs == ["failed", *["abandoned"] * 4]
    with connect() as connection:
        reasons = connection.scalars(select(MatchingRun.error)).all()
    assert reasons == ["The worker died."] * 5
    # It is due when asked for, and matched as ever.
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    work(cloud)
    assert len(matches_of(api, job, people.employer)) == 1
    told = api.get(f"/jobs/{job}", by=people.admin).json
    assert (told["matchingStatus"], told["lastError"]) == ("completed", None)


def test_deaths_and_failures_in_a_row_are_counted_together(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        run_killed("run", "best_candidates", "before", "job", job)
        pass_the_leases()
    with monkeypatch.context() as patch:
        for attempt in failing_runs(patch):
            dispatch()
            work(cloud)
            if attempt == MOST_FAILURES - 2:
                break
    assert cloud.dead_jobs.take() == [UUID(job)]
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}


@pytest.mark.parametrize("status", ["closed", "archived"])
@pytest.mark.parametrize("by", ["the API", "the platform"])
def test_a_run_whose_worker_died_ends_with_its_job(
    api: Api, people: People, cloud: Cloud, job: str, status: str, by: str
) -> None:
    run_killed("run", "best_candidates", "before", "job", job)
    if by == "the API":
        assert api.patch(f"/jobs/{job}", {"status": status}, by=people.employer).status == 200
    else:
        change(Job, job, status=status)
    (run,) = runs_of(api, job, people.employer)
    assert run["outcome"] == "overtaken"
    assert run["finishedAt"] is not None


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_around_sending_sends_no_second_mail_for_the_run(
    api: Api,
    people: People,
    cloud: Cloud,
    job: str,
    when: str,
) -> None:
    run_killed("run", "try_queue_notification", "before", "job", job)
    with connect() as connection:
        mail = connection.scalar(text("SELECT id FROM notifications"))
    step = "send_mail" if when == "before" else "confirm_notification"
    run_killed("notifications", step, "before", "mail", mail)
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    work(cloud)
    assert cloud.mails() == []
    # The one documented window: a later run names them once more, when the lease has passed.
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    work(cloud)
    assert cloud.mails() == []
    pass_the_leases()
    assert dispatch() == {"queued": 0, "mails": 1, "webhooks": 0}
    work(cloud)
    assert len(cloud.mails()) == 1


@pytest.mark.parametrize("step", ["lock_jobs", "store_changes", "record_notifications"])
def test_a_worker_killed_while_it_takes_up_changes_gives_them_back(
    api: Api, people: People, cloud: Cloud, job: str, step: str
) -> None:
    work(cloud)
    dispatch()
    work(cloud)
    new = a_profile(api, people, specializations=["Licensing"])
    cloud.matching.take()
    run_killed("batches", step, "before", "changes", 20)
    assert len(matches_of(api, job, people.employer)) == 1
    assert len(runs_of(api, job, people.employer)) == 1
    mails = len(cloud.mails())
    assert dispatch()["queued"] == 0
    work(cloud)
    assert new in {match["profileId"] for match in matches_of(api, job, people.employer)}
    assert len(runs_of(api, job, people.employer)) == 2
    assert len(cloud.mails()) == mails + 1


def test_a_worker_killed_after_it_has_taken_up_changes_leaves_the_mail_to_the_schedule(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    dispatch()
    work(cloud)
    a_profile(api, people, specializations=["Licensing"])
    cloud.matching.take()
    run_killed("changes", "try_queue_notification", "before", "changes", 20)
    assert len(matches_of(api, job, people.employer)) == 2
    assert dispatch() == {"queued": 0, "mails": 1, "webhooks": 0}
    work(cloud)
    assert len(cloud.mails()) == 2
