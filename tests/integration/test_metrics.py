"""The business metrics, read from standard output as CloudWatch would: each thing counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobmatch import aws
from jobmatch.errors import FunctionFailedError
from jobmatch.runs.failures import MOST_FAILURES
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.logs import embedded_metrics, totals
from tests.support.running import (
    dispatch,
    failing_runs,
    refused_mails,
    run_matching,
    send_mail,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

    Printed = pytest.CaptureFixture[str]

OPEN = {"title": "Counsel", "status": "open", "requiredSpecializations": ["Licensing"]}


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud, capsys: Printed) -> str:
    """An open job with one good candidate, waiting in the queue; what it cost is forgotten."""
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    capsys.readouterr()
    return job


def test_a_line_is_what_cloudwatch_reads(api: Api, people: People, capsys: Printed) -> None:
    a_draft(api, people.employer)
    (line,) = embedded_metrics(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "jobmatch",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "JobsCreated", "Unit": "Count"}],
    }
    assert line.keys() == {"_aws", "service", "JobsCreated"}, "nothing but counts leaves here"
    assert (line["service"], line["JobsCreated"]) == ("jobmatch", [1.0])


def test_the_deployment_names_service_and_namespace(
    api: Api, people: People, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "jobmatch-prod")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "other")
    a_draft(api, people.employer)
    (line,) = embedded_metrics(capsys.readouterr().out)
    assert line["service"] == "jobmatch-prod"
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "other"


def test_a_job_is_counted_once_however_often_its_request_comes(
    api: Api, people: People, cloud: Cloud, capsys: Printed
) -> None:
    for _ in range(3):
        posted = api.post("/jobs", OPEN, by=people.employer, headers={"Idempotency-Key": "k"})
        assert posted.status == 201
    counts = totals(capsys.readouterr().out)
    assert counts["JobsCreated"] == 1
    assert counts["JobsQueued"] == len(cloud.matching.take()) == 3


def test_a_job_that_is_refused_is_not_counted(api: Api, people: People, capsys: Printed) -> None:
    assert api.post("/jobs", {**OPEN, "title": ""}, by=people.employer).status == 422
    assert api.post("/jobs", {**OPEN, "requiredSpecializations": []}, by=people.rival).status == 409
    assert totals(capsys.readouterr().out) == {}


@pytest.mark.parametrize(
    "cause",
    [
        lambda api, job, by: api.patch(f"/jobs/{job}", {"minimumExperience": 1}, by=by),
        lambda api, job, by: api.post(f"/jobs/{job}/matching-runs", by=by),
        lambda *_: dispatch(),
    ],
    ids=["changed", "requested", "due"],
)
def test_what_is_queued_is_counted(
    api: Api, people: People, cloud: Cloud, job: str, capsys: Printed, cause: Callable[..., Any]
) -> None:
    cloud.matching.take()
    cause(api, job, people.employer)
    assert len(cloud.matching.take()) == 1
    assert totals(capsys.readouterr().out)["JobsQueued"] == 1


def test_only_what_the_queue_took_is_counted(
    api: Api, people: People, cloud: Cloud, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        an_open_job(api, people.employer)
    cloud.matching.take()
    capsys.readouterr()

    class Away:
        """A queue that refuses one message of the first batch, and is not there for the second."""

        calls = 0

        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            self.calls += 1
            return {"Failed": [{}] if self.calls == 1 else []}

    queue = Away()
    with monkeypatch.context() as patch:
        patch.setattr(aws, "_client", lambda *_, **__: queue)
        with pytest.raises(FunctionFailedError):
            dispatch()
    assert totals(capsys.readouterr().out)["JobsQueued"] == 9


def test_a_run_is_counted_with_what_it_found(
    api: Api, people: People, cloud: Cloud, job: str, capsys: Printed
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    capsys.readouterr()
    run_matching(*cloud.matching.take(), job)  # the second message finds nothing to do
    expected = {"MatchingRuns": 1, "MatchingRunsFailed": 0, "CandidatesScored": 2, "MatchesKept": 2}
    assert totals(capsys.readouterr().out) == expected
    api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    capsys.readouterr()
    run_matching(*cloud.matching.take())
    assert totals(capsys.readouterr().out) == {**expected, "CandidatesScored": 0}


def test_each_failed_run_is_counted_once(
    cloud: Cloud, job: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in failing_runs(monkeypatch):
        run_matching(job, job)  # the second message comes before its time
    expected = {"MatchingRuns": MOST_FAILURES, "MatchingRunsFailed": MOST_FAILURES}
    assert totals(capsys.readouterr().out) == expected


def test_a_mail_is_counted_once_and_only_when_it_is_sent(
    cloud: Cloud, job: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_matching(*cloud.matching.take())
    (waiting,) = cloud.notifications.take()
    with monkeypatch.context() as patch:
        next(refused_mails(patch))
        send_mail(waiting)
    assert "MailsSent" not in totals(capsys.readouterr().out)
    send_mail(waiting)
    send_mail(waiting)
    assert len(cloud.mails()) == 1
    assert totals(capsys.readouterr().out) == {"MailsSent": 1}


def test_a_function_that_counts_nothing_prints_nothing(
    api: Api, people: People, job: str, capsys: Printed
) -> None:
    assert api.get(f"/jobs/{job}", by=people.employer).status == 200
    assert api.get("/health").status == 200
    assert capsys.readouterr().out == ""
