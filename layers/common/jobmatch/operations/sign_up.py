"""What follows a sign-up with the user pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.aws import invoke_later
from jobmatch.config import settings
from jobmatch.telemetry import log_failure

if TYPE_CHECKING:
    from collections.abc import Mapping


def create_user_later(attributes: Mapping[str, str]) -> None:
    """Have create_user called for somebody who has signed up.

    The pool waits for 5 seconds, which a database that has to wake up would not keep. A failure
    is logged and not raised: the account is confirmed in any case, the person could not sign up
    again, and until somebody calls create_user by hand they are as good as unknown.

    Args:
        attributes: the pool's, `sub` among them.
    """
    try:
        payload = {"userId": attributes[settings().user_id_claim], "email": attributes["email"]}
        invoke_later(settings().create_user_function, payload)
    except Exception as error:  # noqa: BLE001 - see above
        log_failure(
            "The user was not created; call create_user by hand.",
            error,
            sub=attributes.get("sub"),
        )
