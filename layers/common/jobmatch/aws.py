"""The AWS services that we call. boto3 takes 350 ms to import, so it is imported when needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import UUID

from jobmatch.config import settings
from jobmatch.telemetry import Metric, emit, log_failure
from jobmatch.telemetry.correlation import message_attributes


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

    # By default two attempts of at most 1 + 4 seconds: within the 15 seconds of a route.
    options = Config(
        connect_timeout=1,
        read_timeout=read_timeout,
        retries={"total_max_attempts": attempts, "mode": mode},
        max_pool_connections=connections,
    )
    return boto3.client(service, config=options)


def sqs() -> Any:
    """A client of the queues, for who reads them."""
    return _client("sqs")


def _send(
    queue_url: str,
    bodies: Sequence[Mapping[str, Any]],
    counted: Metric | None = None,
    **others: UUID,
) -> None:
    """Send messages, with the correlation id and `others` as attributes; `counted` counts them."""
    attributes = message_attributes() | {
        name: {"DataType": "String", "StringValue": str(value)} for name, value in others.items()
    }
    common = {"MessageAttributes": attributes} if attributes else {}
    accepted = 0
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
            refused = answer.get("Failed", ())
            accepted += len(batch) - len(refused)
            if refused:
                from botocore.exceptions import ClientError  # noqa: PLC0415 - as boto3

                raise ClientError({"Error": refused[0]}, "SendMessageBatch")  # noqa: TRY301
    except Exception as error:
        error.add_note(f"queue {queue_url.rpartition('/')[2]}")
        raise
    finally:
        if counted and accepted:
            emit({counted: accepted})


def queue_matching(*job_ids: UUID | None) -> None:
    """Send one message per job to the matching queue; `None` says that changed candidates wait.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: the queue was not
            reached or refused; the next schedule finds the jobs that were not sent.
    """
    bodies = [{"jobId": job_id and str(job_id)} for job_id in job_ids]
    _send(settings().matching_queue_url, bodies, Metric.JOBS_QUEUED if any(job_ids) else None)


def queue_notifications(*notification_ids: UUID) -> None:
    """Send one message per mail that is due to the notification queue; raises as above."""
    bodies = [{"notificationId": str(notification_id)} for notification_id in notification_ids]
    _send(settings().notification_queue_url, bodies)


def queue_dead_job(job_id: UUID) -> None:
    """Report a job that failed too often to the operator's queue; raises as above."""
    _send(settings().matching_dead_letter_queue_url, [{"jobId": str(job_id)}])


def queue_dead_notification(notification_id: UUID, job_id: UUID) -> None:
    """Report a mail that was refused too often to the operator's queue; raises as above.

    The job goes with it as an attribute: a run of it records the next mail about the same matches.
    """
    body = {"notificationId": str(notification_id)}
    _send(settings().notification_dead_letter_queue_url, [body], jobId=job_id)


def queue_heads(heads: Mapping[str, Any]) -> None:
    """Send heads of the decision log to those who sign them; raises as above."""
    _send(settings().anchor_queue_url, [{"heads": heads}])


def try_queue_matching(job_id: UUID | None = None) -> None:
    """Queue what is committed, as `queue_matching`; if that fails, the schedule finds it later."""
    try:
        queue_matching(job_id)
    except Exception as error:  # noqa: BLE001 - the caller's work is done and safe
        log_failure(
            "The job was not queued; the schedule will find it.",
            error,
            expected=True,
            job_id=job_id,
        )


def try_queue_notification(notification_id: UUID) -> None:
    """Queue a mail whose record is committed; if that fails, the schedule finds it later."""
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
        MailRefusedError: it was definitely not sent: SES refused it or was not reached.
        Exception: it is unknown whether it was sent.
    """
    from botocore import exceptions  # noqa: PLC0415 - boto3 is about to be imported anyway

    # One attempt: after a time-out, another one could send a second mail.
    client, named = _client("sesv2", attempts=1), settings().mail_configuration_set
    try:
        client.send_email(
            **({"ConfigurationSetName": named} if named else {}),
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


def create_user_later(attributes: Mapping[str, str]) -> None:
    """Invoke create_user asynchronously for a user who has signed up; Lambda stores the event.

    The user pool waits for 5 seconds, and a paused database may need longer. A failure is logged
    and not raised: the account is confirmed and the user can't sign up again. Until an operator
    invokes create_user by hand, the API does not know the user.

    Args:
        attributes: those of the user pool, `sub` among them.
    """
    try:
        payload = {"userId": attributes[settings().user_id_claim], "email": attributes["email"]}
        _client("lambda", attempts=1, read_timeout=2).invoke(
            FunctionName=settings().create_user_function,
            InvocationType="Event",
            Payload=json.dumps(payload),
        )
    except Exception as error:  # noqa: BLE001 - see above
        sub = attributes.get("sub")
        log_failure("The user was not created; call create_user by hand.", error, sub=sub)


def sign(digest: bytes) -> tuple[bytes, bytes]:
    """The signature of a digest by the key of the anchors, and its public key; in DER."""
    client, key = _client("kms"), {"KeyId": settings().anchor_key_id}
    signed = client.sign(**key, Message=digest, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256")
    return signed["Signature"], client.get_public_key(**key)["PublicKey"]


def store_anchor(anchor: str) -> None:
    """Add a version of the one object in the bucket of the anchors, which locks each version."""
    _client("s3").put_object(
        Bucket=settings().anchor_bucket,
        Key="heads.json",
        Body=anchor.encode(),
        ContentType="application/json",
        ChecksumAlgorithm="SHA256",  # S3 wants one where objects are locked
    )


class DatabaseNotReadyError(Exception):
    """The cluster does not answer yet: it is resuming, starting or failing over."""


def execute_sql(cluster_arn: str, secret_arn: str, database: str, sql: str) -> None:
    """Execute one statement through the RDS Data API, which stops it after 45 seconds.

    Raises:
        DatabaseNotReadyError: nothing was executed; a later attempt may succeed.
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: any other failure.
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
    """The model gave no answer; `args[0]` is the reason, a value of `Failure`."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting
        """Whether a request about another candidate would fail in the same way."""


UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading JSON raises whose form or values are not as they should be."""


def converse(request: dict[str, Any]) -> dict[str, Any]:
    """Call a model of Amazon Bedrock with the parameters of Converse; from any thread.

    botocore retries throttled and failed requests, with jitter and within its retry quota.

    Raises:
        ModelSilentError: the model was not reached, refused, or did not answer in time.
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
        raise _silent(str(error.response["Error"]["Code"]), status) from error
    except exceptions.ReadTimeoutError as error:
        raise ModelSilentError("timeout") from error
    except exceptions.BotoCoreError as error:
        raise ModelSilentError("unavailable") from error
    except (*UNREADABLE, ResponseParserError) as error:
        # botocore's parser raises these for JSON that does not have the form of Converse.
        raise ModelSilentError("malformed-answer") from error
    if "output" not in answer:
        # botocore accepts an answer that is not JSON, because it was cut off.
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
