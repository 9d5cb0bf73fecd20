"""What goes wrong: two people at once, a session that ends, and no connection."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import EMPLOYER, name_of, open_job, ranking

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.support.browser import Site, Visitor

RIVAL = "recruiting@vantrel.example"


def test_two_who_edit_a_job_see_both_versions_and_choose(
    visit: Callable[..., Visitor], site: Site
) -> None:
    job = open_job(site, EMPLOYER, title="Counsel, edited twice")
    first, second = (visit(EMPLOYER, f"#/jobs/{job}/edit") for _ in range(2))
    for visitor, location in ((first, "Boston"), (second, "Chicago, Illinois")):
        expect(visitor.page.get_by_label("Title")).to_have_value("Counsel, edited twice")
        visitor.page.get_by_label("Preferred location").fill(location)
    save = re.compile("^Save(?! and)")
    first.page.get_by_role("button", name=save).click()
    expect(first.heading("Counsel, edited twice")).to_be_visible()
    second.expect_complaint("status of 412")
    second.page.get_by_label("Description").fill("Only the second wrote this.")
    second.page.get_by_role("button", name=save).click()
    dialog = second.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else has changed this job")
    row = dialog.get_by_role("row").filter(has_text="Preferred location")
    expect(row).to_contain_text("Boston")
    expect(row).to_contain_text("Chicago, Illinois")
    row.get_by_role("radio").last.check()
    dialog.get_by_role("button", name="Go on with this choice").click()
    expect(second.page.get_by_label("Preferred location")).to_have_value("Boston")
    second.page.get_by_role("button", name=save).click()
    expect(second.heading("Counsel, edited twice")).to_be_visible()
    stored = site.call("GET", f"/jobs/{job}", EMPLOYER)
    assert stored["preferredLocation"] == "Boston"
    assert stored["description"] == "Only the second wrote this."


def test_what_one_decides_the_other_sees_with_the_next_look(
    visit: Callable[..., Visitor], site: Site
) -> None:
    job = open_job(site, EMPLOYER, title="Counsel for two")
    match = ranking(site, EMPLOYER, job)[0]
    first, second = (
        visit(EMPLOYER, f"#/jobs/{job}/candidates/{match['profileId']}") for _ in range(2)
    )
    for visitor in (first, second):
        expect(visitor.page.get_by_role("region", name=name_of(match))).to_be_visible()
    first.page.get_by_role("button", name=re.compile("^Hold")).click()
    expect(first.page.get_by_text(f"{name_of(match)}: On hold.")).to_be_visible()
    second.page.reload()
    panel = second.page.get_by_role("region", name=name_of(match))
    expect(panel.get_by_text("On hold")).to_be_visible()


def test_another_employer_sees_nothing_of_it(visit: Callable[..., Visitor], site: Site) -> None:
    job = open_job(site, EMPLOYER, title="Counsel for one alone")
    rival = visit(RIVAL)
    rival.expect_complaint("status of 404")
    expect(rival.page.get_by_role("link", name="Counsel for one alone")).to_have_count(0)
    rival.go(f"#/jobs/{job}")
    expect(rival.page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_who_signs_in_after_another_sees_nothing_of_theirs(employer: Visitor) -> None:
    page = employer.page
    theirs = page.get_by_role("link", name="Patent Agent, Biologics (Remote)", exact=True)
    expect(theirs).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name=RIVAL).click()
    other = page.get_by_role("link", name="Director, Patent Litigation", exact=True)
    expect(other).to_be_visible()
    expect(theirs).to_have_count(0)


def test_a_session_that_ends_is_said_and_one_goes_on_where_one_was(
    employer: Visitor, site: Site
) -> None:
    page = employer.page
    job = open_job(site, EMPLOYER, title="Counsel after a pause")
    employer.expect_complaint("status of 401")
    page.route("**/jobs/*/matches?*", lambda route: route.fulfill(status=401, json={}), times=1)
    employer.go(f"#/jobs/{job}")
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    page.get_by_role("button", name=EMPLOYER).click()
    expect(employer.heading("Counsel after a pause")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()


def test_without_a_connection_what_was_loaded_stays_and_it_goes_on_by_itself(
    employer: Visitor, site: Site
) -> None:
    page = employer.page
    job = open_job(site, EMPLOYER, title="Counsel by train")
    match = ranking(site, EMPLOYER, job)[0]
    employer.go(f"#/jobs/{job}/candidates/{match['profileId']}")
    panel = page.get_by_role("region", name=name_of(match))
    expect(panel).to_be_visible()
    employer.expect_complaint("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    panel.get_by_role("button", name=re.compile("^Hold")).click()
    expect(page.get_by_text("No connection.").first).to_be_visible()
    expect(page.get_by_text("Not done.")).to_be_visible()
    expect(panel).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    panel.get_by_role("button", name=re.compile("^Hold")).click()
    expect(page.get_by_text(f"{name_of(match)}: On hold.")).to_be_visible()
    assert ranking(site, EMPLOYER, job)[0]["decision"] == "held"


def answering(status: int) -> Callable[[Route], None]:
    """Answers a request in place of the API."""
    return lambda route: route.fulfill(status=status, json={"message": "Oh"})


@pytest.mark.parametrize("status", [500, 503])
def test_an_api_that_is_busy_or_broken_is_said_in_words(employer: Visitor, status: int) -> None:
    page = employer.page
    employer.expect_complaint(f"status of {status}")
    page.route("**/notification-settings", answering(status))
    employer.go("#/settings")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/notification-settings")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("switch")).to_be_visible()


def test_a_decision_made_while_the_rest_is_read_stays(employer: Visitor, site: Site) -> None:
    page = employer.page
    job = open_job(site, EMPLOYER, title="Counsel in a hurry")
    match = ranking(site, EMPLOYER, job)[0]
    held: list[Route] = []
    decided = threading.Event()

    def hold(route: Route) -> None:
        if decided.is_set():
            route.continue_()
        else:
            held.append(route)

    page.route("**/matches?*cursor=*", hold)
    employer.go(f"#/jobs/{job}/candidates/{match['profileId']}")
    panel = page.get_by_role("region", name=name_of(match))
    panel.get_by_role("button", name=re.compile("^Hold")).click()
    expect(panel.get_by_text("On hold")).to_be_visible()
    decided.set()
    for route in held:
        route.continue_()
    expect(page.locator("output")).to_have_text("500 candidates")
    expect(panel.get_by_text("On hold")).to_be_visible()
