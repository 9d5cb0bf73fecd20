"""Every screen of the console, and its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import ADMIN, EMPLOYER

if TYPE_CHECKING:
    from tests.support.browser import Visitor

OF_EMPLOYER = {
    "jobs": "#/jobs",
    "post a job": "#/jobs/new",
    "draft a job": "#/jobs/draft",
    "edit a job": "#/jobs/{job}/edit",
    "ranking": "#/jobs/{job}",
    "candidate": "#/jobs/{job}/candidates/{first}",
    "comparison": "#/jobs/{job}/compare/{first}/{second}/{third}",
    "history": "#/jobs/{job}/history",
    "settings": "#/settings",
    "nothing": "#/no/such/page",
}
OF_ADMIN = {
    "admin's jobs": "#/jobs",
    "due and failed": "#/admin/due",
    "candidates": "#/admin/candidates",
    "draft a candidate": "#/admin/candidates/draft",
    "import": "#/admin/import",
    "vocabulary": "#/admin/vocabulary",
    "audit": "#/admin/audit",
    "decision log": "#/admin/log",
    "queues": "#/admin/queues",
}
SCREENS = [(EMPLOYER, *each) for each in OF_EMPLOYER.items()]
SCREENS += [(ADMIN, *each) for each in OF_ADMIN.items()]
each_screen = pytest.mark.parametrize(
    ("email", "address"),
    [(email, address) for email, _, address in SCREENS],
    ids=[name for _, name, _ in SCREENS],
)


def settled(visitor: Visitor) -> None:
    """Wait until nothing is being read."""
    visitor.heading().first.wait_for()
    visitor.page.wait_for_load_state("networkidle")
    expect(visitor.page.locator(".skeleton")).to_have_count(0)
    # It may have gone while a part of the console was loaded.
    visitor.heading().first.wait_for()
