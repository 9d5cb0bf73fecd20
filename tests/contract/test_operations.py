"""The documents for operators name what there is: alarms, outputs, log lines, metrics."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.telemetry import Metric
from local.intrinsics import read_yaml
from tests.support.functions import FOLDERS, load
from tests.support.logs import ERRORS, is_counted
from tests.support.paths import ROOT
from tests.support.source import MODULES, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

RUNBOOK = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
HELPERS = (ROOT / "scripts" / "runbook.sh").read_text(encoding="utf-8")
"""The shell functions that the runbook calls."""
LOGS = (ROOT / "docs" / "logs.md").read_text(encoding="utf-8")
TEMPLATES = [read_yaml(path) for path in (ROOT / "template.yaml", *ROOT.glob("templates/*.yaml"))]


def resources(kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for template in TEMPLATES
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


COMPOSITE = resources("AWS::CloudWatch::CompositeAlarm")
ALARMS = COMPOSITE | {
    name: alarm
    for name, alarm in resources("AWS::CloudWatch::Alarm").items()
    # What is a part rings as the whole.
    if not any(f"${{{name}}}" in str(whole["AlarmRule"]) for whole in COMPOSITE.values())
}


def test_each_alarm_has_its_entry_in_the_runbook_and_each_entry_its_alarm() -> None:
    headings = re.findall(r"^## (\w+Alarm)$", RUNBOOK, re.MULTILINE)
    assert sorted(headings) == sorted(ALARMS)


def test_the_runbook_opens_with_symptoms() -> None:
    assert re.findall(r"^# (.+)$", RUNBOOK, re.MULTILINE)[:2] == ["Operate", "Symptoms"]


def test_an_entry_says_what_it_means_what_to_look_at_and_what_to_do() -> None:
    entries = re.findall(r"^## (\w+Alarm)\n(.*?)(?=^#)", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert entries
    for name, entry in entries:
        assert re.findall(r"^\*\*(\w+)\*\*", entry, re.MULTILINE) == ["Means", "Look", "Do"], name


def test_there_is_something_to_look_at_for_each_alarm() -> None:
    assert sorted(re.findall(r"^  (\w+Alarm)\)$", HELPERS, re.MULTILINE)) == sorted(ALARMS)
    assert sorted(re.findall(r"^\*\*Look\*\*: `look (\w+)`", RUNBOOK, re.MULTILINE)) == sorted(
        ALARMS
    )


def test_the_runbook_asks_for_outputs_and_resources_that_there_are() -> None:
    outputs = {name for template in TEMPLATES for name in template.get("Outputs", {})}
    asked = RUNBOOK + HELPERS
    assert set(re.findall(r"\$\(out (\w+)", asked)) - outputs == set()
    known = {name for template in TEMPLATES for name in template["Resources"]}
    # SAM makes this one of the function and its event.
    known.add("DispatchMatchingFunctionSchedule")
    assert set(re.findall(r"\$\((?:res|mapping) (\w+)", asked)) - known == set()


def test_the_runbook_calls_shell_functions_that_there_are() -> None:
    defined = set(re.findall(r"^(\w+)\(\) {", HELPERS + RUNBOOK, re.MULTILINE))
    assert defined >= {"out", "res", "logs", "sql", "mapping", "schedule", "look"}
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```", RUNBOOK, re.MULTILINE | re.DOTALL))
    called = {*re.findall(r"\$\((\w+) ", blocks), *re.findall(r"^(\w+) ", blocks, re.MULTILINE)}
    assert called - defined <= {"aws", "curl", "export", "date"}


def test_our_own_alarms_watch_metrics_that_we_emit() -> None:
    emitted = {each.value for each in Metric}
    for name, alarm in ALARMS.items():
        if alarm.get("Namespace") == "jobmatch" and isinstance(alarm["MetricName"], str):
            assert alarm["MetricName"] in emitted, name
            assert [each["Name"] for each in alarm["Dimensions"]] == ["service"], name


@pytest.mark.parametrize(
    "pattern",
    [ERRORS]
    + [
        each["FilterPattern"]
        for each in resources("AWS::Logs::MetricFilter").values()
        if "level" in each["FilterPattern"]
    ],
)
def test_the_filter_for_errors_counts_all_ways_to_end_badly(pattern: str) -> None:
    for status in ("error", "timeout", "failure"):
        assert is_counted({"type": "platform.report", "record": {"status": status}}, pattern)
    assert is_counted({"level": "ERROR"}, pattern)
    assert not is_counted({"level": "WARNING"}, pattern)
    assert not is_counted({"type": "platform.report", "record": {"status": "success"}}, pattern)


def logged() -> Iterator[tuple[str, str]]:
    """Level and message of every line that our code can log."""
    for path in (*MODULES.values(), *(folder / "app.py" for folder in FOLDERS.values())):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Call(
                    func=ast.Attribute(
                        value=ast.Name("logger") | ast.Attribute(attr="logger"), attr=level
                    ),
                    args=[ast.Constant(str(message)), *_],
                ):
                    yield level.upper(), message
                case ast.Call(func=ast.Name("log_failure"), args=[ast.Constant(str(message)), *_]):
                    expected = any(keyword.arg == "expected" for keyword in node.keywords)
                    yield "WARNING" if expected else "ERROR", message


def test_each_log_line_is_documented_with_its_level() -> None:
    sections = re.findall(r"^### (\w+)\n(.*?)(?=^#)", LOGS, re.MULTILINE | re.DOTALL)
    documented = [
        (level, message)
        for level, section in sections
        for message in re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE)
    ]
    assert sorted(documented) == sorted(set(logged()))


@pytest.mark.parametrize("operation", FOLDERS)
def test_each_call_of_a_function_has_a_correlation_id(operation: str) -> None:
    tree = parsed(FOLDERS[operation] / "app.py")
    (handler,) = (
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "lambda_handler"
    )
    with_route = "routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)"
    expected = with_route if hasattr(load(operation), "app") else "observed"
    assert [ast.unparse(each) for each in handler.decorator_list] == [expected]


def test_each_metric_is_documented_with_who_emits_it() -> None:
    rows = dict(re.findall(r"^- `([A-Z]\w+)` \(\w+; (.+?)\):", LOGS, re.MULTILINE))
    assert list(rows) == [each.value for each in Metric]
    assert set(re.findall(r"`(\w+)`", " ".join(rows.values()))) <= FOLDERS.keys()


def statements() -> list[str]:
    """The SQL of the runbook, with an id where a command has a variable."""
    found = re.findall(r'^ *sql "(.+?)"', RUNBOOK + HELPERS, re.MULTILINE | re.DOTALL)
    no_id = "00000000-0000-4000-8000-000000000000"
    return [re.sub(r"\$\w+", no_id, each).replace("PID", "0") for each in found]


@pytest.mark.parametrize("statement", statements())
def test_the_statements_of_the_runbook_fit_the_schema(
    statement: str, connection: Connection
) -> None:
    # Planned, not run: some of them end sessions.
    connection.exec_driver_sql(f"EXPLAIN {statement}".replace("%", "%%"))
