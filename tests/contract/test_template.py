"""What the template promises about folders, permissions, time-outs and queues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobmatch import config
from local.intrinsics import read_yaml
from local.template import Template
from tests.support.functions import FOLDERS
from tests.support.paths import ROOT
from tests.support.source import imports, parsed

DOCUMENT = read_yaml(ROOT / "template.yaml")
FUNCTIONS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in DOCUMENT["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}
TEMPLATE = Template(ROOT / "template.yaml")
SOURCES = TEMPLATE.sources
SENDING = {"jobmatch.aws.queue_matching", "jobmatch.aws.try_queue_matching"}
MAY_SEND = {"SQSSendMessagePolicy": {"QueueName": {"Fn::GetAtt": ["MatchingQueue", "QueueName"]}}}
HAS_SECRET = {"AWSSecretsManagerGetSecretValuePolicy": {"SecretArn": {"Ref": "DatabaseSecretArn"}}}


def of_source() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.queue)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_ships_its_own_folder_and_nothing_else(name: str) -> None:
    operation = TEMPLATE.functions[name].operation
    folder = FOLDERS[operation].relative_to(ROOT).as_posix()
    assert FUNCTIONS[name]["CodeUri"] == f"{folder}/"
    assert TEMPLATE.functions[name].handler == "app.lambda_handler"
    assert TEMPLATE.functions[name].layers == (ROOT / "layers" / "common",)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_exactly_who_queues_matchings_may_send(name: str) -> None:
    path = FOLDERS[TEMPLATE.functions[name].operation] / "app.py"
    policies = FUNCTIONS[name]["Policies"]
    assert (MAY_SEND in policies) == bool(imports(parsed(path)) & SENDING)
    assert HAS_SECRET in policies


def test_some_functions_send() -> None:
    assert [name for name, each in FUNCTIONS.items() if MAY_SEND in each["Policies"]] == [
        *("CreateJobFunction", "UpdateJobFunction"),
        *("RequestMatchingFunction", "DispatchMatchingFunction"),
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_policy_is_a_wildcard(name: str) -> None:
    assert "*" not in str(FUNCTIONS[name]["Policies"])


def test_a_worker_is_cut_off_before_its_lease_ends() -> None:
    worker = TEMPLATE.functions["RunMatchingFunction"]
    lease = int(worker.environment["MATCHING_LEASE_SECONDS"])
    assert worker.timeout < lease


def test_a_worker_is_cut_off_before_the_default_lease_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATCHING_LEASE_SECONDS", raising=False)
    timeout = timedelta(seconds=TEMPLATE.functions["RunMatchingFunction"].timeout)
    assert timeout < config.matching_lease()


def test_the_worker_is_fed_by_the_queue_that_the_others_send_to() -> None:
    feeding = {source.function.logical_id: source.queue for source in SOURCES}
    urls = {each.environment["MATCHING_QUEUE_URL"] for each in TEMPLATE.functions.values()}
    assert {url.rpartition("/")[2] for url in urls} == {feeding["RunMatchingFunction"]}


@of_source()
def test_a_message_stays_hidden_six_times_as_long_as_its_worker_may_take(source: Any) -> None:
    (queue,) = (each for each in TEMPLATE.queues if each.name == source.queue)
    assert float(queue.attributes["VisibilityTimeout"]) == 6 * source.function.timeout
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


def test_due_jobs_are_looked_for_every_five_minutes() -> None:
    (schedule,) = (
        each for each in TEMPLATE.schedules if each.function.operation == "dispatch_matching"
    )
    assert schedule.seconds == 300


def test_settings_of_the_template_are_those_that_the_code_reads() -> None:
    source = (ROOT / "layers/common/jobmatch/config.py").read_text(encoding="utf-8")
    variables = DOCUMENT["Globals"]["Function"]["Environment"]["Variables"]
    assert variables.keys()
    assert [name for name in variables if f'"{name}"' not in source] == []
