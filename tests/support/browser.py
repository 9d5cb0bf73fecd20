"""A person at a browser: Chromium, watched for errors and for requests to other hosts."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

from local.sign_in import PATH as SIGN_IN
from scripts.find_chromium import MISSING, find
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

    from tests.support.system import System

CONSOLE = ROOT / "console"
PATIENCE = 60_000
"""Milliseconds; a machine may be busy, so no test says anything about the time."""
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDE, NARROW = (1440, 900), (320, 700)
ADMIN = "admin@jobmatch.example"
EMPLOYER = "talent@quillwort.example"

expect.set_options(timeout=PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without anything stored."""
    path = find()
    assert path, MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Site:
    """A running system with the console, and its API for what a test begins with.

    Args:
        system: the running system.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.origin = f"http://127.0.0.1:{system.port}"
        self.address = f"{self.origin}/console/"
        people = self._ask("GET")["people"]
        self._ids: dict[str, str] = {person["label"]: person["id"] for person in people}
        self.token = cache(self._token)

    def id_of(self, email: str) -> str:
        """The id of a user."""
        return self._ids[email]

    def call(self, method: str, path: str, email: str, body: object = None) -> Any:
        """What the API answers a user; the answer must be a success."""
        status, answer = self.system.call(method, path, self.token(email), body)
        assert status < 300, (method, path, status, answer)
        return answer

    def jobs(self, email: str) -> list[dict[str, Any]]:
        """An employer's jobs, newest first."""
        path = f"/employers/{self.id_of(email)}/jobs?limit=100"
        items: list[dict[str, Any]] = self.call("GET", path, email)["items"]
        return items

    def _token(self, email: str) -> str:
        return str(self._ask("POST", {"id": self._ids[email]})["token"])

    def _ask(self, method: str, body: object = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.origin}{SIGN_IN}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Origin": self.origin, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - our own server
            return json.load(response)


class Visitor:
    """Somebody at a page of their own browser window, and what was wrong there.

    Args:
        site: where they go.
        page: in a context of its own.
    """

    def __init__(self, site: Site, page: Page) -> None:
        self.site, self.page = site, page
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        page.on("request", self._on_request)

    def expect_complaint(self, pattern: str) -> None:
        """Let the browser complain about this: it logs each answer that is an error."""
        self._expected.append(re.compile(pattern))

    def sign_in(self, email: str, address: str = "") -> Visitor:
        """Go to the page, and choose a person there."""
        self.page.goto(f"{self.site.address}{address}")
        self.page.get_by_role("button", name=email).click()
        self.heading().wait_for()
        return self

    def go(self, address: str) -> None:
        """Go to another address of the page, as by a link."""
        self.page.evaluate("address => { location.hash = address }", address)

    def heading(self, name: str = "") -> Locator:
        """The heading of the screen."""
        if name:
            return self.page.get_by_role("heading", level=1, name=name)
        return self.page.get_by_role("heading", level=1)

    def press(self, *keys: str) -> None:
        """Press keys, or type texts, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def violations(self, *, hidden: Sequence[str] = ()) -> list[str]:
        """What axe finds wrong with the screen as it is now, with each place.

        Args:
            hidden: selectors of what is not looked at.
        """
        # A moving part is half transparent, which is no fault of its colours.
        self.page.wait_for_function(
            "() => document.getAnimations().every(each => !each.playState"
            ".includes('running') || each.effect.getTiming().iterations"
            " === Infinity)"
        )
        self.page.evaluate(_axe())
        found = self.page.evaluate(
            "async (exclude) => (await axe.run({exclude})).violations",
            [[selector] for selector in hidden],
        )
        return [
            f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'][:5])}"
            for each in found
        ]

    def width_beyond(self) -> int:
        """How many pixels the page is wider than its window."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"() => {root}.scrollWidth - {root}.clientWidth"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complain(f"{message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if (
            url.scheme not in {"data", "blob"}
            and f"{url.scheme}://{url.netloc}" != self.site.origin
        ):
            self._complain(f"request to {url.netloc}")

    def _complain(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._expected):
            self.complaints.append(text)


@cache
def _axe() -> str:
    return (CONSOLE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def open_job(site: Site, email: str, **changes: object) -> str:
    """The id of a new job whose matching has ended."""
    job = {"title": "Patent counsel", "status": "open", **changes}
    job.setdefault("requiredSpecializations", ["Patent Prosecution"])
    job_id = str(site.call("POST", "/jobs", email, job)["id"])
    wait_for_matching(site, email, job_id)
    return job_id


def wait_for_matching(site: Site, email: str, job_id: str) -> None:
    """Wait until a job is matched."""
    deadline = time.monotonic() + PATIENCE / 1000
    while site.call("GET", f"/jobs/{job_id}", email)["matchingStatus"] != "completed":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ranking(site: Site, email: str, job_id: str) -> list[dict[str, Any]]:
    """The best hundred matches of a job, with what is shown of each candidate."""
    path = f"/jobs/{job_id}/matches?limit=100&include=candidate"
    items: list[dict[str, Any]] = site.call("GET", path, email)["items"]
    return items


def name_of(match: dict[str, Any]) -> str:
    """What the console calls a candidate."""
    return f"Candidate {match['profileId'][:6].upper()}"
