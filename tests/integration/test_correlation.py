"""One id from the request through both queues to the mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.events import LambdaContext, http_event, schedule_event, sqs_event
from tests.support.functions import invoke, load
from tests.support.given import a_profile, an_open_job
from tests.support.logs import lines_of
from tests.support.running import NO_FAILURES, dispatch, failing_runs, refused_mails, work

if TYPE_CHECKING:
    from io import StringIO

    import pytest

    from tests.support.api import Api
    from tests.support.cloud import Cloud, Queue
    from tests.support.people import People

REQUEST = "JKJaXmPLvHcESHA="
OTHER = "KLMbYnQMwIdFTIB="


def sent_with(queue: Queue) -> list[str]:
    """The ids of the messages that wait, taken off the queue."""
    return [
        record["messageAttributes"]["correlationId"]["stringValue"] for record in queue.records()
    ]


def test_one_id_leads_from_the_request_to_the_mail(
    api: Api, people: People, cloud: Cloud, log: StringIO
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    cloud.matching.records()
    body = {"title": "Counsel", "status": "open", "requiredSpecializations": ["Licensing"]}
    event = http_event("POST", "/jobs", body=json.dumps(body), claims=people.employer.claims)
    event["requestContext"]["requestId"] = REQUEST
    assert invoke("create_job", event)["statusCode"] == 201

    jobs = cloud.matching.records()
    assert [record["body"][:9] for record in jobs] == ['{"jobId":']
    assert invoke("run_matching", {"Records": jobs}) == NO_FAILURES
    mails = cloud.notifications.records()
    assert invoke("notify_employer", {"Records": mails}) == NO_FAILURES

    (mail,) = cloud.mails()
    assert mail["X-Correlation-Id"] == REQUEST
    # The first line is that of the profile, which another request has put.
    lines = lines_of(log.getvalue())[1:]
    assert [line["message"] for line in lines] == [
        "The job is created.",
        "Answered.",
        "The run is complete.",
        "The mail is sent.",
    ]
    assert {line["correlation_id"] for line in lines} == {REQUEST}
    for line in lines:
        assert line["service"] == "jobmatch"
        assert {"level", "timestamp", "function_name", "cold_start"} <= line.keys()
    assert [line["function_name"] for line in lines] == [
        "create_job",
        "create_job",
        "run_matching",
        "notify_employer",
    ]


def test_messages_of_one_batch_do_not_mix(
    api: Api, people: People, cloud: Cloud, log: StringIO
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    first, second, third = (an_open_job(api, people.employer) for _ in range(3))
    cloud.matching.take()
    records = [
        sqs_event([json.dumps({"jobId": job})], texts=texts)["Records"][0]
        for job, texts in (
            (first, {"correlationId": REQUEST}),
            ("unreadable", {"correlationId": "not an id"}),
            (second, {}),
            (third, {"correlationId": OTHER}),
        )
    ]
    start = len(log.getvalue())
    answer = invoke("run_matching", {"Records": records})
    failed, plain = records[1]["messageId"], records[2]["messageId"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": failed}]}
    lines = lines_of(log.getvalue()[start:])
    assert [(line.get("job_id"), line["correlation_id"]) for line in lines] == [
        (first, REQUEST),
        (None, failed),
        (second, plain),
        (third, OTHER),
    ]
    assert sent_with(cloud.notifications) == [REQUEST, plain, OTHER]


def test_an_invocation_does_not_inherit_the_id_of_the_one_before(
    api: Api, people: People, cloud: Cloud, log: StringIO
) -> None:
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    event = sqs_event([json.dumps({"jobId": job})], texts={"correlationId": REQUEST})
    invoke("run_matching", event)
    context = LambdaContext(function_name="dispatch_matching")
    an_open_job(api, people.employer)
    cloud.matching.take()
    load("dispatch_matching").lambda_handler(schedule_event(), context)
    assert lines_of(log.getvalue())[-1]["correlation_id"] == context.aws_request_id
    assert sent_with(cloud.matching) == [context.aws_request_id]


def test_the_dead_letters_of_a_job_and_of_a_mail_keep_the_id(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    event = sqs_event([json.dumps({"jobId": job})], texts={"correlationId": REQUEST})
    with monkeypatch.context() as patch:
        for _ in failing_runs(patch):
            invoke("run_matching", event)
    assert sent_with(cloud.dead_jobs) == [REQUEST]
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    invoke("run_matching", event)
    mails = {"Records": cloud.notifications.records()}
    for _ in refused_mails(monkeypatch):
        invoke("notify_employer", mails)
    assert sent_with(cloud.dead_mails) == [REQUEST]


def test_a_mail_that_the_schedule_swept_up_carries_the_schedules_id(
    api: Api, people: People, cloud: Cloud, log: StringIO
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    an_open_job(api, people.employer)
    invoke("run_matching", {"Records": cloud.matching.records()})
    cloud.notifications.take()  # lost on the way
    dispatch()
    swept = lines_of(log.getvalue())[-1]["correlation_id"]
    work(cloud)
    (mail,) = cloud.mails()
    assert mail["X-Correlation-Id"] == swept


def test_a_direct_call_without_any_id_works(api: Api, people: People, cloud: Cloud) -> None:
    body = {"title": "Counsel", "status": "open", "requiredSpecializations": ["Licensing"]}
    event: dict[str, Any] = http_event(
        "POST", "/jobs", body=json.dumps(body), claims=people.employer.claims
    )
    event["requestContext"]["requestId"] = ""
    assert invoke("create_job", event)["statusCode"] == 201
    (record,) = cloud.matching.records()
    assert record["messageAttributes"] == {}
