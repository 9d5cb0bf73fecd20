"""What a run that was killed has left, taken up by the next one."""

import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from local.anchors import ANCHORS
from local.errors import LocalError, in_words
from local.first_data import MARKER
from local.locks import FolderLock
from local.running import PUBLISHED

FILES = (MARKER, "schema.json", PUBLISHED, "issuer.pem", "anchors.pem", "mails.jsonl")
FOLDERS = ("postgres", "logs", ANCHORS)
ASKS = 20
"""How often to look whether the connections of a run that was killed have ended."""


def clear(state: Path) -> None:
    """Delete what the runtime has written into the folder, and nothing else.

    When it is killed meanwhile, the next start finds either all of the database or none of it.
    """
    # The server of a runtime that was just killed may still be writing.
    lock = FolderLock(state / "postgres")
    lock.acquire()
    lock.release()
    # What tells of the database goes first: without it, all is looked up again.
    for name in FILES:
        (state / name).unlink(missing_ok=True)
    tidy(state)
    for name in FOLDERS:
        if (state / name).exists():
            (state / name).rename(_old(state, name))
    tidy(state)


def tidy(state: Path) -> None:
    """Delete what `clear` had no time for."""
    for name in FOLDERS:
        shutil.rmtree(_old(state, name), ignore_errors=True)


def _old(state: Path, name: str) -> Path:
    return state / f"{name}.old"


@dataclass(frozen=True, slots=True)
class Left:
    """What the last run has left because it was cut off.

    Args:
        was_up: whether it was up.
        loads: whether it had begun to load the sample data.
    """

    was_up: bool
    loads: bool

    @classmethod
    def by_last_run(cls, state: Path, *, loads: bool) -> Self:
        """What the folder tells, before this run changes it.

        Args:
            state: the state's folder.
            loads: whether this run has to load the sample data.
        """
        tidy(state)
        was_up, was_begun = (state / PUBLISHED).exists(), (state / "postgres" / "data").exists()
        (state / PUBLISHED).unlink(missing_ok=True)
        return cls(was_up, loads and was_begun)

    def taken_up(self, *, alone: bool) -> str | None:
        """Take it up; what this makes good, in one line.

        Args:
            alone: as in `end_leases`.
        """
        leases = end_leases(alone=alone)
        parts = [f"{leases} {'job is' if leases == 1 else 'jobs are'} matched again"] * bool(leases)
        parts += ["the sample data is loaded to the end"] * self.loads
        if not (parts or self.was_up):
            return None
        return f"The last run was cut off; {' and '.join(parts) or 'nothing was lost'}."


def end_leases(*, alone: bool) -> int:
    """Make the jobs due that a worker held who is dead by now; returns how many.

    Otherwise nobody would match them, or send their mails, before their leases have passed. A
    worker who is alive after all would be overtaken, and write nothing.

    Args:
        alone: whether nobody else can use the database. Otherwise the leases are left where
            another process of ours is connected: they may be its own.
    """
    # Imported here because it takes a second, in which the functions can start.
    from sqlalchemy import func, text, update  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from jobmatch.models import Job, MatchingStatus, Notification  # noqa: PLC0415
    from jobmatch.postgres import transaction  # noqa: PLC0415

    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jobmatch'"
        " AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    held = Job.matching_lease_until > func.now()
    try:
        with transaction() as connection:
            for _ in range(ASKS):
                if alone or not connection.scalar(others):
                    break
                time.sleep(0.1)
            else:
                return 0
            ended = func.now() - timedelta(seconds=1)
            sending = Notification.lease_until > func.now()
            connection.execute(update(Notification).where(sending).values(lease_until=ended))
            jobs = connection.execute(
                update(Job)
                .where(Job.matching_status == MatchingStatus.RUNNING, held)
                .values(matching_lease_until=ended)
            )
            return jobs.rowcount
    except SQLAlchemyError as error:
        raise LocalError(f"the database can't be used: {in_words(error)}") from error
