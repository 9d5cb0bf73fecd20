"""The templates as data: the main one and those nested in it, with statements of policies found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.intrinsics import Scope, read_yaml
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = read_yaml(ROOT / "template.yaml")
NESTED = {path.stem: read_yaml(path) for path in sorted((ROOT / "templates").glob("*.yaml"))}
ALL = {"main": MAIN, **NESTED}


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Properties of every resource of a type, in all templates, by name."""
    return {
        name: resource.get("Properties", {})
        for document in ALL.values()
        for name, resource in document["Resources"].items()
        if resource["Type"] == kind
    }


def existing(**parameters: str) -> set[str]:
    """Names of the main template's resources that are made with such parameters."""
    defaults = {name: each.get("Default", "") for name, each in MAIN["Parameters"].items()}
    scope = Scope(defaults | parameters, {}, MAIN["Conditions"])
    return {
        name
        for name, resource in MAIN["Resources"].items()
        if "Condition" not in resource or scope.holds(resource["Condition"])
    }


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Every statement of every policy below a part of a template."""
    if isinstance(node, list):
        for each in node:
            yield from statements(each)
    elif isinstance(node, dict):
        if "Effect" in node and "Action" in node:
            yield node
        for each in node.values():
            yield from statements(each)


def texts(node: Any) -> list[str]:
    """The strings of a part of a template that may be one, a list or an intrinsic function."""
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    if isinstance(node, dict):
        return [text for each in node.values() for text in texts(each)]
    return [str(node)]
