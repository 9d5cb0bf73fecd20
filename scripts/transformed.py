"""What is wrong with a template that SAM has transformed, as sentences."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
METHODS = {"get", "put", "post", "patch", "delete"}
CORS = {"allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "maxAge"}
_NAMED = re.compile(r"\$\{([^!}]+)\}")


def references(node: Any) -> Iterator[tuple[str, str]]:
    """The names to which a part of a template refers, each with an attribute or an empty text."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str):
                yield value, ""
            elif key == "DependsOn":
                yield from ((name, "") for name in ([value] if isinstance(value, str) else value))
            elif key == "Fn::GetAtt":
                name, attribute = value if isinstance(value, list) else value.split(".", 1)
                yield name, attribute
            elif key == "Fn::Sub":
                text, own = (value, {}) if isinstance(value, str) else value
                yield from (_split(name) for name in _NAMED.findall(text) if name not in own)
                yield from references(own)
            else:
                yield from references(value)


def _split(name: str) -> tuple[str, str]:
    first, _, attribute = name.partition(".")
    return first, attribute


def conditions(node: Any) -> set[str]:
    """The conditions that a part of a template names."""
    if isinstance(node, list):
        return {name for item in node for name in conditions(item)}
    if not isinstance(node, dict):
        return set()
    found = {name for value in node.values() for name in conditions(value)}
    if "Fn::If" in node:
        found.add(node["Fn::If"][0])
    if node.keys() == {"Condition"} or "Type" in node:
        found |= {node["Condition"]} if isinstance(node.get("Condition"), str) else set()
    return found


def unresolved(
    template: dict[str, Any], attributes: Callable[[dict[str, Any]], set[str] | None]
) -> list[str]:
    """What a template refers to and does not have.

    Args:
        attributes: those that `Fn::GetAtt` may ask a resource for; `None` if any.
    """
    resources, parameters = template["Resources"], template.get("Parameters", {})
    faults = []
    for name, part in (*resources.items(), *template.get("Outputs", {}).items()):
        for target, attribute in sorted(set(references(part))):
            if target in resources:
                known = attributes(resources[target]) if attribute else None
                if known is not None and attribute not in known:
                    faults.append(f"{name} asks {target} for {attribute}")
            elif target not in parameters and not target.startswith("AWS::"):
                faults.append(f"{name} refers to {target}")
        named = conditions(part) - template.get("Conditions", {}).keys()
        faults += [f"{name} names the condition {condition}" for condition in sorted(named)]
    return faults


def faults_of_api(body: dict[str, Any], open_routes: set[str]) -> list[str]:
    """What is wrong with the document that API Gateway gets."""
    faults = []
    cors = body.get("x-amazon-apigateway-cors")
    if not isinstance(cors, dict) or cors.keys() != CORS:
        faults.append(f"no browser may call: x-amazon-apigateway-cors is {cors}")
    documented = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    mine, theirs = (
        {f"{method} {path}" for path, item in paths.items() for method in item if method in METHODS}
        for paths in (body["paths"], documented)
    )
    if mine != theirs:
        faults.append(f"its routes are not those of docs/openapi.json: {sorted(mine ^ theirs)}")
    unguarded = {
        f"{method} {path}"
        for path, item in body["paths"].items()
        for method, operation in item.items()
        if operation.get("security") != [{"TokenAuthorizer": []}]
    }
    if unguarded != open_routes:
        faults.append(f"routes without a token: {sorted(unguarded)}")
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizer = schemes.get("TokenAuthorizer", {}).get("x-amazon-apigateway-authorizer", {})
    jwt = authorizer.get("jwtConfiguration", {})
    if authorizer.get("type") != "jwt" or not jwt.get("issuer") or not jwt.get("audience"):
        faults.append(f"its tokens are not checked: TokenAuthorizer is {authorizer}")
    return faults
