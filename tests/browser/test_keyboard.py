"""By keyboard alone: eleven tasks in at most three actions each, and a way through every screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.screens import each_screen, settled
from tests.support.browser import ADMIN, EMPLOYER, name_of, open_job, ranking

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.browser import Site, Visitor

MOST_ACTIONS = 3


@pytest.fixture
def do(visit: Callable[..., Visitor]) -> Callable[..., Visitor]:
    """Signs somebody in, and presses keys: each key is an action."""

    def do(email: str, *keys: str) -> Visitor:
        assert len(keys) <= MOST_ACTIONS
        visitor = visit(email)
        settled(visitor)
        for key in keys:
            visitor.press(key)
            settled(visitor)
        return visitor

    return do


def test_find_the_best_candidate_and_say_why(do: Callable[..., Visitor], site: Site) -> None:
    job = open_job(site, EMPLOYER, title="Task: the best")
    best = ranking(site, EMPLOYER, job)[0]
    visitor = do(EMPLOYER, "Enter")
    panel = visitor.page.get_by_role("region", name=name_of(best))
    expect(panel).to_contain_text("Why this score")
    expect(panel).to_contain_text(best["subscores"]["specializationMatch"]["explanation"])


def test_compare_three(do: Callable[..., Visitor], site: Site) -> None:
    job = open_job(site, EMPLOYER, title="Task: compare")
    visitor = do(EMPLOYER, "Enter", "3")
    for match in ranking(site, EMPLOYER, job)[:3]:
        header = visitor.page.get_by_role("columnheader", name=name_of(match))
        expect(header).to_be_visible()


def test_decline_one_with_a_reason(do: Callable[..., Visitor], site: Site) -> None:
    job = open_job(site, EMPLOYER, title="Task: decline")
    visitor = do(EMPLOYER, "Enter", "d", "1")
    best = ranking(site, EMPLOYER, job)[0]
    panel = visitor.page.get_by_role("region", name=name_of(best))
    expect(panel.get_by_text("Declined")).to_be_visible()
    path = f"/jobs/{job}/matches/{best['profileId']}/decision"
    stored = site.call("GET", path, EMPLOYER)
    assert (stored["decision"], stored["reason"]) == ("declined", "Too little experience")


def test_see_what_dropping_the_bar_brings(do: Callable[..., Visitor], site: Site) -> None:
    open_job(site, EMPLOYER, title="Task: the bar", requiredBar=["EPO"])
    visitor = do(EMPLOYER, "e")
    cost = visitor.page.get_by_role("region", name="Preview").get_by_role("listitem")
    expect(cost.filter(has_text="Required bars")).to_contain_text(re.compile("[Ww]ithout"))


def test_follow_a_did_you_mean(do: Callable[..., Visitor], site: Site) -> None:
    wrong = ["Patent Prosecution", "Trademark Prosecuton"]
    job = open_job(site, EMPLOYER, title="Task: a word", requiredSpecializations=wrong)
    visitor = do(EMPLOYER, "e")
    expect(visitor.page.get_by_role("button", name="Trademark Prosecution").first).to_be_visible()
    visitor.press("Alt+m", "Control+Enter")
    expect(visitor.heading("Task: a word")).to_be_visible()
    stored = site.call("GET", f"/jobs/{job}", EMPLOYER)
    assert stored["requiredSpecializations"] == ["Patent Prosecution", "Trademark Prosecution"]


TYPE = """async ([text, ...keys]) => {
    const press = async (key, ctrlKey) => {
        const event = {key, ctrlKey, bubbles: true, cancelable: true};
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", event));
        for (let i = 0; i < 3; i++) await new Promise(resolve => queueMicrotask(resolve));
    };
    if (text) {
        document.activeElement.value = text;
        document.activeElement.dispatchEvent(new Event("input", {bubbles: true}));
        for (let i = 0; i < 3; i++) await new Promise(resolve => queueMicrotask(resolve));
    }
    for (const key of keys) await press(key.replace("Control+", ""), key.startsWith("Control+"));
}"""
"""All of it before the browser draws again, as on a machine that is slow to draw."""


def test_what_is_typed_right_before_the_keys_is_saved(
    do: Callable[..., Visitor], site: Site
) -> None:
    job = open_job(site, EMPLOYER, title="Task: typed first")
    visitor = do(EMPLOYER, "e")
    visitor.page.get_by_label("Title").focus()
    visitor.page.evaluate(TYPE, ["Task: typed last", "Control+Enter"])
    expect(visitor.heading("Task: typed last")).to_be_visible()
    assert site.call("GET", f"/jobs/{job}", EMPLOYER)["title"] == "Task: typed last"


def test_a_key_right_after_the_one_that_opens_a_dialog_acts_in_it(
    do: Callable[..., Visitor], site: Site
) -> None:
    job = open_job(site, EMPLOYER, title="Task: decline at once")
    visitor = do(EMPLOYER, "Enter")
    visitor.page.evaluate(TYPE, ["", "d", "1"])
    best = ranking(site, EMPLOYER, job)[0]
    panel = visitor.page.get_by_role("region", name=name_of(best))
    expect(panel.get_by_text("Declined")).to_be_visible()


def test_see_who_is_new_since_yesterday(do: Callable[..., Visitor], site: Site) -> None:
    job = open_job(site, EMPLOYER, title="Task: new", requiredBar=["EPO"])
    visitor = do(EMPLOYER, "w")
    expect(visitor.page.get_by_role("checkbox", name=re.compile("new since"))).to_be_checked()
    best = ranking(site, EMPLOYER, job)[0]
    row = visitor.page.get_by_role("row").filter(has_text=name_of(best))
    expect(row.first).to_contain_text("new")


def test_turn_mails_off(do: Callable[..., Visitor], site: Site) -> None:
    path = f"/employers/{site.id_of(EMPLOYER)}/notification-settings"
    before = site.call("GET", path, EMPLOYER)
    visitor = do(EMPLOYER, ",", "Space")
    expect(visitor.page.get_by_text("Mails are off.")).to_be_visible()
    assert site.call("GET", path, EMPLOYER)["enabled"] is False
    site.call("PUT", path, EMPLOYER, before)


@each_screen
def test_the_tabulator_reaches_everything_and_shows_where_it_is(
    visit: Callable[..., Visitor], ids: dict[str, str], email: str, address: str
) -> None:
    visitor = visit(email, address.format(**ids))
    settled(visitor)
    reachable = visitor.page.evaluate(
        """() => {
            const fields = "input:not([type=date]), select, textarea, summary";
            const all = `a[href], button, [tabindex='0'], ${fields}`;
            return [...document.querySelectorAll(all)].filter(each =>
                !each.disabled && each.tabIndex >= 0 && each.checkVisibility()).length;
        }"""
    )
    seen = set()
    for _ in range(min(reachable, 60) + 12):
        visitor.press("Tab")
        found = visitor.page.evaluate(
            """() => {
                const at = document.activeElement;
                // The parts of a date field have an indicator of their own; the screen itself,
                // which has the focus when it is new, needs none.
                if (!at || at === document.body || at.type === "date" || at.id === "main") {
                    return null;
                }
                at.dataset.seen ??= Math.random();
                const style = getComputedStyle(at);
                const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
                    || style.boxShadow !== "none";
                return [at.dataset.seen, shown, at.outerHTML.slice(0, 100)];
            }"""
        )
        if found:
            key, is_shown, html = found
            assert is_shown, html
            seen.add(key)
    assert len(seen) >= min(reachable, 60)


def test_find_out_why_a_job_was_not_matched(do: Callable[..., Visitor], failed_job: str) -> None:
    visitor = do(ADMIN, "f")
    expect(visitor.page.get_by_text("The scorer was away.").first).to_be_visible()


def test_add_an_alias_for_an_unknown_word(
    do: Callable[..., Visitor], site: Site, unknown_value: str
) -> None:
    """The first of the list is at hand: the most used one that is like a known word."""
    visitor = do(ADMIN, "v", "Enter")
    expect(visitor.page.get_by_text("now means").first).to_be_visible()
    assert site.call("GET", "/admin/vocabulary/aliases", ADMIN)["items"]


def test_export_the_audit(do: Callable[..., Visitor]) -> None:
    visitor = do(ADMIN, "a")
    with visitor.page.expect_download() as downloaded:
        visitor.press("x")
    assert downloaded.value.suggested_filename.endswith(".csv")


def test_verify_the_log(do: Callable[..., Visitor]) -> None:
    visitor = do(ADMIN, "l", "Enter")
    expect(visitor.page.get_by_text("None is broken")).to_be_visible()
