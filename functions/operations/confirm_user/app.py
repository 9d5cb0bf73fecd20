"""From the user pool, when a sign-up is confirmed: have the user created."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.aws import create_user_later
from jobmatch.telemetry import observed


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # The pool also calls this after a forgotten password. Such a user exists already.
    if event["triggerSource"] == "PostConfirmation_ConfirmSignUp":
        create_user_later(event["request"]["userAttributes"])
    return event
