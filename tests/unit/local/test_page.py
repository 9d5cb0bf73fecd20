"""The console's files: what is served under which address, and with which headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.page import Page, deployed_headers
from local.server import Request, Response
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = deployed_headers(ROOT / "templates" / "console.yaml")


@pytest.fixture
def page(tmp_path: Path) -> Page:
    (tmp_path / "secret.js").write_text("outside")
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text("<title>page</title>")
    (tmp_path / "dist" / "icon.svg").write_text("<svg/>")
    (tmp_path / "dist" / "assets" / "index-a1.js").write_text("1")
    (tmp_path / "dist" / "assets" / "index-b2.css").write_text("a{}")
    return Page(tmp_path / "dist", HEADERS)


def got(page: Page, path: str, method: str = "GET") -> Response:
    response = page(Request(method, path))
    assert response
    return response


def header(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)


@pytest.mark.parametrize(
    ("path", "kind", "caching"),
    [
        ("/console/", "text/html; charset=utf-8", "no-cache"),
        ("/console/jobs/42", "text/html; charset=utf-8", "no-cache"),
        ("/console/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/console/icon.svg", "image/svg+xml", "no-cache"),
        (
            "/console/assets/index-a1.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        (
            "/console/assets/index-b2.css",
            "text/css; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
    ],
)
def test_a_file_comes_with_its_type_and_the_time_it_may_be_kept(
    page: Page, path: str, kind: str, caching: str
) -> None:
    response = got(page, path)
    assert (response.status, header(response, "content-type")) == (200, kind)
    assert header(response, "cache-control") == caching


@pytest.mark.parametrize("path", ["/", "/console"])
def test_short_addresses_lead_to_the_page(page: Page, path: str) -> None:
    response = got(page, path)
    assert (response.status, header(response, "location")) == (302, "/console/")


@pytest.mark.parametrize(
    "path",
    [
        "/console/missing.js",
        "/console/../secret.js",
        "/console//etc/hosts.txt",
        "/console/assets/../../secret.js",
        "/console/a\0.js",
        "/console/assets/.",
    ],
)
def test_no_other_file_is_given_out(page: Page, path: str) -> None:
    assert got(page, path).status == 404


def test_the_page_is_told_where_the_api_is_and_how_to_sign_in(page: Page) -> None:
    response = got(page, "/console/config.json")
    assert json.loads(response.body) == {"apiUrl": "", "signIn": "local"}
    assert header(response, "cache-control") == "no-cache"


@pytest.mark.parametrize("path", ["/", "/console/", "/console/config.json", "/console/missing.js"])
def test_every_answer_has_the_headers_of_the_deployment(page: Page, path: str) -> None:
    assert set(HEADERS) <= set(got(page, path).headers)


def test_the_policy_allows_the_own_address_alone() -> None:
    policy = dict(HEADERS)["content-security-policy"]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives.pop("default-src") == "'none'"
    assert directives.pop("frame-ancestors") == "'none'"
    assert set(directives.values()) == {"'self'", "'none'"}


def test_the_rest_is_left_to_others(page: Page, tmp_path: Path) -> None:
    assert page(Request("GET", "/jobs")) is None
    assert page(Request("POST", "/console/")) is None
    assert Page(tmp_path / "nothing", HEADERS)(Request("GET", "/")) is None
