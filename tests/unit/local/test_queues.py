import email.message
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from local.aws import LocalAws, client_environment
from local.environments import Environments, Result
from local.examples import JOB_ID
from local.extra_routes import ExtraRoutes
from local.postgres import free_port
from local.queues import Poller, failures
from local.resources import Function
from local.schedules import Schedules
from local.server import Request
from local.template import Template

KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def aws(template: Template, port: int) -> Iterator[LocalAws]:
    aws = LocalAws(port)
    aws.start(template.queues, template.senders())
    yield aws
    aws.stop()


@pytest.fixture
def client(port: int) -> Iterator[Callable[[str], Any]]:
    """Makes clients such as a function has."""
    clients = []

    def make(service: str) -> Any:
        clients.append(boto3.client(service, endpoint_url=f"http://127.0.0.1:{port}", **KEYS))
        return clients[-1]

    yield make
    for each in clients:
        each.close()


def until(condition: Callable[[], object], seconds: float = 5) -> float:
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "it did not happen in time"
        time.sleep(0.005)
    return time.monotonic() - start


def extra_routes(
    template: Template, aws: LocalAws, invoke: Any = None, ids: Callable[[], dict[str, str]] = dict
) -> ExtraRoutes:
    schedules = Schedules(template.schedules, invoke)
    functions = template.functions.values()
    return ExtraRoutes(template.root, aws, schedules, template.queues, functions, invoke, ids)


def ask(routes: ExtraRoutes, path: str, method: str = "GET") -> Any:
    response = routes(Request(method, path))
    assert response is not None
    return json.loads(response.body)


def test_messages_are_done_repeated_or_dead(
    template: Template, aws: LocalAws, client: Callable[[str], Any], environments: Environments
) -> None:
    (source,) = template.sources
    events: list[Any] = []

    def invoke(function: Function, event: Any) -> Result:
        events.append(event)
        return environments.invoke(function, event)

    queues = extra_routes(template, aws)
    url = template.functions["EchoFunction"].environment["QUEUE_URL"]
    attributes = {"kind": {"StringValue": "test", "DataType": "String"}}
    sqs = client("sqs")
    poller = Poller(source, aws, invoke)
    poller.start()
    try:
        sqs.send_message(QueueUrl=url, MessageBody="warm")
        until(lambda: events)
        events.clear()
        for body in ("bad", "good"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
        sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
        assert until(lambda: events) < 0.5  # a few milliseconds on a machine that is not busy
        record = events[0]["Records"][0]
        assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:local-work"
        assert record["attributes"]["ApproximateReceiveCount"] == "1"
        assert record["messageAttributes"]["kind"]["stringValue"] == "test"
        counts = {"waiting": 0, "delayed": 1, "inFlight": 0, "dead": 1}
        until(lambda: counts.items() <= ask(queues, "/_local/queues")["items"][0].items())
        (known,) = ask(queues, "/_local/queues")["items"]
        (letter,) = sqs.receive_message(QueueUrl=known["deadLettersUrl"])["Messages"]
        assert known["url"].endswith("/123456789012/local-work")
        assert letter["Body"] == "bad"
    finally:
        poller.stop()
    bodies = [record["body"] for event in events for record in event["Records"]]
    assert sorted(bodies) == ["bad", "bad", "good"]
    assert events[-1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_a_queue_that_was_deleted_is_read_again_when_it_is_back(
    template: Template, aws: LocalAws, client: Callable[[str], Any]
) -> None:
    (source,) = template.sources
    events: list[Any] = []

    def invoke(_function: Function, event: Any) -> Result:
        events.append(event)
        return Result({})

    sqs = client("sqs")
    url = template.functions["EchoFunction"].environment["QUEUE_URL"]
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    sqs.delete_queue(QueueUrl=url)
    poller = Poller(source, aws, invoke)
    poller.start()
    try:
        assert aws.receive(source.queue, 1, wait=0) == []
        sqs.create_queue(QueueName=source.queue, Attributes=kept | {"VisibilityTimeout": "1"})
        sqs.send_message(QueueUrl=url, MessageBody="after")
        until(lambda: events)
    finally:
        poller.stop()


def test_a_function_that_fails_keeps_all_its_messages(template: Template, aws: LocalAws) -> None:
    (source,) = template.sources
    message = {"MessageId": "1", "ReceiptHandle": "never received", "Body": "x"}
    poller = Poller(source, aws, lambda *_: Result({"batchItemFailures": []}, failed=True))
    poller._slots.acquire()
    poller._handle([message])  # deleting this one would be an error


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "b"}]}, {"b"}),
        ({"batchItemFailures": [{"itemIdentifier": "c"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"id": "b"}]}, {"a", "b"}),
        ("text", {"a", "b"}),
    ],
)
def test_what_a_partial_response_names(payload: Any, named: set[str]) -> None:
    assert failures(payload, ["a", "b"]) == named


