"""An advertisement becomes a job and a résumé a profile: read, looked over, corrected, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.screens import settled
from tests.support.browser import ADMIN, EMPLOYER

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.support.browser import Site, Visitor

# The sign at the beginning is one character of the API's and two of a browser's.
ADVERTISEMENT = """\U0001f680 Join us
Patent Prosecution Counsel

Location: Munich, Germany

Requirements:
- At least 5 years of experience
- Patent prosecution
- Admission to practice before the USPTO
- Trademark Prosecuton
"""
RESUME = """Ada Example
ada@mail.example
Munich, Germany

Experience

Associate, Alder & Finch LLP
January 2016 - December 2019

Bar admissions
USPTO, 2016
"""
DROP = """text => {
    const data = new DataTransfer();
    data.items.add(new File([text], "resume.txt"));
    const event = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
    document.querySelector("main").dispatchEvent(event);
}"""


def test_an_advertisement_becomes_a_job(employer: Visitor, site: Site) -> None:
    page = employer.page
    employer.go("#/jobs/new")
    page.get_by_role("link", name="Draft from a text").press("Enter")
    expect(page.get_by_label("The advertisement")).to_be_focused()
    page.keyboard.insert_text(ADVERTISEMENT)
    employer.press("Control+Enter")
    expect(page.get_by_label("Title")).to_have_value("Patent Prosecution Counsel")
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_label("Minimum experience")).to_have_value("5")
    text = page.get_by_role("region", name="Marked text")
    expect(text).to_contain_text("Join us")
    place = text.locator("mark").filter(has_text="Munich")
    expect(place).to_have_text("Munich, Germany Preferred location")
    page.get_by_label("Preferred location").focus()
    expect(text.locator("mark.current")).to_have_text("Munich, Germany Preferred location")
    expect(text.locator("mark.not-understood")).to_contain_text("Trademark Prosecuton")
    page.get_by_role("button", name="Trademark Prosecution", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Remove Trademark Prosecution")).to_be_visible()
    settled(employer)
    assert employer.violations() == []
    page.get_by_label("Title").fill("Counsel out of a text")
    employer.press("Control+Enter")
    expect(employer.heading("Counsel out of a text")).to_be_visible()
    stored = next(job for job in site.jobs(EMPLOYER) if job["title"] == "Counsel out of a text")
    job = site.call("GET", f"/jobs/{stored['id']}", EMPLOYER)
    assert (job["status"], job["minimumExperience"], job["preferredLocation"]) == (
        "open",
        5,
        "Munich, Germany",
    )
    assert {"Patent Prosecution", "Trademark Prosecution"} <= set(job["requiredSpecializations"])


def test_what_a_model_proposed_is_marked_as_such(employer: Visitor) -> None:
    def propose(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for source in body["sources"]:
            if source["pointer"] == "/preferredLocation":
                source["proposedBy"] = "model"
        body["notice"] = "The language model gave no answer (timeout)."
        route.fulfill(response=answer, json=body)

    page = employer.page
    page.route("**/jobs/drafts", propose)
    employer.go("#/jobs/new")
    page.get_by_role("link", name="Draft from a text").click()
    page.get_by_label("The advertisement").fill(ADVERTISEMENT)
    page.get_by_role("button", name="Read it").click()
    region = page.get_by_role("region", name="The text")
    expect(region).to_contain_text("The language model gave no answer (timeout).")
    place = region.locator("mark").filter(has_text="Munich")
    expect(place).to_have_text("Munich, Germany Preferred location (by a model)")
    expect(region.locator("mark", has_text="by a model")).to_have_count(1)
    settled(employer)
    assert employer.violations() == []


def test_an_admin_drafts_a_job_for_an_employer(admin: Visitor, site: Site) -> None:
    page = admin.page
    page.get_by_role("link", name="Draft from a text").click()
    page.get_by_label("The advertisement").fill(ADVERTISEMENT)
    page.get_by_role("button", name="Read it").click()
    page.get_by_label("Title").fill("Counsel of an admin's text")
    employer = page.get_by_label("The employer")
    employer.fill(site.id_of(EMPLOYER))
    expect(page.get_by_role("region", name="Preview")).to_contain_text("candidates pass")
    employer.fill("")
    expect(page.get_by_role("region", name="Preview")).to_have_count(0)
    employer.fill(site.call("GET", "/me", EMPLOYER)["companyName"])
    expect(page.get_by_text("The job is ")).to_contain_text("@")
    settled(admin)
    assert admin.violations() == []
    expect(page.get_by_role("region", name="Preview")).to_contain_text("candidates pass")
    page.get_by_role("button", name="Save as a draft").click()
    expect(admin.heading("Counsel of an admin's text")).to_be_visible()
    assert "Counsel of an admin's text" in [job["title"] for job in site.jobs(EMPLOYER)]


def test_a_draft_does_not_replace_what_is_not_saved_unasked(
    employer: Visitor, admin: Visitor
) -> None:
    page = employer.page
    employer.go("#/jobs/new")
    page.get_by_label("Title").fill("Typed for an hour")
    page.get_by_role("link", name="Draft from a text").click()
    page.get_by_label("The advertisement").fill(ADVERTISEMENT)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_label("Title")).to_have_value("Patent Prosecution Counsel")
    employer.go("#/jobs/new")
    expect(page.get_by_label("Title")).to_have_value("Typed for an hour")
    page = admin.page
    admin.go("#/admin/candidates/draft")
    page.get_by_label("The résumé").fill(RESUME)
    page.get_by_role("button", name="Read it").click()
    page.get_by_label("Name").fill("Ada Corrected")
    page.get_by_role("button", name="Another text").click()
    settled(admin)
    assert admin.violations() == []
    admin.press("Escape")
    expect(page.get_by_label("Name")).to_have_value("Ada Corrected")
    page.get_by_role("button", name="Another text").click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_label("The résumé")).to_be_focused()


def test_a_resume_becomes_a_profile(admin: Visitor, site: Site) -> None:
    page = admin.page
    admin.go("#/admin/candidates")
    page.get_by_role("link", name="Draft from a résumé").press("Enter")
    expect(page.get_by_label("The résumé")).to_be_focused()
    page.evaluate(DROP, RESUME)
    expect(page.get_by_label("Name")).to_have_value("Ada Example")
    employer = page.get_by_label("Employer")
    expect(employer).to_have_value("Alder & Finch LLP")
    bar = page.get_by_label("Bar", exact=True)
    expect(bar).to_have_value("USPTO")
    bar.fill("European Patent Office")
    # Whoever looks it over sees the whole of it.
    assert bar.evaluate("field => field.scrollWidth <= field.clientWidth")
    bar.fill("USPTO")
    employer.focus()
    text = page.get_by_role("region", name="Marked text")
    expect(text.locator("mark.current")).to_have_text("Alder & Finch LLP Employer")
    settled(admin)
    assert admin.violations() == []
    page.get_by_label("Mail address").fill("no address")
    admin.expect_complaint("status of 422")
    page.get_by_role("button", name="Save the profile").press("Enter")
    expect(page.get_by_label("Mail address")).to_be_focused()
    page.get_by_label("Mail address").fill("ada.example@mail.example")
    page.get_by_role("button", name="Add a position").press("Enter")
    second = page.get_by_role("group", name="Position 2")
    second.get_by_label("Employer").fill("Birch LLP")
    second.get_by_label("Title").fill("Counsel")
    page.get_by_role("button", name="Save the profile").press("Enter")
    expect(admin.heading("Ada Example")).to_be_visible()
    profile_id = page.url.rsplit("/", 1)[1]
    stored = site.call("GET", f"/admin/profiles/{profile_id}", ADMIN)
    assert stored["email"] == "ada.example@mail.example"
    assert [each["employer"] for each in stored["workHistory"]] == [
        "Alder & Finch LLP",
        "Birch LLP",
    ]


def test_a_broken_or_unknown_file_is_said_to_be_so(employer: Visitor, tmp_path: Path) -> None:
    page = employer.page
    employer.go("#/jobs/draft")
    employer.expect_complaint("status of (415|422)")
    for name, said in (("broken.pdf", "It is broken"), ("photo.png", "application/pdf")):
        file = tmp_path / name
        file.write_bytes(b"%PDF-1.7 and nothing more")
        page.get_by_label("Or a file").set_input_files(file)
        expect(page.get_by_role("alert")).to_contain_text(said)
