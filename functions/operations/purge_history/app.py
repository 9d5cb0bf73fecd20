"""On a schedule: delete the history that is past its retention, in portions."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from jobmatch.operations.upkeep import Purged, purge_history
from jobmatch.telemetry import logger, observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    done = purge_history(context.get_remaining_time_in_millis)
    answer: dict[str, Any] = TypeAdapter(Purged).dump_python(done, mode="json", by_alias=True)
    logger.info("The history is purged.", **answer)
    return answer
