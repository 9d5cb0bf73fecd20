"""CloudFormation's tags and functions, as far as one machine needs them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

try:  # the loader in C reads a long template in a tenth of the time
    from yaml import CSafeLoader as BaseLoader
except ImportError:  # pragma: no cover - depends on how PyYAML was built
    from yaml import SafeLoader as BaseLoader  # type: ignore[assignment]

NO_VALUE = object()


class _Loader(BaseLoader):
    """YAML with the short forms of CloudFormation: `!Sub x` is `{"Fn::Sub": "x"}`."""


def _tag(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tag)


def read_yaml(path: Path) -> dict[str, Any]:
    """A template as plain data, its functions in the long form."""
    loader = _Loader(path.read_text())
    try:
        document = loader.get_single_data()
    finally:
        loader.dispose()
    return document if isinstance(document, dict) else {}


@dataclass(slots=True)
class Scope:
    """What names mean: for Ref (parameters, resources, pseudo parameters), GetAtt and If.

    Ref of a resource that is not listed gives its logical id, and GetAtt that and the attribute's
    name. Nothing that runs locally needs their real values.
    """

    references: dict[str, Any]
    attributes: dict[tuple[str, str], str]
    conditions: Mapping[str, Any] = field(default_factory=dict)

    def resolve(self, node: Any) -> Any:
        """The value of any part of a template."""
        if isinstance(node, list):
            return [value for item in node if (value := self.resolve(item)) is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            name, argument = next(iter(node.items()))
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
            if isinstance(name, str) and name.startswith("Fn::"):
                raise NotImplementedError(f"{name} is not supported on one machine")
        resolved = {name: self.resolve(value) for name, value in node.items()}
        return {name: value for name, value in resolved.items() if value is not NO_VALUE}

    def ref(self, name: str) -> Any:
        """What Ref gives."""
        return NO_VALUE if name == "AWS::NoValue" else self.references.get(name, name)

    def attribute(self, path: list[str]) -> str:
        """What GetAtt gives."""
        return self.attributes.get((path[0], path[1]), ".".join(path))

    def substitute(self, argument: Any) -> str:
        """What Sub gives."""
        text, own = argument if isinstance(argument, list) else (argument, {})

        def replace(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in own:
                return str(self.resolve(own[name]))
            return str(self.attribute(name.split(".", 1)) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^{}]+)\}", replace, text)

    def holds(self, condition: Any) -> bool:
        """Whether a condition, by name or written out, is true."""
        if isinstance(condition, str):
            return self.holds(self.conditions[condition])
        name, argument = next(iter(condition.items()))
        if name == "Condition":
            return self.holds(argument)
        if name == "Fn::Equals":
            first, second = self.resolve(argument)
            return str(first) == str(second)
        if name == "Fn::EachMemberEquals":  # of a list given as one text, as the command line does
            members, wanted = self.resolve(argument)
            return all(member == wanted for member in str(members).split(","))
        if name == "Fn::Not":
            return not self.holds(argument[0])
        if name in {"Fn::And", "Fn::Or"}:
            return (all if name == "Fn::And" else any)(self.holds(part) for part in argument)
        raise NotImplementedError(f"{name} is not a condition")


FUNCTIONS: dict[str, Any] = {
    "Ref": Scope.ref,
    "Fn::GetAtt": Scope.attribute,
    "Fn::Sub": Scope.substitute,
    "Fn::If": lambda scope, parts: scope.resolve(parts[1 if scope.holds(parts[0]) else 2]),
    "Fn::Split": lambda scope, parts: str(scope.resolve(parts[1])).split(parts[0]),
    "Fn::Join": lambda scope, parts: parts[0].join(map(str, scope.resolve(parts[1]))),
}
