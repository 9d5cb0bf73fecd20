"""Taking up what changed profiles have noted, once they are committed."""

from __future__ import annotations

from jobmatch.jobs.changes import apply_profile_changes
from jobmatch.postgres import transaction
from jobmatch.telemetry import log_failure


def try_apply_profile_changes() -> None:
    """Make the concerned jobs due again; where that fails, the schedule does it later."""
    try:
        with transaction() as connection:
            apply_profile_changes(connection)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller's work is done and safe
        log_failure(
            "The changed profiles were not taken up; the schedule will find them.",
            error,
            expected=True,
        )
