"""From the dispatch queue: sign the due events of a webhook and hand them to the sender."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.deliveries.service import dispatch_webhook
from jobmatch.telemetry import observed
from jobmatch.telemetry.correlation import handling
from jobmatch.webhooks.messages import WebhookMessage

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def dispatch(record: SQSRecord) -> None:
    with handling(record):
        dispatch_webhook(WebhookMessage.model_validate_json(record.body).webhook_id)


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, dispatch, processor, context)
