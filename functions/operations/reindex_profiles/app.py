"""By hand: index the profiles and employers written by another system or older rules."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from jobmatch.operations.reindex import Reindexed, ReindexRequest, reindex_profiles
from jobmatch.telemetry import logger, observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    request = ReindexRequest.model_validate(event)
    done = reindex_profiles(request, context.get_remaining_time_in_millis)
    answer: dict[str, Any] = TypeAdapter(Reindexed).dump_python(done, mode="json", by_alias=True)
    logger.info("Profiles are reindexed.", **answer)
    return answer
