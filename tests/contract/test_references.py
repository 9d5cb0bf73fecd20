"""Whatever is chosen, a template refers to nothing that is then not made."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from scripts.transformed import references
from tests.support.infrastructure import ALL, existing, scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.intrinsics import Scope

SNAPSHOT = "arn:aws:rds:us-east-1:123456789012:snapshot:s"
CHOICES: dict[str, list[list[dict[str, Any]]]] = {
    "main": [
        [{"Database": kind} for kind in ("standard", "trial", "instance", "own")],
        [{"TokenIssuer": issuer} for issuer in ("", "https://issuer.example")],
        [{"Console": "on"}, {"Console": "off"}],
        [
            {},
            {
                "Stage": "prod",
                "DatabaseSecurityGroupId": "sg-1",
                "DomainName": "api.example",
                "MatchScorer": "bedrock",
                "AlarmEmail": "ops@firm.example",
            },
        ],
    ],
    "database": [
        [{"Kind": kind} for kind in ("standard", "trial", "instance")],
        [{"Production": "true", "Snapshot": SNAPSHOT}, {"Production": "false", "Snapshot": ""}],
    ],
    "network": [[{"Zones": "1"}, {"Zones": "2"}], [{"ModelArns": [""]}, {"ModelArns": ["arn"]}]],
    "operations": [
        [
            {"DatabaseId": "none", "AvailabilityObjective": "0", "MonthlyBudget": "0"},
            {"Scorer": "bedrock", "DatabaseId": "i", "DatabaseDimension": "DBInstanceIdentifier"},
        ]
    ],
}
"""The parameters that decide what is made, of each template: one of every list at a time."""


def combinations(document: str) -> Iterator[dict[str, Any]]:
    for parts in product(*CHOICES[document]):
        yield {name: value for part in parts for name, value in part.items()}


def chosen(node: Any, within: Scope) -> Any:
    """A part of a template, of each condition what holds."""
    if isinstance(node, list):
        return [chosen(item, within) for item in node]
    if not isinstance(node, dict):
        return node
    if "Fn::If" in node:
        condition, yes, no = node["Fn::If"]
        return chosen(yes if within.holds(condition) else no, within)
    return {key: chosen(value, within) for key, value in node.items()}


def dangling(document: str, given: dict[str, Any]) -> set[str]:
    """What is referred to with these parameters, and not made."""
    template, within = ALL[document], scope(document, **given)
    made = existing(document, **given)
    parts = [template["Resources"][name] for name in made]
    parts += [
        output
        for output in template.get("Outputs", {}).values()
        if "Condition" not in output or within.holds(output["Condition"])
    ]
    parts.append(template.get("Globals", {}))
    wanted = {target for target, _ in references(chosen(parts, within))}
    return wanted.intersection(template["Resources"]) - made


@pytest.mark.parametrize("document", CHOICES)
def test_nothing_is_referred_to_that_is_not_made(document: str) -> None:
    found = {str(given): dangling(document, given) for given in combinations(document)}
    assert {given: names for given, names in found.items() if names} == {}


@pytest.mark.parametrize("document", CHOICES)
def test_each_condition_is_tried_both_ways(document: str) -> None:
    """Those that decide whether a resource is made."""
    resources = ALL[document]["Resources"].values()
    deciding = {each["Condition"] for each in resources if "Condition" in each}
    seen = {
        (condition, scope(document, **given).holds(condition))
        for given in combinations(document)
        for condition in deciding
    }
    assert seen == set(product(deciding, [True, False]))
