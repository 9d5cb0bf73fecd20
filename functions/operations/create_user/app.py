"""By hand, and asynchronously after a sign-up: create or change a user."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.config import settings
from jobmatch.operations.users import UserInput, put_user
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger, observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    user = UserInput.model_validate(event)
    with transaction() as connection:
        role = put_user(connection, user, maximum_age=settings().matching_maximum_age)
    logger.info("The user is there.", user_id=user.user_id, role=role)
    return {"userId": str(user.user_id), "role": role}
