"""Every screen: without a fault that axe finds, at 320 pixels, and with hostile texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.screens import each_screen, settled
from tests.support.browser import EMPLOYER, NARROW, WIDE, open_job, ranking

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.browser import Site, Visitor

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "'; DROP TABLE jobs; --",
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
    "\u202ePatent\u202c \u023a\U0001f600 \u200f",
    "A" * 100,
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@each_screen
def test_a_screen_has_no_fault_that_axe_finds(
    visit: Callable[..., Visitor], ids: dict[str, str], email: str, address: str, theme: str
) -> None:
    visitor = visit(email, address.format(**ids), theme=theme)
    settled(visitor)
    assert visitor.violations() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_in_and_the_dialogs_have_none_either(
    visit: Callable[..., Visitor], site: Site, ids: dict[str, str], theme: str
) -> None:
    visitor = visit(theme=theme)
    visitor.page.goto(site.address)
    visitor.page.get_by_role("button", name=EMPLOYER).wait_for()
    assert visitor.violations() == []
    visitor.page.get_by_role("button", name=EMPLOYER).click()
    visitor.go(f"#/jobs/{ids['job']}")
    visitor.page.get_by_role("table").wait_for()
    for key in ("?", "d"):
        visitor.press(key)
        expect(visitor.page.get_by_role("dialog")).to_be_visible()
        assert visitor.violations() == []
        visitor.press("Escape")
        expect(visitor.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320", "1440"])
@each_screen
def test_a_screen_fits_its_window(
    visit: Callable[..., Visitor],
    ids: dict[str, str],
    email: str,
    address: str,
    size: tuple[int, int],
) -> None:
    visitor = visit(email, address.format(**ids), size=size)
    settled(visitor)
    assert visitor.width_beyond() == 0


@each_screen
def test_what_is_pressed_is_large_enough_for_a_finger(
    visit: Callable[..., Visitor], ids: dict[str, str], email: str, address: str
) -> None:
    """Of 24 pixels each way, but for links within a sentence."""
    visitor = visit(email, address.format(**ids), size=NARROW)
    settled(visitor)
    small = visitor.page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, summary, nav a, td a, th a")]
        .map(each => each.closest("label") ?? each)
        .filter(each => each.getClientRects().length && !each.matches(".visually-hidden, .skip"))
        .filter(each => { const box = each.getBoundingClientRect();
                          return Math.round(Math.min(box.width, box.height)) < 24 })
        .map(each => [each.outerHTML.slice(0, 60), each.getBoundingClientRect().toJSON()])"""
    )
    assert small == []


def test_hostile_texts_are_shown_as_they_are_in_every_field(
    visit: Callable[..., Visitor], site: Site
) -> None:
    text = HOSTILE[0]
    fields: dict[str, Any] = {
        "title": text,
        "description": "\n".join(HOSTILE),
        "requiredSpecializations": ["Patent Prosecution", *HOSTILE],
        "preferredSpecializations": [f"{each[:90]} 2" for each in HOSTILE],
        "requiredTechnicalDomains": ["Software", *HOSTILE],
        "preferredLocation": text,
    }
    job = open_job(site, EMPLOYER, **fields)
    visitor = visit(EMPLOYER, size=NARROW)
    page = visitor.page
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    expect(page.get_by_role("link", name=text, exact=True)).to_be_visible()
    assert visitor.width_beyond() == 0
    best = ranking(site, EMPLOYER, job)[0]
    for address in ("", "/edit", "/history", f"/candidates/{best['profileId']}"):
        visitor.go(f"#/jobs/{job}{address}")
        settled(visitor)
        expect(page.get_by_text(text, exact=False).first).to_be_attached()
        assert page.locator("main img, main script").count() == 0
        assert visitor.width_beyond() == 0
    visitor.go(f"#/jobs/{job}/candidates/{best['profileId']}")
    page.get_by_role("button", name="Decline").click()
    page.get_by_label("In your own words").fill(text)
    page.get_by_role("dialog").get_by_role("button", name="Decline", exact=True).click()
    expect(page.get_by_text(text, exact=False).last).to_be_visible()
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_addresses_lead_to_a_page_that_says_so(
    visit: Callable[..., Visitor], text: str
) -> None:
    visitor = visit(EMPLOYER)
    visitor.expect_complaint("status of (400|404|422)")
    visitor.page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    for address in (f"#/{text}", f"#/jobs/{text}", f"#/jobs/new/../../{text}?new={text}"):
        visitor.go(address)
        expect(visitor.page.locator("main")).to_contain_text(re.compile(r"\S"))
        assert visitor.page.locator("main img, main script").count() == 0