def test_mails(template: Template, aws: LocalAws, client: Callable[[str], Any]) -> None:
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jobs@sender.example", "x@y.example", "Grüße"
    mail.set_content("tëxt\n", cte="quoted-printable")
    mail.add_alternative("<p>html</p>\n", subtype="html")
    ses = client("sesv2")
    for _ in range(2):
        ses.send_email(
            FromEmailAddress="jobs@sender.example",
            Destination={"ToAddresses": ["x@y.example"]},
            Content={"Raw": {"Data": mail.as_bytes()}},
        )
    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_email(
            FromEmailAddress="jobs@other.example",
            Destination={"ToAddresses": ["x@y.example"]},
            Content={"Raw": {"Data": b"Subject: x\n\nx"}},
        )
    newest, first = ask(extra_routes(template, aws), "/_local/mails")["items"]
    assert newest["sentAt"] > first["sentAt"]
    assert (newest["to"], newest["subject"]) == ("x@y.example", "Grüße")
    assert (newest["text"].strip(), newest["html"].strip()) == ("tëxt", "<p>html</p>")


def test_a_schedule_is_fired_by_any_of_its_names(
    template: Template, aws: LocalAws, environments: Environments
) -> None:
    routes = extra_routes(template, aws, environments.invoke)
    for name in ("Tick", "work", "WorkFunction"):
        fired = ask(routes, f"/_local/schedules/{name}", "POST")
        assert (fired["name"], set(fired["result"])) == (name, {"pid", "left"})
    unknown = routes(Request("POST", "/_local/schedules/other"))
    assert unknown is not None
    assert unknown.status == 404
    assert b"work" in unknown.body


def test_timers_fire_at_the_start_and_then_at_their_rate(template: Template) -> None:
    events: list[Any] = []

    def invoke(_function: Function, event: Any) -> Result:
        events.append(event)
        return Result(None)

    schedules = Schedules(template.schedules, invoke)
    schedules.start()
    until(lambda: events)
    schedules.stop()
    assert events == [{"do": "pid"}]


def test_the_documentation_needs_nothing_from_elsewhere(template: Template, aws: LocalAws) -> None:
    routes = extra_routes(template, aws)
    (template.root / "docs").mkdir(exist_ok=True)
    (template.root / "docs" / "openapi.json").write_text("{}")
    assert ask(routes, "/openapi.json") == {}
    page = routes(Request("GET", "/docs"))
    assert page is not None
    assert b"http:" not in page.body
    assert b"https:" not in page.body
    assert dict(page.headers)["content-security-policy"].startswith("default-src 'self'")
    for part in page.body.split(b'"'):
        if part.startswith(b"/docs/"):
            loaded = routes(Request("GET", part.decode()))
            assert loaded is not None
            assert loaded.status == 200
    assert routes(Request("POST", "/docs")) is None
    assert routes(Request("GET", "/docs/../template.yaml")) is None


def test_the_document_has_the_ids_that_are_there_when_it_is_read(
    template: Template, aws: LocalAws
) -> None:
    (template.root / "docs").mkdir(exist_ok=True)
    (template.root / "docs" / "openapi.json").write_text(json.dumps({"example": JOB_ID}))
    assert ask(extra_routes(template, aws), "/openapi.json") == {"example": JOB_ID}
    known = {JOB_ID: "first"}
    routes = extra_routes(template, aws, ids=lambda: known)
    assert ask(routes, "/openapi.json") == {"example": "first"}
    known[JOB_ID] = "second"
    assert ask(routes, "/openapi.json") == {"example": "second"}


def test_functions_are_kept_to_this_machine() -> None:
    environment = client_environment("http://127.0.0.1:1")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_CONFIG_FILE"] == "/dev/null"
