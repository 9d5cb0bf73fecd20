"""An HTTP API from its OpenAPI document, as SAM writes it."""

from __future__ import annotations

from typing import Any

from ministack.services import apigateway

from tests.aws.engine.shim import HANDLERS, STACK


def import_body(properties: dict[str, Any], api: str, _: Any) -> None:
    """Make what an OpenAPI document says: authorizers, integrations, routes and CORS."""
    body = properties.get("Body") or {}
    for store in (apigateway._routes, apigateway._integrations, apigateway._authorizers):
        store[api] = {}
    schemes = {
        name: _authorizer(api, name, scheme["x-amazon-apigateway-authorizer"])
        for name, scheme in body.get("components", {}).get("securitySchemes", {}).items()
    }
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            _route(api, f"{method.upper()} {path}", operation, schemes)
    if cors := body.get("x-amazon-apigateway-cors"):
        if not isinstance(cors, dict):
            raise TypeError(f"x-amazon-apigateway-cors is not an object: {cors!r}")
        apigateway._apis[api]["corsConfiguration"] = cors


def _authorizer(api: str, name: str, scheme: dict[str, Any]) -> str:
    tokens = scheme["jwtConfiguration"]
    properties = {
        "ApiId": api,
        "AuthorizerType": "JWT",
        "IdentitySource": [scheme["identitySource"]],
        "JwtConfiguration": {"Audience": tokens["audience"], "Issuer": tokens["issuer"]},
    }
    made: str = HANDLERS["AWS::ApiGatewayV2::Authorizer"]["create"](name, properties, STACK)[0]
    return made


def _route(api: str, key: str, operation: dict[str, Any], schemes: dict[str, str]) -> None:
    integration = operation["x-amazon-apigateway-integration"]
    made, _ = HANDLERS["AWS::ApiGatewayV2::Integration"]["create"](
        key,
        {
            "ApiId": api,
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": integration["uri"],
            "PayloadFormatVersion": integration["payloadFormatVersion"],
        },
        STACK,
    )
    properties = {"ApiId": api, "RouteKey": key, "Target": f"integrations/{made}"}
    for scheme in (name for entry in operation.get("security", ()) for name in entry):
        if scheme in schemes:
            properties |= {"AuthorizationType": "JWT", "AuthorizerId": schemes[scheme]}
    HANDLERS["AWS::ApiGatewayV2::Route"]["create"](key, properties, STACK)


def ignores_the_body() -> bool:
    integration = {"uri": "arn:f", "payloadFormatVersion": "2.0"}
    document = {"paths": {"/a": {"get": {"x-amazon-apigateway-integration": integration}}}}
    name, _ = HANDLERS["AWS::ApiGatewayV2::Api"]["create"]("Api", {"Body": document}, STACK)
    return not apigateway._routes[name]
