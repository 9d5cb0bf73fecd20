import base64

import pytest

from local.events import LambdaContext, http_event, schedule_event, sqs_event


def test_http_event() -> None:
    event = http_event(
        "POST",
        "/jobs/a b",
        route="/jobs/{jobId}",
        path_parameters={"jobId": "a b"},
        query="status=open&x=1&x=2%2C3&empty=",
        headers={"Content-Type": "application/json", "Cookie": "a=1; b=2", "User-Agent": "me"},
        body=b'{"title": "\xc3\xa9"}',
        claims={"sub": "1", "exp": 12, "cognito:groups": ["admin", "employer"], "ok": True},
    )
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "POST /jobs/{jobId}"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/jobs/a b"
    assert event["rawQueryString"] == "status=open&x=1&x=2%2C3&empty="
    assert event["queryStringParameters"] == {"status": "open", "x": "1,2,3", "empty": ""}
    assert event["headers"] == {"content-type": "application/json", "user-agent": "me"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"title": "é"}', False)
    assert event["requestContext"]["http"]["userAgent"] == "me"
    assert event["requestContext"]["authorizer"] == {
        "jwt": {
            "claims": {"sub": "1", "exp": "12", "cognito:groups": "[admin employer]", "ok": "true"},
            "scopes": None,
        }
    }


def test_what_a_request_lacks_is_absent() -> None:
    event = http_event("GET", "/health")
    absent = {"body", "cookies", "pathParameters", "queryStringParameters"}
    assert absent.isdisjoint(event)
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize("kind", ["", "application/x-www-form-urlencoded", "application/json"])
def test_a_body_that_is_no_text_is_encoded(kind: str) -> None:
    body = b"\xff\x00" if kind == "application/json" else b"a=1"
    event = http_event("POST", "/", headers={"content-type": kind}, body=body)
    assert event["isBase64Encoded"]
    assert base64.b64decode(event["body"]) == body


def test_sqs_event() -> None:
    first, second = sqs_event(["a", "b"], queue_arn="arn:aws:sqs:eu:1:q")["Records"]
    assert first["messageId"] != second["messageId"]
    assert (second["body"], second["eventSource"]) == ("b", "aws:sqs")
    assert first["eventSourceARN"] == "arn:aws:sqs:eu:1:q"
    assert first["attributes"]["ApproximateReceiveCount"] == "1"
    assert first["messageAttributes"] == {}
    assert first["md5OfBody"] == "0cc175b9c0f1b6a831c399e269772661"


def test_attributes_of_messages() -> None:
    (record,) = sqs_event(["a"], texts={"kind": "x"})["Records"]
    assert record["messageAttributes"] == {
        "kind": {
            "stringValue": "x",
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        }
    }


def test_schedule_event() -> None:
    event = schedule_event("tick")
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert event["resources"][0].endswith("/tick")


def test_context() -> None:
    context = LambdaContext("CreateJobFunction")
    assert context.invoked_function_arn.endswith(":function:CreateJobFunction")
    assert 29_000 < context.get_remaining_time_in_millis() <= 30_000
    context.deadline = 0
    assert context.get_remaining_time_in_millis() == 0
