"""What data the first start loads: the sample data, or none."""

import json
from collections.abc import Callable
from pathlib import Path

from local.accounts import ADMIN, ensure_user
from local.errors import LocalError
from local.files import write
from local.issuer import Issuer
from local.sample import Requests, first_employer, load
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

    def announcement(self) -> str | None:
        """What is going to happen, where it needs saying."""
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
        self, api: Requests, issuer: Issuer, schedules: Schedules, complain: Callable[[str], None]
    ) -> dict[str, str]:
        """Load what is missing.

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
            load(api, issuer, lambda: [schedules.fire(name) for name in schedules.names()])
            path = f"/employers/{known['employer']}/jobs?limit=100"
            jobs = api.call("GET", path, admin)["items"]
            matched = [job["id"] for job in jobs if job["matchCount"]]
            known |= {"job": matched[0]} if matched else {}
            if self._own:
                write(self._marker, json.dumps(known))
        except LocalError as error:
            complain(f"The sample data is not complete: {error}")
        return known
