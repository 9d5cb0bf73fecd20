"""The AWS services that we call. boto3 takes 350 ms to import, so only its users pay."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jobmatch.config import settings
from jobmatch.telemetry import log_failure
from jobmatch.telemetry.correlation import message_attributes
from jobmatch.telemetry.metrics import Metric, emit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage
    from uuid import UUID


@cache
def _client(
    service: str,
    attempts: int = 2,
    read_timeout: float = 4,
    *,
    mode: str = "legacy",
    connections: int = 10,
) -> Any:
    import boto3  # noqa: PLC0415 - see the module's docstring
    from botocore.config import Config  # noqa: PLC0415

    # By default two attempts of 1 + 4 seconds at the most: within the 15 that a route has.
    options = Config(
        connect_timeout=1,
        read_timeout=read_timeout,
        retries={"total_max_attempts": attempts, "mode": mode},
        max_pool_connections=connections,
    )
    return boto3.client(service, config=options)


def _send(queue_url: str, bodies: Sequence[dict[str, str]], counted: Metric | None = None) -> None:
    """Send messages that carry the correlation id, counting those that SQS has taken."""
    attributes = message_attributes()
    common = {"MessageAttributes": attributes} if attributes else {}
    taken = 0
    try:
        for start in range(0, len(bodies), 10):  # SendMessageBatch takes ten
            batch = bodies[start : start + 10]
            answer = _client("sqs").send_message_batch(
                QueueUrl=queue_url,
                Entries=[
                    {"Id": str(number), "MessageBody": json.dumps(body), **common}
                    for number, body in enumerate(batch)
                ],
            )
            refused = len(answer.get("Failed", ()))
            taken += len(batch) - refused
            if refused:
                raise RuntimeError(f"SQS refused {refused} of {len(batch)} messages.")
    finally:
        if counted and taken:
            emit({counted: taken})


def queue_matching(*job_ids: UUID) -> None:
    """Send one message per job to the matching queue.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: the queue could not
            be reached or refused; what was not sent is found by the next schedule.
    """
    bodies = [{"jobId": str(job_id)} for job_id in job_ids]
    _send(settings().matching_queue_url, bodies, Metric.JOBS_QUEUED)


def queue_notifications(*notification_ids: UUID) -> None:
    """Send one message per mail that is due to the notification queue; raises as above."""
    bodies = [{"notificationId": str(each)} for each in notification_ids]
    _send(settings().notification_queue_url, bodies)


def queue_dead_job(job_id: UUID) -> None:
    """Put a job that failed too often where an operator will look; raises as above."""
    _send(settings().matching_dead_letter_queue_url, [{"jobId": str(job_id)}])


def queue_dead_notification(notification_id: UUID) -> None:
    """Put a mail that was refused too often where an operator will look; raises as above."""
    body = {"notificationId": str(notification_id)}
    _send(settings().notification_dead_letter_queue_url, [body])


def try_queue_matching(job_id: UUID) -> None:
    """Queue a job whose change is committed; if SQS is away, the schedule finds it later."""
    try:
        queue_matching(job_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller's work is done and safe
        log_failure(
            "The job was not queued; the schedule will find it.",
            error,
            expected=True,
            job_id=job_id,
        )


def try_queue_notification(notification_id: UUID) -> None:
    """Queue a mail whose record is committed; if SQS is away, the schedule finds it later."""
    try:
        queue_notifications(notification_id)
    except Exception as error:  # noqa: BLE001 - as above
        log_failure(
            "The mail was not queued; the schedule will find it.",
            error,
            expected=True,
            notification_id=notification_id,
        )


class MailRefusedError(Exception):
    """A mail was definitely not sent."""


def send_mail(message: EmailMessage) -> None:
    """Send a mail through SES, once.

    Raises:
        MailRefusedError: it was definitely not sent: SES said so, or was never reached.
        Exception: anything else leaves open whether it was sent.
    """
    from botocore import exceptions  # noqa: PLC0415 - boto3 is about to be imported anyway

    # One attempt: a second one after a time-out could be a second mail.
    client = _client("sesv2", attempts=1)
    try:
        client.send_email(
            FromEmailAddress=message["From"],
            Destination={"ToAddresses": [message["To"]]},
            Content={"Raw": {"Data": message.as_bytes()}},
        )
    except (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError) as error:
        raise MailRefusedError("SES was not reached.") from error
    except exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise MailRefusedError(error.response["Error"]["Code"]) from error


def invoke_later(function: str, payload: dict[str, str]) -> None:
    """Have a function called asynchronously; Lambda keeps the event until it was.

    Within 3 seconds, because the one who waits for us may have no more than 5.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: Lambda could not be
            reached or refused.
    """
    client = _client("lambda", attempts=1, read_timeout=2)
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(payload))


class DatabaseNotReadyError(Exception):
    """The cluster does not answer yet: it is resuming, starting or failing over."""


def execute_sql(cluster_arn: str, secret_arn: str, database: str, sql: str) -> None:
    """Execute one statement through the RDS Data API, which gives it 45 seconds.

    Raises:
        DatabaseNotReadyError: nothing was executed, but may be in a while.
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: anything else.
    """
    client = _client("rds-data", attempts=1, read_timeout=50)
    not_ready = (
        client.exceptions.DatabaseResumingException,
        client.exceptions.DatabaseUnavailableException,
        client.exceptions.DatabaseNotFoundException,
        client.exceptions.InvalidResourceStateException,
        client.exceptions.ServiceUnavailableError,
    )
    try:
        client.execute_statement(
            resourceArn=cluster_arn, secretArn=secret_arn, database=database, sql=sql
        )
    except not_ready as error:
        raise DatabaseNotReadyError(type(error).__name__) from error


class ModelSilentError(Exception):
    """The model gave no answer, for the reason that `args[0]` names in one word."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting
        """Whether asking about somebody else would end in the same way."""


def converse(request: dict[str, Any]) -> dict[str, Any]:
    """Ask a model of Amazon Bedrock once; from any thread.

    botocore repeats what was throttled or broke, with jitter, and no more often than its quota of
    retries allows.

    Args:
        request: the parameters of Converse.

    Raises:
        ModelSilentError: it could not be reached, refused, or did not answer in time.
    """
    from botocore import exceptions  # noqa: PLC0415 - boto3 is about to be imported anyway
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    client = _client(
        "bedrock-runtime",
        attempts=settings().model_attempts,
        read_timeout=settings().model_answer_seconds,
        mode="standard",
        connections=settings().model_concurrency,
    )
    try:
        answer: dict[str, Any] = client.converse(**request)
    except exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        raise _silent(error.response["Error"]["Code"], status) from error
    except exceptions.ReadTimeoutError as error:
        raise ModelSilentError("timeout") from error
    except exceptions.BotoCoreError as error:
        raise ModelSilentError("unavailable") from error
    except (AttributeError, LookupError, TypeError, ValueError, ResponseParserError) as error:
        # What botocore's parser says of an answer that is JSON, but not of Converse's form.
        raise ModelSilentError("malformed-answer") from error
    if "output" not in answer:
        # Nor does botocore mind one that is no JSON at all, because it broke off.
        raise ModelSilentError("malformed-answer")
    return answer


def _silent(code: str, status: int) -> ModelSilentError:
    if code in {"ThrottlingException", "ServiceQuotaExceededException"}:
        return ModelSilentError("throttled")
    if code == "ModelTimeoutException":
        return ModelSilentError("timeout")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        # No permission, no access to the model, or no such model.
        return ModelSilentError("denied", lasting=True)
    if code == "ValidationException":
        return ModelSilentError("refused")
    return ModelSilentError("unavailable")
