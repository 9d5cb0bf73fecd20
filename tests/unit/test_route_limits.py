"""Limits of a route that goes are deleted before a deployment, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from scripts.route_limits import delete_outdated, limited_routes
from tests.support.infrastructure import MAIN
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

API = "https://abc123.execute-api.eu-west-1.amazonaws.com"
OF_STAGE = {"ApiId": "abc123", "StageName": "$default"}
TEMPLATE = ROOT / "template.yaml"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client("apigatewayv2", region_name="eu-west-1", **keys)
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def deployed(*routes: str) -> dict[str, Any]:
    return {"StageName": "$default", "RouteSettings": {route: {} for route in routes}}


def test_the_limits_of_a_route_that_goes_are_deleted(gateway: Stubber) -> None:
    gateway.add_response("get_stage", deployed("GET /health", "POST /old", "GET /old"), OF_STAGE)
    for route in ("GET /old", "POST /old"):
        gateway.add_response("delete_route_settings", {}, {**OF_STAGE, "RouteKey": route})
    assert delete_outdated(API, TEMPLATE) == ["GET /old", "POST /old"]


def test_limits_that_stay_are_left_alone(gateway: Stubber) -> None:
    gateway.add_response("get_stage", deployed(*limited_routes(TEMPLATE)), OF_STAGE)
    assert delete_outdated(API, TEMPLATE) == []


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8000/", "https://api.example"])
def test_before_the_first_deployment_nothing_is_asked(gateway: Stubber, address: str) -> None:
    assert delete_outdated(address, TEMPLATE) == []


def test_each_limit_is_of_a_route_that_there_is() -> None:
    routes = {
        f"{event['Properties']['Method']} {event['Properties']['Path']}"
        for resource in MAIN["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }
    assert limited_routes(TEMPLATE) <= routes


def test_the_one_open_route_has_a_limit_of_its_own_below_that_of_all() -> None:
    api = MAIN["Resources"]["HttpApi"]["Properties"]
    limit = api["RouteSettings"]["GET /health"]["ThrottlingRateLimit"]
    assert limit * 10 <= MAIN["Parameters"]["RequestsPerSecond"]["Default"]
