"""From the webhook queue: post a signed event to its receiver, and tell what became of it."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.deliveries.sender import send_webhook
from jobmatch.telemetry import observed
from jobmatch.telemetry.correlation import handling
from jobmatch.webhooks.messages import Delivery

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def send(record: SQSRecord) -> None:
    with handling(record):
        send_webhook(Delivery.model_validate_json(record.body))


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, send, processor, context)
