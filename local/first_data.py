"""What data the first start loads: the sample data, or none."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from local.accounts import ADMIN, ensure_user
from local.errors import LocalError
from local.examples import ids_of
from local.files import write
from local.issuer import Issuer
from local.sample import Requests, first_employer, load, unmatched, wait_for_matching
from local.schedules import Schedules

MARKER = "sample.json"
"""Says what the first start has decided: the ids that the guide names, none without sample data."""


class FirstData:
    """The data of the first start, and what is said about it.

    Args:
        state: the state's folder.
        own: whether the database is the embedded one.
        sample: whether sample data is wanted; by default yes, but not in a database of the user's.
    """

    def __init__(self, state: Path, *, own: bool, sample: bool | None) -> None:
        self._marker = state / MARKER
        # What was loaded into a database of the user's may be gone: another program has it too.
        decided = own and self._marker.exists()
        self._known: dict[str, str] | None = (
            json.loads(self._marker.read_text()) if decided else None
        )
        self._own, self._sample = own, sample

    def loads(self) -> bool:
        """Whether this start has to load the sample data, or the rest of it."""
        if self._known is None:
            return self._own if self._sample is None else self._sample
        return not self._known and bool(self._sample)

    def announcement(self, *, goes_on: bool) -> str | None:
        """What is going to happen, where it needs saying.

        Args:
            goes_on: whether the last run had begun to load the sample data.
        """
        if self.loads() and goes_on:
            return "Loading the rest of it; its jobs are matched while you go on."
        if self.loads():
            what = (
                "Loading the sample data, 2,000 invented candidates and 24 jobs, and matching it."
            )
            return what if self._own else f"{what} It goes into the database of DATABASE_URL."
        if self._known and self._sample is False:
            return "SAMPLE=0 leaves the sample data that is here; FRESH=1 SAMPLE=0 starts without."
        if self._known is None and self._own:
            return "SAMPLE=0: starting without sample data."
        if not self._own:
            return (
                "Using the database of DATABASE_URL as it is; SAMPLE=1 loads the sample data too."
            )
        return None

    def load(
        self,
        api: Requests,
        issuer: Issuer,
        schedules: Schedules,
        say: Callable[[str], None],
        *,
        goes_on: bool,
    ) -> dict[str, str]:
        """Load what is missing; wait for its matching, unless this goes on where another start was.

        Args:
            api: the API to load into.
            issuer: issues the tokens.
            schedules: fired while jobs wait.
            say: tells what is incomplete.
            goes_on: as in `announcement`; also found out from what is there.

        Returns:
            The ids of the admin, the first employer and a job of theirs, as far as there are any;
            nothing without sample data.
        """
        if not self.loads():
            if self._own and self._known is None:
                write(self._marker, "{}")
            return self._known or {}
        employer = first_employer()
        company, domains = employer["companyName"], employer["corporateDomains"]
        known = {
            "admin": str(ensure_user(ADMIN, "admin")),
            "employer": str(ensure_user(employer["email"], "employer", company, domains)),
        }
        admin = issuer.issue(known["admin"], ["admin"])
        try:
            if load(api, issuer) and not goes_on:
                wait_for_matching(
                    api, admin, lambda: [schedules.fire(name) for name in schedules.names()]
                )
            elif left := unmatched(api, admin):
                jobs_are = "job is" if left == 1 else "jobs are"
                say(f"{left} {jobs_are} still being matched; their matches appear in a moment.")
            path = f"/employers/{known['employer']}/jobs?status=open&limit=100"
            jobs = api.call("GET", path, admin)["items"]
            jobs.sort(key=lambda job: not job["matchCount"])
            known |= {"job": jobs[0]["id"]} if jobs else {}
            if self._own:
                write(self._marker, json.dumps(known))
        except LocalError as error:
            say(f"The sample data is not complete: {error}")
        self._known = known
        return known

    def example_ids(self) -> Mapping[str, str]:
        """The ids that requests to the sample data can use now, by those of the examples."""
        return ids_of(self._known["employer"]) if self._known else {}
