"""From the result queue: note what became of an event, and when it is sent again."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.deliveries.results import note_webhook_result
from jobmatch.telemetry import observed
from jobmatch.telemetry.correlation import handling
from jobmatch.webhooks.messages import DeliveryResult

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def note(record: SQSRecord) -> None:
    with handling(record):
        note_webhook_result(DeliveryResult.model_validate_json(record.body))


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, note, processor, context)
