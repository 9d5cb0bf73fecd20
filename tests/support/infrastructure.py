"""The main template and those nested in it as data, and the statements of their policies."""

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


def scope(document: str = "main", **parameters: Any) -> Scope:
    """What these parameters, and the defaults of a template's others, make of its conditions."""
    template = ALL[document]
    defaults = {name: each.get("Default", "") for name, each in template["Parameters"].items()}
    return Scope(defaults | parameters, {}, template.get("Conditions", {}))


def existing(document: str = "main", **parameters: Any) -> set[str]:
    """Names of a template's resources that are created with these parameters."""
    within = scope(document, **parameters)
    return {
        name
        for name, resource in ALL[document]["Resources"].items()
        if "Condition" not in resource or within.holds(resource["Condition"])
    }


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Every statement of every policy below a part of a template."""
    if isinstance(node, list):
        for item in node:
            yield from statements(item)
    elif isinstance(node, dict):
        if "Effect" in node and "Action" in node:
            yield node
        for value in node.values():
            yield from statements(value)


def texts(node: Any) -> list[str]:
    """The strings of a part of a template that may be one, a list or an intrinsic function."""
    if isinstance(node, list):
        return [text for item in node for text in texts(item)]
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts(value)]
    return [str(node)]
