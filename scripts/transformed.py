"""What is wrong with a template that SAM has transformed, as sentences."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
REFUSING = {"/mcp": ("get", "post")}
"""Methods that a function refuses and the document does not name, beside the one that it serves."""
METHODS = {"get", "put", "post", "patch", "delete"}
CORS = {"allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "maxAge"}
HEADER = "$request.header.Authorization"
JWT = ("issuer", "audience")
PSEUDO = {"AWS::Partition", "AWS::Region"}
_PARAMETER = re.compile(r"\{\w+\}")
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
    sections = (resources, *(template.get(name, {}) for name in ("Outputs", "Conditions", "Rules")))
    for name, part in (pair for section in sections for pair in section.items()):
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


def faults_of_cors(cors: Any) -> list[str]:
    """What a page may not do that docs/openapi.json says, or may do that nobody should."""
    if not isinstance(cors, dict) or cors.keys() != CORS:
        return [f"no browser may call: x-amazon-apigateway-cors is {cors}"]
    operations = [
        (method, operation)
        for item in documented().values()
        for method, operation in item.items()
        if method in METHODS
    ]
    sent = {"authorization", "content-type"} | {
        each["name"]
        for _, operation in operations
        for each in operation.get("parameters", ())
        if each["in"] == "header"
    }
    read = {"retry-after"} | {
        name
        for _, operation in operations
        for response in operation["responses"].values()
        for name in response.get("headers", ())
    }
    wanted = {
        "allowMethods": {method.upper() for method, _ in operations},
        "allowHeaders": {name.lower() for name in sent},
        # Vary is for caches.
        "exposeHeaders": {name.lower() for name in read} - {"vary"},
    }
    faults = [
        f"pages want {name} {sorted(values)}"
        for name, values in wanted.items()
        if set(cors[name]) != values
    ]
    # A list of texts at deployment, of the origins that are known then.
    if "Fn::Split" not in cors["allowOrigins"]:
        faults.append(f"the origins are not a list: {cors['allowOrigins']}")
    named = {name for name, _ in references(cors["allowOrigins"])}
    if named != {"CorsOrigins", "ConsoleStack"}:
        faults.append(f"the origins are those of {sorted(named)}")
    return faults


@cache
def documented() -> dict[str, dict[str, Any]]:
    """The paths of docs/openapi.json, and what is refused on them."""
    text = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    paths: dict[str, dict[str, Any]] = json.loads(text)["paths"]
    for path, (refused, served) in REFUSING.items():
        paths[path][refused] = paths[path][served]
    return paths


def faults_of_integrations(template: dict[str, Any]) -> list[str]:
    """Which routes reach another function than docs/openapi.json names, or may not call it."""
    resources = template["Resources"]
    allowed = {
        (node["Properties"]["FunctionName"]["Ref"], _route(node["Properties"]["SourceArn"]))
        for node in resources.values()
        if node["Type"] == "AWS::Lambda::Permission"
        and node["Properties"]["Principal"] == "apigateway.amazonaws.com"
    }
    faults = []
    for path, item in resources["HttpApi"]["Properties"]["Body"]["paths"].items():
        for method, operation in item.items():
            operation_id = documented().get(path, {}).get(method, {}).get("operationId", "")
            alias = f"{operation_id[:1].upper()}{operation_id[1:]}FunctionAliaslive"
            uri = operation["x-amazon-apigateway-integration"]["uri"]
            if {name for name, _ in references(uri)} - PSEUDO != {alias}:
                faults.append(f"{method} {path} does not call {alias}")
            elif (alias, f"{method.upper()}{_PARAMETER.sub('*', path)}") not in allowed:
                faults.append(f"{method} {path} may not call {alias}")
    return faults


def _route(source: dict[str, Any]) -> str:
    """Method and path of the address that a permission is for, with stars for parameters."""
    text: str = source["Fn::Sub"][0]
    return text.partition("/")[2].partition("/")[2]


def faults_of_api(body: dict[str, Any], open_routes: set[str]) -> list[str]:
    """What is wrong with the document that API Gateway gets."""
    faults = faults_of_cors(body.get("x-amazon-apigateway-cors"))
    mine, theirs = (
        {f"{method} {path}" for path, item in paths.items() for method in item if method in METHODS}
        for paths in (body["paths"], documented())
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
    source = authorizer.get("identitySource")
    if (authorizer.get("type"), source) != ("jwt", HEADER) or not all(map(jwt.get, JWT)):
        faults.append(f"its tokens are not checked: TokenAuthorizer is {authorizer}")
    return faults
