"""Take the pictures of the console that the documents show: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.screens import settled
from tests.support.browser import ADMIN, Site, Visitor, chromium, ranking
from tests.support.paths import ROOT
from tests.support.system import running

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "docs" / "images"
SIZE = (1280, 800)
EMPLOYER = "hr@harrowgate-lyle.example"
JOB = "Patent Prosecution Associate, Software and Machine Learning"
SCREENS = {
    "jobs": (EMPLOYER, "#/jobs"),
    "ranking": (EMPLOYER, "#/jobs/{job}"),
    "comparison": (EMPLOYER, "#/jobs/{job}/compare/{first}/{second}/{third}"),
    "job": (EMPLOYER, "#/jobs/{job}/edit"),
    "audit": (ADMIN, "#/admin/audit"),
}


def take(site: Site, page: Page, email: str, address: str, path: Path) -> None:
    """Sign somebody in, go to an address, and take a picture of it."""
    visitor = Visitor(site, page).sign_in(email, address)
    settled(visitor)
    # What is still to come of a screen comes with further requests.
    page.wait_for_timeout(1000)
    settled(visitor)
    page.screenshot(path=path, animations="disabled", caret="hide")
    if visitor.complaints:
        raise SystemExit(f"{path.name}: {visitor.complaints}")


def main() -> None:
    """Take a picture of each main screen in both themes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as system:
        site = Site(system)
        job = next(each["id"] for each in site.jobs(EMPLOYER) if each["title"] == JOB)
        best = [match["profileId"] for match in ranking(site, EMPLOYER, job)[:3]]
        ids = {"job": job, "first": best[0], "second": best[1], "third": best[2]}
        with chromium() as browser:
            for name, (email, address) in SCREENS.items():
                for theme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": SIZE[0], "height": SIZE[1]},
                        color_scheme=theme,
                        reduced_motion="reduce",
                        locale="en-GB",
                    )
                    path = FOLDER / f"{name}-{theme}.png"
                    take(site, context.new_page(), email, address.format(**ids), path)
                    context.close()


if __name__ == "__main__":
    main()
