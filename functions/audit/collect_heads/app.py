"""On a schedule: hand the head of every chain to those who sign them."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.audit.anchors import collect_heads
from jobmatch.telemetry import logger, observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    heads = collect_heads()
    logger.info("Heads are collected.", heads=heads)
    return {"heads": heads}
