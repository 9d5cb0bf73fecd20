"""From the matching queue: match each job that is due, and take up changed candidates."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.changes.service import try_take_up_changes
from jobmatch.runs.schemas import MatchingMessage
from jobmatch.runs.service import match_job
from jobmatch.telemetry import observed
from jobmatch.telemetry.correlation import handling

SECONDS_OF_CHANGES = 20

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def match(record: SQSRecord) -> None:
    with handling(record):
        job_id = MatchingMessage.model_validate_json(record.body).job_id
        if job_id is None:
            try_take_up_changes(SECONDS_OF_CHANGES)
        else:
            match_job(job_id)


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, match, processor, context)
