"""The users of the database, created before a function can connect as one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from jobmatch.aws import DatabaseNotReadyError, execute_sql
from jobmatch.config import settings
from jobmatch.postgres import connect
from jobmatch.telemetry import logger

CALL_SECONDS = 70
"""The time for the last attempt: the call, and the answer to the caller."""
PAUSE_SECONDS = 3


def roles_statement(folder: Path) -> str:
    """The statement of roles.sql without its comments.

    The RDS Data API looks for parameters (`:name`) in what it gets, so the file has no colon, and
    its comments, which have colons and apostrophes, stay out.
    """
    lines = (folder / "roles.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))


def create_database_roles(remaining_millis: Callable[[], int]) -> None:
    """Execute roles.sql, one statement that can be repeated, as the database's master user.

    A cluster is asked through the Data API. If it is not ready, the statement is retried: the
    cluster takes 15 seconds to resume, and minutes to fail over. An instance has no Data API, so
    its master user signs in as any other does.

    Args:
        remaining_millis: milliseconds until the function times out.

    Raises:
        DatabaseNotReadyError: the cluster was not ready in time.
        sqlalchemy.exc.DBAPIError: the instance was not reached, or refused.
    """
    sql = roles_statement(settings().migrations_folder)
    cluster = settings().database_cluster_arn
    if cluster is None:
        return _execute_over_a_connection(sql)
    target = (cluster, settings().database_master_secret_arn, settings().database_name)
    while True:
        try:
            return execute_sql(*target, sql)
        except DatabaseNotReadyError as error:
            if remaining_millis() < (CALL_SECONDS + PAUSE_SECONDS) * 1000:
                raise
            logger.info("The cluster is not ready; retrying.", reason=str(error))
            time.sleep(PAUSE_SECONDS)


def _execute_over_a_connection(sql: str) -> None:
    with connect() as connection:
        connection.exec_driver_sql(sql)
