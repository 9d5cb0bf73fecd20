"""By CloudFormation or by hand: create the users of the database."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.operations import custom_resource
from jobmatch.operations.database_roles import create_database_roles
from jobmatch.telemetry import observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    def work() -> dict[str, str]:
        create_database_roles(context.get_remaining_time_in_millis)
        return {}

    if custom_resource.is_request(event):
        custom_resource.answer(event, context, work)
        return {}
    return work()
