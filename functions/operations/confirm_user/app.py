"""From the user pool, when somebody has confirmed a sign-up: have them created as a user."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.operations.sign_up import create_user_later
from jobmatch.telemetry import observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # Somebody who has only forgotten their password is a user already.
    if event["triggerSource"] == "PostConfirmation_ConfirmSignUp":
        create_user_later(event["request"]["userAttributes"])
    return event
