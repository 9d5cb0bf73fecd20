"""What the template promises about folders, permissions, time-outs and queues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobmatch import aws
from jobmatch.config import settings
from jobmatch.drafts.text import MOST_SECONDS
from jobmatch.notifications.queries import LEASE
from jobmatch.proposals.service import SPARE_SECONDS
from jobmatch.webhooks import messages
from local.feedback import mail_event
from local.intrinsics import read_yaml
from local.template import Template
from tests.support.functions import FOLDERS
from tests.support.infrastructure import scope, statements
from tests.support.paths import ROOT
from tests.support.roles import MIGRATOR, READER, WRITER, role_of
from tests.support.source import reached, uses

DOCUMENT = read_yaml(ROOT / "template.yaml")
FUNCTIONS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in DOCUMENT["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}
TEMPLATE = Template(ROOT / "template.yaml")
WITH_MODEL = Template(ROOT / "template.yaml", {"MatchScorer": "bedrock"})
SOURCES = TEMPLATE.sources
FEEDING = {source.function.logical_id: source.queue for source in SOURCES}
QUEUE_OF = {
    "queue_matching": "MatchingQueue",
    "try_queue_matching": "MatchingQueue",
    "queue_notifications": "NotificationQueue",
    "try_queue_notification": "NotificationQueue",
    "queue_dead_job": "MatchingDeadLetterQueue",
    "queue_dead_notification": "NotificationDeadLetterQueue",
    "queue_heads": "AnchorQueue",
    "queue_webhooks": "WebhookDispatchQueue",
    "try_queue_webhooks": "WebhookDispatchQueue",
    "queue_disabled_mails": "NotificationQueue",
    "queue_deliveries": "WebhookQueue",
    "queue_result": "WebhookResultQueue",
}
"""Where the functions of jobmatch.aws and jobmatch.webhooks.messages send to."""
SENDING = (aws, messages)
ACTION_OF = {
    # SES asks for the second where SendEmail is given a MIME message, as ours is.
    "send_mail": {"ses:SendEmail", "ses:SendRawEmail"},
    "create_user_later": {"lambda:InvokeFunction"},
    "execute_sql": {"rds-data:ExecuteStatement"},
    "converse": {"bedrock:InvokeModel"},
    "sign": {"kms:Sign", "kms:GetPublicKey"},
    "store_anchor": {"s3:PutObject"},
}
"""What else the functions of jobmatch.aws are allowed to do."""
READ = {"sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"}
OF_OPERATION = {
    "get_queues": {"sqs:GetQueueAttributes"},
    "get_dead_letters": READ,
    "retry_dead_letters": {*READ, "sqs:DeleteMessage"},
    "drop_dead_letters": {*READ, "sqs:DeleteMessage"},
}
"""What the functions are allowed to do that look after the queues."""
GATEWAY_SECONDS = 30
MIGRATING = {"migrate_database", "create_database_roles"}
SIGNS_IN = {READER: "ReadDatabase", WRITER: "WriteDatabase", MIGRATOR: "MigrateDatabase"}
"""The policy that lets a function sign in as a user of the database."""
SECRET_OF = {
    READER: "DatabaseReaderSecretArn",
    WRITER: "DatabaseWriterSecretArn",
    MIGRATOR: "DatabaseMigratorSecretArn",
}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def of_source() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.queue)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_ships_its_own_folder_and_nothing_else(name: str) -> None:
    operation = TEMPLATE.functions[name].operation
    folder = FOLDERS[operation].relative_to(ROOT).as_posix()
    assert FUNCTIONS[name]["CodeUri"] == f"{folder}/"
    assert TEMPLATE.functions[name].handler == "app.lambda_handler"
    migrates = ("migrations",) if operation in MIGRATING else ()
    layers = tuple(ROOT / each for each in ("layers/common", *migrates))
    assert TEMPLATE.functions[name].layers == layers


IMPORTS_IT_ONLY = {"UseToolsFunction"}
"""Has the face of all routes, which imports the database, and not the check of roles that asks."""


def reaches_database(name: str) -> bool:
    if name in IMPORTS_IT_ONLY:
        return False
    # Migrations reach it through their env.py, which nothing imports.
    path = FOLDERS[TEMPLATE.functions[name].operation] / "app.py"
    return bool(uses(reached(path), "jobmatch.postgres", "jobmatch.operations.migrations"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_alembic_is_there_where_it_is_used(name: str) -> None:
    path = FOLDERS[TEMPLATE.functions[name].operation] / "app.py"
    layers = TEMPLATE.functions[name].layers
    assert not uses(reached(path), "alembic") or ROOT / "migrations" in layers


def calls(name: str) -> set[str]:
    """What of the modules that call AWS a function and the modules behind it import."""
    path = FOLDERS[TEMPLATE.functions[name].operation] / "app.py"
    modules = [module.__name__ for module in SENDING]
    return {each.rpartition(".")[2] for each in uses(reached(path), *modules)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_send_exactly_where_it_does(name: str) -> None:
    policies = FUNCTIONS[name]["Policies"]
    may = [each["SQSSendMessagePolicy"] for each in policies if "SQSSendMessagePolicy" in each]
    does = {QUEUE_OF[each] for each in calls(name) & QUEUE_OF.keys()}
    assert sorted(each["QueueName"]["Fn::GetAtt"] for each in may) == [
        [queue, "QueueName"] for queue in sorted(does)
    ]
    allowed = {
        action
        for statement in statements(policies)
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    }
    assert allowed - {"secretsmanager:GetSecretValue", "rds-db:connect"} == {
        action for each in calls(name) & ACTION_OF.keys() for action in ACTION_OF[each]
    } | OF_OPERATION.get(TEMPLATE.functions[name].operation, set())


def test_who_looks_after_queues_reaches_no_other_and_reads_dead_letters_alone() -> None:
    queues = {"MatchingQueue", "NotificationQueue"}
    dead = {each.replace("Queue", "DeadLetterQueue") for each in queues}
    for operation, actions in OF_OPERATION.items():
        (name,) = (each for each in FUNCTIONS if TEMPLATE.functions[each].operation == operation)
        (statement,) = statements(FUNCTIONS[name]["Policies"])
        assert set(as_list(statement["Action"])) == actions
        reached = {resource["Fn::GetAtt"][0] for resource in statement["Resource"]}
        assert reached == (dead | queues if operation == "get_queues" else dead)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_signs_in_to_the_database_as_who_may_do_no_more_than_it_does(name: str) -> None:
    policies = [each["Ref"] for each in FUNCTIONS[name]["Policies"] if "Ref" in each]
    if not reaches_database(name):
        assert not policies
        return
    operation = TEMPLATE.functions[name].operation
    if operation == "create_database_roles":
        return  # as the master; the next test but one
    user = role_of(operation)
    assert policies == [SIGNS_IN[user]]
    environment = TEMPLATE.functions[name].environment
    assert environment["DATABASE_USER"] == user
    own = FUNCTIONS[name].get("Environment", DOCUMENT["Globals"]["Function"]["Environment"])
    shared = DOCUMENT["Globals"]["Function"]["Environment"]["Variables"]
    variables = shared | own["Variables"]
    assert variables["DATABASE_SECRET_ARN"] == {"Ref": SECRET_OF[user]}


@pytest.mark.parametrize(("user", "policy"), SIGNS_IN.items())
def test_a_policy_lets_in_one_user(user: str, policy: str) -> None:
    (statement,) = DOCUMENT["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"]
    _, by_token, by_secret = statement["Fn::If"]
    assert by_token["Action"] == "rds-db:connect"
    assert by_token["Resource"]["Fn::Sub"].endswith(f"/{user}")
    assert by_secret["Action"] == "secretsmanager:GetSecretValue"
    assert by_secret["Resource"] == {"Ref": SECRET_OF[user]}


def test_only_the_one_that_makes_the_users_signs_in_as_the_master_and_not_where_aurora_is() -> None:
    signing_in = {
        name: statement["Resource"]["Fn::Sub"]
        for name, each in FUNCTIONS.items()
        for statement in statements(each["Policies"])
        if "rds-db:connect" in as_list(statement["Action"])
    }
    assert signing_in.keys() == {"CreateDatabaseRolesFunction"}
    assert signing_in["CreateDatabaseRolesFunction"].endswith("/jobmatch_master")
    (policy,) = FUNCTIONS["CreateDatabaseRolesFunction"]["Policies"]
    for database, actions in (
        ("instance", {"rds-db:connect"}),
        ("standard", {"rds-data:ExecuteStatement", "secretsmanager:GetSecretValue"}),
        ("trial", {"rds-data:ExecuteStatement", "secretsmanager:GetSecretValue"}),
    ):
        chosen = scope(Database=database).resolve(policy)
        assert {each["Action"] for each in statements(chosen)} == actions


def test_each_way_to_send_leads_to_a_queue_that_somebody_uses() -> None:
    ways = {
        name
        for module in SENDING
        for name in dir(module)
        if name.startswith(("queue_", "try_queue_"))
    }
    assert ways == QUEUE_OF.keys()
    assert {each for name in FUNCTIONS for each in calls(name)} >= {*QUEUE_OF, "send_mail"}


def test_mail_goes_out_through_the_one_identity_from_the_one_sender() -> None:
    (statements,) = (
        each["Statement"]
        for each in FUNCTIONS["NotifyEmployerFunction"]["Policies"]
        if "Statement" in each
    )
    (allowed,) = (each for each in statements if each["Effect"] == "Allow")
    assert set(allowed["Action"]) == ACTION_OF["send_mail"]
    ends = [each["Fn::Sub"].rpartition(":")[2] for each in allowed["Resource"]]
    assert ends == ["identity/${MailIdentity}", "configuration-set/${MailConfigurationSet}"]
    assert allowed["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}}


def test_what_becomes_of_a_mail_comes_back_to_who_turns_mails_off() -> None:
    """From the set that mails name, by a rule for it alone, to a queue that takes no other's."""
    resources = {name: each.get("Properties", {}) for name, each in DOCUMENT["Resources"].items()}
    named = {"Ref": "MailConfigurationSet"}
    variables = FUNCTIONS["NotifyEmployerFunction"]["Environment"]["Variables"]
    assert variables["MAIL_CONFIGURATION_SET"] == named
    events = resources["MailEvents"]
    assert events["ConfigurationSetName"] == named
    assert events["EventDestination"]["MatchingEventTypes"] == ["BOUNCE", "COMPLAINT"]
    assert events["EventDestination"]["Enabled"] is True
    rule = resources["MailEventsRule"]
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.ses"]
    assert pattern["detail"] == {"mail": {"tags": {"ses:configuration-set": [named]}}}
    sample = mail_event("bounce", ["a@b.example"], "2026-01-05T12:00:00Z")
    assert pattern["detail-type"][0] == sample["detail-type"]
    (target,) = rule["Targets"]
    queue = {"Fn::GetAtt": ["MailFeedbackQueue", "Arn"]}
    assert target["Arn"] == queue
    policy = resources["MailFeedbackQueuePolicy"]
    dead = {"Fn::GetAtt": ["MailFeedbackDeadLetterQueue", "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": dead}
    assert policy["Queues"] == [{"Ref": each["Fn::GetAtt"][0]} for each in (queue, dead)]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", [queue, dead])
    rule_arn = {"Fn::GetAtt": ["MailEventsRule", "Arn"]}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": rule_arn}}
    assert TEMPLATE.queue_of("turn_mails_off") == "MailFeedbackQueue"
    # SES's own list would swallow the mails of who has turned them on again.
    assert resources["MailConfigurationSet"]["SuppressionOptions"] == {"SuppressedReasons": []}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_policy_is_a_wildcard(name: str) -> None:
    assert "*" not in str(FUNCTIONS[name]["Policies"])


@pytest.mark.parametrize("template", [TEMPLATE, WITH_MODEL], ids=["rubric", "model"])
def test_a_worker_is_cut_off_before_its_lease_ends(template: Template) -> None:
    worker = template.functions["RunMatchingFunction"]
    lease = int(worker.environment["MATCHING_LEASE_SECONDS"])
    assert worker.timeout < lease


def test_a_worker_is_cut_off_before_the_default_lease_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATCHING_LEASE_SECONDS", raising=False)
    timeout = timedelta(seconds=TEMPLATE.functions["RunMatchingFunction"].timeout)
    assert timeout < settings().matching_lease


def test_a_worker_is_cut_off_before_another_mail_of_its_job_is_sent() -> None:
    assert timedelta(seconds=TEMPLATE.functions["NotifyEmployerFunction"].timeout) < LEASE


@pytest.mark.parametrize(
    ("worker", "variable"),
    [
        ("RunMatchingFunction", "MATCHING"),
        ("NotifyEmployerFunction", "NOTIFICATION"),
    ],
)
def test_a_worker_is_fed_by_the_queue_that_the_others_send_to(worker: str, variable: str) -> None:
    (queue,) = (each for each in TEMPLATE.queues if each.name == FEEDING[worker])
    for function in TEMPLATE.functions.values():
        urls = (
            function.environment[f"{variable}_QUEUE_URL"],
            function.environment[f"{variable}_DEAD_LETTER_QUEUE_URL"],
        )
        names = [url.rpartition("/")[2] for url in urls]
        assert names == [queue.name, queue.dead_letters]


def test_a_run_has_stored_its_matches_before_it_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However slow a model is: that is what its settings leave of the worker's time."""
    worker = WITH_MODEL.functions["RunMatchingFunction"]
    for name in worker.environment.keys() | {"MATCH_MODEL_ATTEMPTS", "MATCH_MODEL_SECONDS"}:
        monkeypatch.delenv(name, raising=False)
    for name, value in worker.environment.items():
        monkeypatch.setenv(name, value)
    attempts = settings().model_attempts
    # Botocore pauses for up to 2 ** n seconds before another attempt, and 5 where Bedrock asks.
    pauses = sum(2**number + 5 for number in range(attempts - 1))
    last_call = attempts * (1 + settings().model_answer_seconds) + pauses
    for_the_database = 30
    assert settings().model_seconds + last_call + for_the_database <= worker.timeout
    (source,) = (each for each in WITH_MODEL.sources if each.queue == "MatchingQueue")
    assert source.batch_size == 1


def test_a_draft_is_answered_before_the_gateway_gives_up_however_slow_a_model_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    function = WITH_MODEL.functions["DraftJobFunction"]
    for name, value in function.environment.items():
        monkeypatch.setenv(name, value)
    assert settings().model_attempts == 1, "somebody waits"
    asking = settings().database_connect_seconds + MOST_SECONDS + SPARE_SECONDS
    assert asking + 1 + settings().model_answer_seconds <= function.timeout < GATEWAY_SECONDS
    assert TEMPLATE.functions["DraftJobFunction"].timeout < function.timeout


@of_source()
def test_a_message_stays_hidden_six_times_as_long_as_its_worker_may_take(source: Any) -> None:
    for template in (TEMPLATE, WITH_MODEL):
        (queue,) = (each for each in template.queues if each.name == source.queue)
        worker = template.functions[source.function.logical_id]
        assert float(queue.attributes["VisibilityTimeout"]) == 6 * worker.timeout
    assert source.partial_failures, "one failed message must not repeat the others"


@of_source()
def test_messages_that_keep_failing_wait_in_a_queue_of_their_own(source: Any) -> None:
    (queue,) = (each for each in TEMPLATE.queues if each.name == source.queue)
    (dead,) = (each for each in TEMPLATE.queues if each.name == queue.dead_letters)
    assert dead.name != queue.name
    assert dead.dead_letters is None
    assert queue.max_receives >= 2
    fortnight = timedelta(days=14).total_seconds()
    assert float(dead.attributes["MessageRetentionPeriod"]) == fortnight
    assert dead.name not in {each.queue for each in SOURCES}


@pytest.mark.parametrize("name", [queue.name for queue in TEMPLATE.queues])
def test_messages_are_encrypted(name: str) -> None:
    assert DOCUMENT["Resources"][name]["Properties"]["SqsManagedSseEnabled"] is True


def test_functions_and_layers_are_for_the_one_processor_and_python_that_is_built_for() -> None:
    shared = DOCUMENT["Globals"]["Function"]
    assert shared["Architectures"] == [{"Ref": "Architecture"}]
    assert not any("Architectures" in each or "Runtime" in each for each in FUNCTIONS.values())
    layers = [
        resource
        for resource in DOCUMENT["Resources"].values()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    ]
    assert layers
    for layer in layers:
        assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
        assert layer["Properties"]["CompatibleRuntimes"] == [shared["Runtime"]]
        assert layer["Metadata"]["BuildArchitecture"] == {"Ref": "Architecture"}
    version = shared["Runtime"].removeprefix("python")
    script = (ROOT / "scripts" / "install_wheels.sh").read_text(encoding="utf-8")
    assert f'find_python.sh" {version})' in script


def test_due_jobs_are_looked_for_every_five_minutes() -> None:
    (schedule,) = (
        each for each in TEMPLATE.schedules if each.function.operation == "dispatch_matching"
    )
    assert schedule.seconds == 300


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_outlives_its_wait_for_a_silent_database(name: str) -> None:
    function = TEMPLATE.functions[name]
    seconds = function.environment["DATABASE_ANSWER_SECONDS"]
    if reaches_database(name) and function.operation not in MIGRATING:
        # The server itself ends a reader's statements after 12 seconds, a writer's after 55.
        longest = 55 if function.timeout >= 60 else 12
        assert longest < int(seconds) < function.timeout


def test_settings_of_the_template_are_those_that_the_code_reads() -> None:
    source = (ROOT / "layers/common/jobmatch/config.py").read_text(encoding="utf-8")
    variables = DOCUMENT["Globals"]["Function"]["Environment"]["Variables"].keys()
    variables -= {"SCHEMA_REVISION"}  # nothing reads it; it has functions wait for the schema
    assert variables
    assert [name for name in variables if f'"{name}"' not in source] == []
