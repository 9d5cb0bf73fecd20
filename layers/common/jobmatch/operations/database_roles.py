"""The users of the database, created before a function can connect as one of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from jobmatch.aws import DatabaseNotReadyError, execute_sql
from jobmatch.config import settings
from jobmatch.telemetry import logger

CALL_SECONDS = 70
"""The time for the last attempt: the call, and the answer to the caller."""
PAUSE_SECONDS = 3


def create_database_roles(remaining_millis: Callable[[], int]) -> None:
    """Execute roles.sql, one statement that can be repeated, as the cluster's master user.

    If the cluster is not ready, the statement is retried: the cluster takes 15 seconds to resume,
    and minutes to fail over.

    Args:
        remaining_millis: milliseconds until the function times out.

    Raises:
        DatabaseNotReadyError: the cluster was not ready in time.
    """
    sql = (settings().migrations_folder / "roles.sql").read_text(encoding="utf-8")
    target = (
        settings().database_cluster_arn,
        settings().database_master_secret_arn,
        settings().database_name,
    )
    while True:
        try:
            return execute_sql(*target, sql)
        except DatabaseNotReadyError as error:
            if remaining_millis() < (CALL_SECONDS + PAUSE_SECONDS) * 1000:
                raise
            logger.info("The cluster is not ready; retrying.", reason=str(error))
            time.sleep(PAUSE_SECONDS)
