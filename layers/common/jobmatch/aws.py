"""The AWS services that we call. boto3 takes 350 ms to import, so only its users pay."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from jobmatch import config
from jobmatch.observability import log_failure

if TYPE_CHECKING:
    from uuid import UUID


@cache
def _client(service: str) -> Any:
    import boto3  # noqa: PLC0415 - see the module's docstring
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        service,
        config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3}),
    )


def secret(arn: str) -> str:
    """The current text of a Secrets Manager secret."""
    return str(_client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


def queue_matching(*job_ids: UUID) -> None:
    """Send one message per job to the matching queue.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: the queue could not
            be reached or refused; what was not sent is found by the next schedule.
    """
    url = config.matching_queue_url()
    for start in range(0, len(job_ids), 10):  # SendMessageBatch takes ten
        batch = job_ids[start : start + 10]
        answer = _client("sqs").send_message_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(number), "MessageBody": json.dumps({"jobId": str(job_id)})}
                for number, job_id in enumerate(batch)
            ],
        )
        if answer.get("Failed"):
            raise RuntimeError(f"SQS refused {len(answer['Failed'])} of {len(batch)} messages.")


def try_queue_matching(job_id: UUID) -> None:
    """Queue a job whose change is committed; if SQS is away, the schedule finds it later."""
    try:
        queue_matching(job_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller's work is done and safe
        log_failure("The job was not queued; the schedule will find it.", error, job_id=job_id)
