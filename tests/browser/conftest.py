"""One system with the sample data, one browser, and a window for each visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import (
    ADMIN,
    CONSOLE,
    EMPLOYER,
    WIDE,
    Site,
    Visitor,
    chromium,
    open_job,
    ranking,
    wait_for_matching,
)
from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them share a system, so one worker runs them."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    assert (CONSOLE / "dist" / "index.html").exists(), "make console builds what is tested here"
    with running(tmp_path_factory.mktemp("browser")) as system:
        yield Site(system)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that shows what a test gives it."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens a window of its own for somebody; at the end nothing was wrong in any of them."""
    visitors: list[Visitor] = []

    def visit(
        email: str = "",
        address: str = "",
        size: tuple[int, int] = WIDE,
        theme: Any = "light",
        **options: Any,
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
            **options,
        )
        visitor = Visitor(site, context.new_page())
        visitors.append(visitor)
        return visitor.sign_in(email, address) if email else visitor

    yield visit
    for visitor in visitors:
        visitor.page.context.close()
    assert [text for visitor in visitors for text in visitor.complaints] == []


@pytest.fixture
def employer(visit: Callable[..., Visitor]) -> Visitor:
    """Somebody who hires, at the list of jobs."""
    return visit(EMPLOYER)


@pytest.fixture
def admin(visit: Callable[..., Visitor]) -> Visitor:
    """Who runs the system, at the list of jobs."""
    return visit(ADMIN)


@pytest.fixture(scope="session")
def ids(site: Site) -> dict[str, str]:
    """Of a job that was matched twice, and of its best candidates."""
    job = open_job(site, EMPLOYER, title="Counsel to look at", requiredBar=["USPTO"])
    site.call("PATCH", f"/jobs/{job}", EMPLOYER, {"minimumExperience": 8})
    wait_for_matching(site, EMPLOYER, job)
    best = [match["profileId"] for match in ranking(site, EMPLOYER, job)[:3]]
    return {"job": job, "first": best[0], "second": best[1], "third": best[2]}


UNKNOWN = "Zoological Trademarkery"
GIVEN_UP = """UPDATE jobs SET matching_status = 'failed', matching_failures = 5,
    matching_retry_at = NULL, last_error = 'The scorer was away.' WHERE id = '{job}'"""


@pytest.fixture
def failed_job(site: Site) -> str:
    """A job of which the system has given up."""
    job = open_job(site, EMPLOYER, title="Counsel who failed")
    site.system.execute(GIVEN_UP.format(job=job))
    return job


@pytest.fixture
def unknown_value(site: Site) -> Iterator[str]:
    """A value that somebody uses and nobody knows."""
    job = open_job(
        site,
        EMPLOYER,
        title="Counsel for the unknown",
        requiredSpecializations=["Patent Prosecution", UNKNOWN],
    )
    aliases = "/admin/vocabulary/aliases"
    before = site.call("GET", aliases, ADMIN)["items"]
    yield UNKNOWN
    for alias in site.call("GET", aliases, ADMIN)["items"]:
        if alias not in before:
            site.call("DELETE", f"{aliases}/{alias['id']}", ADMIN)
    site.call(
        "PATCH", f"/jobs/{job}", EMPLOYER, {"requiredSpecializations": ["Patent Prosecution"]}
    )
