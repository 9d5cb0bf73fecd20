"""The events AWS hands to a Lambda function, and the context beside them. Pure, no I/O.

Sources: the payload formats documented for API Gateway HTTP APIs (version 2.0), Amazon SQS and
EventBridge Scheduler.
"""

import base64
import contextlib
import hashlib
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
API_ID = "local"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:queue"
TEXT_TYPES = ("application/json", "application/xml", "application/javascript")


@dataclass(slots=True)
class LambdaContext:
    """What a handler gets as its second argument.

    Args:
        deadline: when the function times out, on the clock of `time.monotonic()`.
    """

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    deadline: float = field(default_factory=lambda: time.monotonic() + 30)

    @property
    def invoked_function_arn(self) -> str:
        """The ARN of the function itself, without a version."""
        return function_arn(self.function_name)

    @property
    def log_group_name(self) -> str:
        """Where AWS would collect the function's log lines."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """On AWS one stream for each execution environment."""
        return "local"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time-out, never below 0."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def function_arn(name: str) -> str:
    """The ARN of the function called `name`."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"


def claim_text(value: object) -> str:
    """A JWT claim as an HTTP API hands it over: always text, a list as `[admin employer]`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{' '.join(claim_text(item) for item in value)}]"
    return str(value)


def http_event(
    method: str,
    path: str,
    *,
    route: str | None = None,
    path_parameters: Mapping[str, str] | None = None,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: str | bytes | None = None,
    claims: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0. What the request lacks is absent, as on AWS.

    Args:
        method: in capitals.
        path: the path as the function sees it.
        route: the path of the route in the template, `/jobs/{jobId}`; `path` when not given.
        path_parameters: decoded values of the route's variables.
        query: the raw query string, without its question mark.
        headers: any case; repeated ones already joined with commas.
        body: bytes become text where their content type says text, else base64: as on AWS also
            without a content type, and for the form type that curl sends by itself.
        claims: of the token that was accepted; None for a route without an authorizer.
    """
    lowered = {name.lower(): value for name, value in (headers or {}).items()}
    cookies = lowered.pop("cookie", "")
    key = f"{method} {route or path}"
    now = datetime.now(UTC)
    host = lowered.get("host", "localhost")
    context: dict[str, Any] = {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": host,
        "domainPrefix": host.split(".")[0],
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": lowered.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }
    if claims is not None:
        texts = {name: claim_text(value) for name, value in claims.items()}
        context["authorizer"] = {"jwt": {"claims": texts, "scopes": None}}
    text, encoded = _body(body, lowered.get("content-type", ""))
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": lowered,
        "requestContext": context,
        "isBase64Encoded": encoded,
    }
    optional = {
        "cookies": [part.strip() for part in cookies.split(";") if part.strip()],
        "queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True)),
        "pathParameters": dict(path_parameters or {}),
        "body": text,
    }
    return event | {name: value for name, value in optional.items() if value}


def _body(body: str | bytes | None, content_type: str) -> tuple[str | None, bool]:
    """The body as text, and whether it had to be encoded."""
    if body is None or isinstance(body, str):
        return body, False
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in TEXT_TYPES:
        with contextlib.suppress(UnicodeDecodeError):
            return body.decode(), False
    return base64.b64encode(body).decode(), True


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def sqs_event(
    bodies: Sequence[str], *, queue_arn: str = QUEUE_ARN, texts: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """An SQS event of first deliveries, one record for each body.

    Args:
        bodies: of the messages.
        queue_arn: where they come from.
        texts: attributes of each message.
    """
    sent = str(int(time.time() * 1000))
    attributes = {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": sent,
        "SenderId": ACCOUNT_ID,
        "ApproximateFirstReceiveTimestamp": sent,
    }
    messages = [
        {
            "MessageId": str(uuid.uuid4()),
            "ReceiptHandle": uuid.uuid4().hex,
            "Body": body,
            "MessageAttributes": {
                name: {"StringValue": text, "DataType": "String"}
                for name, text in (texts or {}).items()
            },
        }
        for body in bodies
    ]
    records = [
        sqs_record(message | {"Attributes": attributes}, queue_arn=queue_arn)
        for message in messages
    ]
    return {"Records": records}


def sqs_record(message: Mapping[str, Any], *, queue_arn: str) -> dict[str, Any]:
    """The record of one message as `ReceiveMessage` gave it."""
    body = message["Body"]
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": body,
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {
                "stringValue": attribute.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute["DataType"],
            }
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": digest,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def schedule_event(name: str = "schedule") -> dict[str, Any]:
    """What EventBridge Scheduler sends for a schedule that has no Input of its own."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT_ID,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT_ID}:schedule/default/{name}"],
        "detail": "{}",
    }
