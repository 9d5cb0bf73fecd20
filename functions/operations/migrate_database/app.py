"""By CloudFormation or by hand: bring the database to the newest schema."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.audit.queries import set_decision_retention
from jobmatch.config import settings
from jobmatch.operations import custom_resource
from jobmatch.operations.migrations import MigrationRequest, Upgrade, upgrade
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger, observed


def migrate(*, contract: bool) -> Upgrade:
    retention = settings().decision_retention  # a wrong one fails before we write
    done = upgrade(settings().migrations_folder, contract=contract)
    with transaction() as connection:
        set_decision_retention(connection, retention)
    logger.info("The database is migrated.", **asdict(done))
    return done


def deploy() -> dict[str, str]:
    done = migrate(contract=False)
    return {"Revision": done.revision or "", "Waiting": " ".join(done.waiting)}


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any] | None:
    if custom_resource.is_request(event):
        custom_resource.answer(event, context, deploy)
        return None
    request = MigrationRequest.model_validate(event)
    return asdict(migrate(contract=request.contract))
