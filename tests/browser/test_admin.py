"""What an admin does in the console, screen by screen."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from playwright.sync_api import expect

from tests.support.browser import ADMIN, EMPLOYER, open_job, ranking, wait_for_matching

if TYPE_CHECKING:
    from tests.support.browser import Site, Visitor


def test_why_a_job_was_not_matched_is_said_and_it_is_run_now(
    admin: Visitor, site: Site, failed_job: str
) -> None:
    page = admin.page
    admin.go("#/admin/due")
    # Another test may have left one of the same title.
    row = page.get_by_role("row").filter(has=page.locator(f'a[href="#/jobs/{failed_job}"]'))
    expect(row).to_contain_text("5 attempts failed")
    expect(row).to_contain_text("The scorer was away.")
    row.get_by_role("button", name="Match now: Counsel who failed").click()
    expect(row).to_have_count(0)
    wait_for_matching(site, EMPLOYER, failed_job)


def test_a_candidate_is_found_and_explained_for_any_job(admin: Visitor, site: Site) -> None:
    page = admin.page
    job = open_job(site, EMPLOYER, title="Counsel to explain")
    best = ranking(site, EMPLOYER, job)[0]["profileId"]
    person = site.call("GET", f"/admin/profiles/{best}", ADMIN)
    admin.go("#/admin/candidates")
    page.get_by_label("Name or mail address").fill(person["name"])
    page.get_by_role("link", name=person["name"]).first.click()
    expect(admin.heading(person["name"])).to_be_visible()
    admin.go(f"#/admin/candidates/{best}")
    page.locator("main select").select_option("Counsel to explain")
    explanation = page.get_by_role("region", name="Explanation")
    expect(explanation).to_contain_text("The employer sees them")
    expect(explanation).to_contain_text("Rank 1 of")


def test_an_import_says_what_was_taken_and_what_was_not(
    admin: Visitor, site: Site, tmp_path: Path
) -> None:
    page = admin.page
    good, bad = str(uuid4()), str(uuid4())
    file = tmp_path / "profiles.json"
    file.write_text(json.dumps([{"id": good, "name": "Ada Example"}, {"id": bad, "name": ""}]))
    admin.go("#/admin/import")
    page.get_by_label("A JSON file").set_input_files(file)
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_contain_text("2 of 2 profiles read, 1 imported, 1 refused")
    expect(progress.get_by_role("table", name="Refused")).to_contain_text("/name")
    assert site.call("GET", f"/admin/profiles/{good}", ADMIN)["name"] == "Ada Example"
    resume = {"id": good, "basics": {"name": "Bo Example"}, "hobbies": "chess"}
    file.write_text(json.dumps([resume, {"id": bad, "basics": {"name": ""}}]))
    page.get_by_label("They are JSON Resumes").check()
    page.get_by_label("A JSON file").set_input_files(file)
    expect(progress.get_by_role("table", name="Refused")).to_contain_text("/basics/name")
    expect(progress.get_by_role("table", name="Imported")).to_contain_text("1/hobbies")
    assert site.call("GET", f"/admin/profiles/{good}", ADMIN)["name"] == "Bo Example"
    file.write_text("no JSON")
    page.get_by_label("A JSON file").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("cannot be read")


def test_an_unknown_word_gets_a_meaning_and_loses_it_again(
    admin: Visitor, site: Site, unknown_value: str
) -> None:
    page = admin.page
    admin.go("#/admin/vocabulary")
    page.get_by_label(f"Another term for {unknown_value}").fill("Trademark Prosecution")
    page.get_by_role("button", name=f"Add {unknown_value}").click()
    expect(page.get_by_text(f"“{unknown_value}” now means Trademark Prosecution.")).to_be_visible()
    aliases = site.call("GET", "/admin/vocabulary/aliases", ADMIN)["items"]
    assert unknown_value in [alias["value"] for alias in aliases]
    page.get_by_role("button", name=f"End {unknown_value}").click()
    expect(page.get_by_role("button", name=f"End {unknown_value}")).to_have_count(0)
    aliases = site.call("GET", "/admin/vocabulary/aliases", ADMIN)["items"]
    assert unknown_value not in [alias["value"] for alias in aliases]


def test_the_audit_is_shown_and_downloaded(admin: Visitor) -> None:
    page = admin.page
    admin.go("#/admin/audit")
    expect(page.get_by_text("Meet the requirements")).to_be_visible()
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(downloaded.value.path()).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


def test_the_log_is_read_and_verified(admin: Visitor) -> None:
    page = admin.page
    admin.go("#/admin/log")
    expect(page.get_by_text("Ranked candidates").first).to_be_visible()
    page.get_by_role("button", name="Verify the log").click()
    expect(page.get_by_text("None is broken")).to_be_visible()


def test_a_broken_log_is_said_so(admin: Visitor, site: Site) -> None:
    page = admin.page
    # A mail would add an entry, which would follow the forged one for ever.
    settings = f"/employers/{site.id_of(EMPLOYER)}/notification-settings"
    before = site.call("GET", settings, EMPLOYER)
    site.call("PUT", settings, EMPLOYER, {**before, "enabled": False})
    job = open_job(site, EMPLOYER, title="Counsel who was forged")
    changed = "UPDATE decisions SET hash = {} WHERE job_id = '{}'"
    as_owner = "SET session_replication_role = {}"
    site.system.execute(
        as_owner.format("replica"), changed.format("reverse(hash)", job), as_owner.format("DEFAULT")
    )
    try:
        admin.go("#/admin/log")
        page.get_by_role("button", name="Verify the log").click()
        result = page.get_by_role("region", name="Verification")
        expect(result).to_contain_text("Broken.")
        expect(result).to_contain_text(job)
    finally:
        site.system.execute(
            as_owner.format("replica"),
            changed.format("reverse(hash)", job),
            as_owner.format("DEFAULT"),
        )
        site.call("PUT", settings, EMPLOYER, before)


def test_the_queues_show_what_waits(admin: Visitor) -> None:
    page = admin.page
    admin.go("#/admin/queues")
    table = page.get_by_role("table", name="Queues")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(page.get_by_text("nothing was given up")).to_be_visible()


def test_an_admin_sees_the_jobs_of_all_employers(admin: Visitor) -> None:
    page = admin.page
    for company in ("Quillwort Therapeutics, Inc.", "Vantrel Semiconductor Corporation"):
        expect(page.get_by_text(company).first).to_be_visible()
    expect(page.get_by_role("link", name="Post a job")).to_have_count(0)
