"""From the anchor queue: sign heads of chains, and store them where nobody can delete them."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.audit.signing import HeadsMessage, anchor
from jobmatch.aws import sign, store_anchor
from jobmatch.telemetry import logger, observed
from jobmatch.telemetry.correlation import handling

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def sign_heads(record: SQSRecord) -> None:
    with handling(record):
        heads = HeadsMessage.model_validate_json(record.body).heads
        store_anchor(anchor(heads, sign))
        logger.info("Heads are signed.", heads=len(heads))


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, sign_heads, processor, context)
