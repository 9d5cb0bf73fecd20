"""From the notification queue: mail an employer about good new matches, or a disabled webhook."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.deliveries.disabled_mail import tell_of_disabled
from jobmatch.notifications.schemas import NotificationMessage
from jobmatch.notifications.service import notify_employer
from jobmatch.telemetry import observed
from jobmatch.telemetry.correlation import handling

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def notify(record: SQSRecord) -> None:
    with handling(record):
        message = NotificationMessage.model_validate_json(record.body)
        if message.notification_id:
            notify_employer(message.notification_id)
        elif message.webhook_id:
            tell_of_disabled(message.webhook_id)


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, notify, processor, context)
