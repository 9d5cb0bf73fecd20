"""docs/cost.md counts what the templates make."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jobmatch.telemetry import Metric
from tests.support.infrastructure import ALL, MAIN, existing, of_type
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
COLUMNS: dict[str, dict[str, str]] = {
    "trial": {"Database": "trial"},
    "standard dev": {"Database": "standard"},
    "standard prod": {"Database": "standard", "Stage": "prod", "AvailabilityObjective": "99.5"},
    "own": {"Database": "own"},
}
MODEL = {"ModelTokens", "ModelFailures"}
PRICE_OF_ALARM, PRICE_OF_METRIC, PRICE_OF_WHOLE, PRICE_OF_ENDPOINT = 0.10, 0.30, 0.50, 7.30


def at_rest() -> dict[str, list[float]]:
    """The numbers of each row of the table, in the order of the columns; an empty one is 0."""
    table = PAGE.partition("## At rest")[2].strip().split("\n\n")[0].splitlines()[2:]
    rows = {}
    for line in table:
        name, *cells = (cell.strip(" *") for cell in line.split("|"))
        cells += [""] * (len(COLUMNS) - len(cells))
        rows[name] = [float(cell) if re.fullmatch(r"[\d.]+", cell) else 0 for cell in cells]
    return rows


def row(beginning: str) -> list[float]:
    (found,) = (cells for name, cells in at_rest().items() if name.startswith(beginning))
    return found


def made(kind: str, **given: str) -> list[dict[str, Any]]:
    """The resources of a type that an installation has, without those of the other templates."""
    database = given["Database"]
    nested = {
        "DatabaseId": "none" if database == "own" else "x",
        "DatabaseDimension": f"DB{'Instance' if database == 'instance' else 'Cluster'}Identifier",
        "AvailabilityObjective": given.get("AvailabilityObjective", "0"),
        "MonthlyBudget": "0",
    }
    parts = {"main": existing(**given), "operations": existing("operations", **nested)}
    return [
        ALL[document]["Resources"][name]["Properties"]
        for document, names in parts.items()
        for name in names
        if ALL[document]["Resources"][name]["Type"] == kind
    ]


def alarms_and_metrics(**given: str) -> tuple[int, int]:
    """Metrics that alarms watch, since each costs, and metrics of our own."""
    watched = sum(
        sum("MetricStat" in each for each in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in made("AWS::CloudWatch::Alarm", **given)
    )
    own = {each.value for each in Metric} - MODEL
    return watched, len(own) + len(made("AWS::Logs::MetricFilter", **given))


@pytest.mark.parametrize("column", COLUMNS)
def test_alarms_and_metrics_cost_what_the_page_says(column: str) -> None:
    alarms, metrics = alarms_and_metrics(**COLUMNS[column])
    whole = len(made("AWS::CloudWatch::CompositeAlarm", **COLUMNS[column]))
    cost = alarms * PRICE_OF_ALARM + metrics * PRICE_OF_METRIC + whole * PRICE_OF_WHOLE
    said = row("14 alarms")[list(COLUMNS).index(column)]
    assert said == pytest.approx(cost)


def test_endpoints_cost_what_the_page_says() -> None:
    endpoints = [
        each
        for name, each in of_type("AWS::EC2::VPCEndpoint").items()
        if each["VpcEndpointType"] == "Interface" and name in existing("network", ModelArns=[""])
    ]
    zone = len(endpoints) * PRICE_OF_ENDPOINT
    assert row("endpoints") == pytest.approx([zone, 2 * zone, 2 * zone, 0])


def test_the_sums_are_sums() -> None:
    rows = at_rest()
    total = rows.pop("sum")
    assert [sum(cells) for cells in zip(*rows.values(), strict=True)] == pytest.approx(total)


def test_an_instance_costs_the_sum_of_its_parts() -> None:
    section = PAGE.partition("### An instance")[2].partition("###")[0]
    alarms, metrics = alarms_and_metrics(Database="instance")
    of_them = alarms * PRICE_OF_ALARM + metrics * PRICE_OF_METRIC
    counts = re.search(r"(\d+) alarms\s+and (\d+) metrics, ([\d.]+);", section)
    assert counts
    assert (int(counts[1]), int(counts[2])) == (alarms, metrics)
    assert float(counts[3]) == pytest.approx(of_them)
    disk, endpoints, rest = (
        float(re.findall(pattern, section)[0])
        for pattern in (r"20 GB, ([\d.]+);", r"endpoints, ([\d.]+);", r"pollers, ([\d.]+):")
    )
    assert endpoints == row("endpoints")[0], "one zone, as a trial"
    assert rest == pytest.approx(row("secrets")[0] - 0.40), "no secret"
    (said,) = re.findall(r"\*\*([\d.]+)\*\*", section)
    assert float(said) == pytest.approx(0.016 * 730 + disk + endpoints + of_them + rest, abs=0.005)


def test_the_functions_are_counted() -> None:
    assert re.findall(r"all (\d+) functions", PAGE) == [
        str(len(of_type("AWS::Serverless::Function")))
    ]


def test_somebody_asks_for_each_output() -> None:
    places = [*ROOT.glob("docs/*.md"), *ROOT.glob("scripts/*.*"), *ROOT.glob("cli/*.py")]
    asked = "\n".join(path.read_text(encoding="utf-8") for path in places)
    unread = [name for name in MAIN["Outputs"] if not re.search(rf"\b{name}\b", asked)]
    assert unread == []
