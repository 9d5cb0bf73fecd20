"""What the templates promise about the console: who reads its files, and what its page may do."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from local.intrinsics import Scope
from tests.support.infrastructure import MAIN, NESTED, existing, of_type, statements
from tests.support.paths import ROOT

CONSOLE = NESTED["console"]["Resources"]
ORIGIN = "https://d1.cloudfront.example"
ISSUER = {"TokenIssuer": "https://issuer.example", "TokenAudience": "a"}


def resolved(node: Any, **parameters: str) -> Any:
    """A part of the main template, with the addresses that its stacks have."""
    defaults = {name: each.get("Default", "") for name, each in MAIN["Parameters"].items()}
    addresses = {
        ("ConsoleStack", "Outputs.Origin"): ORIGIN,
        ("Identity", "Outputs.ClientId"): "web",
        ("Identity", "Outputs.ConsoleClientId"): "console",
    }
    return Scope(defaults | parameters, addresses, MAIN["Conditions"]).resolve(node)


def api() -> dict[str, Any]:
    (api,) = of_type("AWS::Serverless::HttpApi").values()
    return api


@pytest.mark.parametrize(
    ("parameters", "origins"),
    [
        ({}, [ORIGIN]),
        (
            {"CorsOrigins": "https://a.example,https://b.example"},
            [ORIGIN, "https://a.example", "https://b.example"],
        ),
        ({"Console": "off"}, ["https://jobmatch.example"]),
        ({"Console": "off", "CorsOrigins": "https://a.example"}, ["https://a.example"]),
        (ISSUER, ["https://jobmatch.example"]),
    ],
)
def test_only_pages_of_the_console_and_those_named_may_call_the_api(
    parameters: dict[str, str], origins: list[str]
) -> None:
    cors = api()["DefinitionBody"]["x-amazon-apigateway-cors"]
    assert resolved(cors["allowOrigins"], **parameters) == origins


@pytest.mark.parametrize(
    ("parameters", "audience"),
    [({}, ["web", "console"]), ({"Console": "off"}, ["web"]), (ISSUER, ["a"])],
)
def test_tokens_of_the_console_are_accepted_where_there_is_one(
    parameters: dict[str, str], audience: list[str]
) -> None:
    jwt = api()["Auth"]["Authorizers"]["TokenAuthorizer"]["JwtConfiguration"]
    assert resolved(jwt["audience"], **parameters) == audience


def test_there_is_a_console_unless_it_is_off_or_people_sign_in_elsewhere() -> None:
    assert "ConsoleStack" in existing()
    assert "ConsoleStack" not in existing(Console="off")
    assert "ConsoleStack" not in existing(**ISSUER)


def test_cloudfront_alone_reads_the_files() -> None:
    bucket = CONSOLE["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (statement,) = statements(CONSOLE["BucketPolicy"])
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    (source,) = statement["Condition"]["StringEquals"].values()
    assert source["Fn::Sub"].endswith("distribution/${Distribution}")
    distribution = CONSOLE["Distribution"]["Properties"]["DistributionConfig"]
    (origin,) = distribution["Origins"]
    assert origin["OriginAccessControlId"] == {"Ref": "AccessControl"}
    behaviour = distribution["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "Headers"}
    assert "CacheBehaviors" not in distribution, "all of it has these headers"


def test_the_page_may_call_the_api_and_the_sign_in_and_nothing_else() -> None:
    config = CONSOLE["Headers"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    scope = Scope({"ApiOrigin": "https://api.example", "SignInOrigin": "https://in.example"}, {})
    policy = scope.resolve(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives.pop("connect-src") == "'self' https://api.example https://in.example"
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    assert set(directives.values()) == {"'none'", "'self'"}, "nothing inline, no other host"
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    assert all(each["Override"] for each in security.values())


def test_people_sign_in_with_a_code_and_a_proof_and_only_for_the_page() -> None:
    client = NESTED["identity"]["Resources"]["ConsoleClient"]["Properties"]
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"], "no password but there"
    page = [{"Fn::Sub": "${ConsoleOrigin}/console/"}]
    assert client["CallbackURLs"] == client["LogoutURLs"] == page


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/", None),
        ("/console", None),
        ("/jobs", None),
        ("/console/", "/console/index.html"),
        ("/console/jobs/1", "/console/index.html"),
        ("/console/index.html", "/console/index.html"),
        ("/console/assets/index-a1.js", "/console/assets/index-a1.js"),
        ("/console/config.json", "/console/config.json"),
    ],
)
def test_each_address_of_the_page_is_the_page(path: str, served: str | None) -> None:
    code = CONSOLE["Paths"]["Properties"]["FunctionCode"]
    call = f"console.log(JSON.stringify(handler({json.dumps({'request': {'uri': path}})})))"
    done = subprocess.run(  # noqa: S603 - our own script
        [ROOT / "scripts" / "with_node.sh", "node", "-e", f"{code}\n{call}"],
        capture_output=True,
        check=True,
        text=True,
    )
    answer = json.loads(done.stdout)
    if served is None:
        assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (302, "/console/")
    else:
        assert answer == {"uri": served}
