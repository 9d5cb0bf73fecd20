"""What an employer does in the console, screen by screen, and that it is stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import EMPLOYER, name_of, open_job, ranking, wait_for_matching
from tests.support.receivers import receiving

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.browser import Site, Visitor


@pytest.fixture(scope="module")
def job(site: Site) -> str:
    """A job with many candidates, of the employer who visits."""
    return open_job(site, EMPLOYER, title="Counsel for these tests", requiredBar=["USPTO"])


def test_the_stranger_chooses_a_person_and_sees_their_jobs(
    visit: Callable[..., Visitor], site: Site
) -> None:
    visitor = visit()
    visitor.page.goto(site.origin)
    expect(visitor.page).to_have_url(site.address)
    visitor.page.get_by_role("button", name=EMPLOYER).press("Enter")
    expect(visitor.heading("Jobs")).to_be_visible()
    expect(visitor.page).to_have_title("Jobs · jobmatch")


def test_jobs_have_their_state_and_their_counts(employer: Visitor, site: Site) -> None:
    page = employer.page
    for job in site.jobs(EMPLOYER):
        row = page.get_by_role("row").filter(
            has=page.get_by_role("link", name=job["title"], exact=True)
        )
        expect(row.first).to_contain_text(f"{job['matchCount']:,}")
    page.get_by_label("Status").select_option("Drafts")
    drafts = [job for job in site.jobs(EMPLOYER) if job["status"] == "draft"]
    expect(page.get_by_role("row")).to_have_count(1 + len(drafts))
    expect(page.get_by_role("link", name="Biosimilars Litigation Counsel")).to_be_visible()


def test_a_job_is_posted_with_suggestions_a_preview_and_a_ranking_that_comes_by_itself(
    employer: Visitor, site: Site
) -> None:
    page = employer.page
    page.get_by_role("link", name="Post a job").first.click()
    page.get_by_label("Title").fill("Counsel, posted in a browser")
    terms = page.get_by_label("Required specializations")
    terms.press_sequentially("patent pros")
    page.get_by_role("option", name="Patent Prosecution", exact=True).click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("have at least one of these")
    page.get_by_label("Minimum experience").fill("many")
    employer.expect_complaint("status of 422")
    page.get_by_role("button", name=re.compile("^Post")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Minimum experience").fill("4")
    page.get_by_role("button", name=re.compile("^Post")).click()
    expect(employer.heading("Counsel, posted in a browser")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    stored = next(job for job in site.jobs(EMPLOYER) if job["title"].endswith("in a browser"))
    detail = site.call("GET", f"/jobs/{stored['id']}", EMPLOYER)
    assert detail["requiredSpecializations"] == ["Patent Prosecution"]
    assert detail["minimumExperience"] == 4


def test_a_draft_is_stored_and_edited(employer: Visitor, site: Site) -> None:
    page = employer.page
    employer.go("#/jobs/new")
    page.get_by_label("Title").fill("A draft of a browser")
    page.get_by_role("button", name="Save as a draft").click()
    expect(employer.heading("A draft of a browser")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).first.click()
    page.get_by_label("Title").fill("A better draft of a browser")
    page.get_by_role("button", name=re.compile("^Save(?! and)")).click()
    expect(employer.heading("A better draft of a browser")).to_be_visible()
    assert "A better draft of a browser" in {job["title"] for job in site.jobs(EMPLOYER)}


def test_a_ranking_is_sorted_filtered_and_paged_without_another_request(
    employer: Visitor, site: Site, job: str
) -> None:
    page = employer.page
    employer.go(f"#/jobs/{job}")
    best = ranking(site, EMPLOYER, job)
    header = page.get_by_role("columnheader", name=re.compile("^Score"))
    expect(header).to_have_attribute("aria-sort", "descending")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_contain_text(str(best[0]["overallScore"]))
    page.get_by_role("navigation", name="Pages").get_by_role("button", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51 to ")
    expect(page.locator("output")).not_to_contain_text("more are being read")
    # Who is new is read when the list is complete.
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("searchbox", name="Find").fill("no such place")
    expect(page.get_by_role("heading", name="Nobody passes this filter")).to_be_visible()
    assert asked == []


def test_equal_scores_have_one_rank(employer: Visitor, site: Site, job: str) -> None:
    scores = [match["overallScore"] for match in ranking(site, EMPLOYER, job)[:50]]
    employer.go(f"#/jobs/{job}")
    ranks = employer.page.locator("tbody .rank")
    expect(ranks).to_have_count(50)
    shown = [re.findall(r"\d+", text)[0] for text in ranks.all_inner_texts()]
    assert len(set(zip(shown, scores, strict=True))) == len(set(scores)) == len(set(shown))


def test_a_candidate_is_explained_line_by_line(employer: Visitor, site: Site, job: str) -> None:
    page = employer.page
    first, second, *_ = ranking(site, EMPLOYER, job)
    employer.go(f"#/jobs/{job}")
    page.get_by_role("link", name=name_of(first)).click()
    panel = page.get_by_role("region", name=name_of(first))
    for subscore in first["subscores"].values():
        expect(panel).to_contain_text(subscore["explanation"])
    panel.get_by_role("button", name=re.compile("^Next")).click()
    expect(page.get_by_role("region", name=name_of(second))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Previous k")).click()
    expect(panel).to_be_visible()


def test_a_link_of_a_mail_leads_to_the_candidate(
    visit: Callable[..., Visitor], site: Site, job: str
) -> None:
    match = ranking(site, EMPLOYER, job)[0]
    visitor = visit(EMPLOYER, f"jobs/{job}/matches/{match['profileId']}")
    expect(visitor.page.get_by_role("region", name=name_of(match))).to_be_visible()
    expect(visitor.page).to_have_url(f"{site.address}#/jobs/{job}/candidates/{match['profileId']}")


def test_candidates_are_compared_side_by_side(employer: Visitor, site: Site, job: str) -> None:
    page = employer.page
    chosen = ranking(site, EMPLOYER, job)[:3]
    employer.go(f"#/jobs/{job}")
    for match in chosen:
        page.get_by_role("checkbox", name=f"Compare {name_of(match)}").check()
    page.get_by_role("button", name=re.compile("^Compare")).click()
    expect(employer.heading("Compare")).to_be_visible()
    for match in chosen:
        expect(page.get_by_role("columnheader", name=name_of(match))).to_be_visible()


@pytest.mark.parametrize(
    ("button", "decision", "mark"),
    [
        ("Shortlist", "shortlisted", "Shortlisted"),
        ("Hold", "held", "On hold"),
        ("Decline", "declined", "Declined"),
    ],
)
def test_a_decision_is_stored_shown_again_and_undone(
    employer: Visitor, site: Site, job: str, button: str, decision: str, mark: str
) -> None:
    page = employer.page
    match = ranking(site, EMPLOYER, job)[0]
    address = f"#/jobs/{job}/candidates/{match['profileId']}"
    employer.go(address)
    panel = page.get_by_role("region", name=name_of(match))
    panel.get_by_role("button", name=re.compile(f"^{button}")).click()
    if decision == "declined":
        page.get_by_label("In your own words").fill("Not <b>now</b>")
        page.get_by_role("dialog").get_by_role("button", name="Decline", exact=True).click()
    expect(panel.get_by_text(mark)).to_be_visible()
    assert ranking(site, EMPLOYER, job)[0]["decision"] == decision
    page.reload()
    expect(panel.get_by_text(mark)).to_be_visible()
    if decision == "declined":
        expect(panel).to_contain_text("Not <b>now</b>")
    panel.get_by_role("button", name=re.compile(f"^{button}")).click()
    expect(panel.get_by_text(mark)).to_have_count(0)
    assert ranking(site, EMPLOYER, job)[0]["decision"] is None


def test_the_history_says_who_came_and_went_and_why(employer: Visitor, site: Site) -> None:
    page = employer.page
    job = open_job(site, EMPLOYER, title="Counsel with a history", requiredBar=["EPO"])
    site.call("PATCH", f"/jobs/{job}", EMPLOYER, {"requiredBar": ["JPO"]})
    wait_for_matching(site, EMPLOYER, job)
    employer.go(f"#/jobs/{job}/history")
    changes = page.get_by_role("region", name="Two runs compared")
    expect(changes).to_contain_text("came")
    expect(changes).to_contain_text("Changed: Required bars")
    expect(page.get_by_role("table").last.get_by_role("row")).to_have_count(3)


def test_mails_are_switched_and_their_threshold_is_stored(employer: Visitor, site: Site) -> None:
    page = employer.page
    path = f"/employers/{site.id_of(EMPLOYER)}/notification-settings"
    before = site.call("GET", path, EMPLOYER)
    employer.go("#/settings")
    page.get_by_role("switch").uncheck()
    expect(page.get_by_text("Mails are off.")).to_be_visible()
    page.get_by_label("Only about those who score").fill("83")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    assert site.call("GET", path, EMPLOYER) == {**before, "enabled": False, "threshold": 83}
    site.call("PUT", path, EMPLOYER, before)


def test_a_webhook_is_added_tried_given_a_new_secret_and_deleted(
    employer: Visitor, site: Site
) -> None:
    page = employer.page
    employer.go("#/settings")
    hooks = page.get_by_role("region", name="Webhooks")
    with receiving() as receiver:
        hooks.get_by_label("Address of your server").fill(receiver.url)
        hooks.get_by_label("A candidate is found").check()
        hooks.get_by_role("button", name="Add the webhook").click()
        first = page.get_by_role("textbox", name="Secret").input_value()
        page.get_by_role("button", name="Close").click()
        row = hooks.get_by_role("table", name="Webhooks").get_by_role("row").last
        expect(row).to_contain_text("match.added")
        row.get_by_role("button", name="Send a test event").click()
        events = hooks.get_by_role("table", name="Last events")
        expect(events).to_contain_text("1: webhook.test")
        expect(events).to_contain_text("Delivered")
        (got,) = receiver.take()
        assert got.verified(first)["type"] == "webhook.test"
        row.get_by_role("button", name="New secret").click()
        second = page.get_by_role("textbox", name="Secret").input_value()
        assert second != first
        page.get_by_role("button", name="Close").click()
    row.get_by_role("button", name="Switch off").click()
    expect(row.get_by_role("button", name="Send a test event")).to_be_disabled()
    (webhook,) = site.call("GET", "/webhooks", EMPLOYER)["items"]
    assert (webhook["events"], webhook["enabled"]) == (["match.added"], False)
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(hooks).to_contain_text("None yet.")
    assert site.call("GET", "/webhooks", EMPLOYER)["items"] == []


def test_somebody_signs_out_and_nothing_of_theirs_is_left(employer: Visitor) -> None:
    page = employer.page
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    stored = page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
    assert "eyJ" not in stored, "no token is stored"


def test_five_hundred_matches_are_all_there(employer: Visitor, site: Site) -> None:
    page = employer.page
    job = open_job(site, EMPLOYER, title="Counsel for many")
    employer.go(f"#/jobs/{job}")
    expect(page.locator("output")).to_have_text("500 candidates")
    pages = page.get_by_role("navigation", name="Pages")
    for number in range(1, 10):
        pages.get_by_role("button", name="Next").click()
        expect(pages).to_contain_text(f"{50 * number + 1} to {50 * number + 50} of 500")
    expect(pages.get_by_role("button", name="Next")).to_be_disabled()
