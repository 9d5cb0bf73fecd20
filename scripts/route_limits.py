"""Delete the limits of routes that a new template no longer limits, before it is deployed.

A stage keeps the limits of a route when the route goes, and API Gateway then refuses every change
of the stage: "Unable to find Route by key". CloudFormation deletes none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import boto3

from local.intrinsics import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

_API = re.compile(r"https://([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")
STAGE = "$default"


def limited_routes(template: Path) -> set[str]:
    """The routes that a template gives limits of their own, such as "GET /health"."""
    resources = read_yaml(template).get("Resources", {})
    return {
        route
        for resource in resources.values()
        if resource["Type"] == "AWS::Serverless::HttpApi"
        for route in resource["Properties"].get("RouteSettings", {})
    }


def delete_outdated(api_url: str, template: Path) -> list[str]:
    """Delete the limits that a deployed API has and a template has not, and return their routes.

    Args:
        api_url: the address that API Gateway gave the API; with any other nothing is done.
    """
    address = _API.match(api_url)
    if address is None:
        return []
    gateway = boto3.client("apigatewayv2", region_name=address[2])
    try:
        stage = gateway.get_stage(ApiId=address[1], StageName=STAGE)
    except gateway.exceptions.NotFoundException:
        return []
    outdated = sorted(stage.get("RouteSettings", {}).keys() - limited_routes(template))
    for route in outdated:
        gateway.delete_route_settings(ApiId=address[1], StageName=STAGE, RouteKey=route)
        print(f"The limits of {route} are deleted: it has none any more.")
    return outdated
