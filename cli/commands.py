"""The operators' commands: each sends a few requests to the API and prints a table."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import astuple
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from cli import views
from cli.anchors import read_heads
from cli.client import RefusedError
from cli.errors import CommandError
from jobmatch.audit.chains import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rich.console import Console

    from cli.anchors import Anchors
    from cli.client import Api

PAGE = 100
LONG_PAGE = 20
"""Entries of the decision log on a page: one may have 100 kB, and Lambda answers at most 6 MB."""
CSV = "text/csv"
ALIASES = "/admin/vocabulary/aliases"
POLL_SECONDS = 0.5


class Operator:
    """The commands of an admin.

    Args:
        api: the API to operate.
        token: an admin's token for it.
        terminal: gets the output.
    """

    def __init__(self, api: Api, token: str, terminal: Console) -> None:
        self._api = api
        self._token = token
        self._terminal = terminal

    def due(self) -> None:
        """Show the open jobs that are due for matching, oldest first."""
        jobs = list(self._pages("/admin/jobs/due-for-matching"))
        self._terminal.print(views.due(jobs) if jobs else "No job is due.")

    def match(self, job_id: str, *, patience: float) -> None:
        """Request a matching run of a job, wait for its end and show it.

        Args:
            job_id: the job.
            patience: seconds to wait.

        Raises:
            CommandError: the run has not ended in time, or it failed.
        """
        path = f"/jobs/{job_id}/matching-runs"
        before = self._latest_run(path)
        self._call("POST", path)
        deadline = time.monotonic() + patience
        with self._terminal.status("The job is being matched."):
            while (run := self._latest_run(path)) is None or run == before or _is_running(run):
                if time.monotonic() > deadline:
                    state = self._call("GET", f"/admin/jobs/{job_id}/matching")
                    told = " ".join(filter(None, (state["explanation"], state["lastError"])))
                    raise CommandError(f"no run has ended after {patience:.0f} seconds: {told}")
                time.sleep(POLL_SECONDS)
        self._terminal.print(views.run(run))
        if run["outcome"] != "completed":
            reason = f": {run['error']}" if run["error"] else ""
            raise CommandError(f"the run ended as {run['outcome']}{reason}")

    def ranking(self, job_id: str, *, limit: int) -> None:
        """Show a job's best matches with their scores."""
        matches = []
        for match in self._pages(f"/jobs/{job_id}/matches"):
            matches.append(match)
            if len(matches) == limit:
                break
        job = self._call("GET", f"/jobs/{job_id}")
        self._terminal.print(views.ranking(job, matches))

    def explain(self, job_id: str, profile_id: str) -> None:
        """Show why a candidate is or is not among a job's matches."""
        path = f"/admin/jobs/{job_id}/candidates/{profile_id}/explanation"
        self._terminal.print(views.explanation(self._call("GET", path)))

    def verify(
        self, heads: Path | None, anchors: Anchors | None = None, *, retention_days: int
    ) -> None:
        """Verify the decision log.

        Args:
            heads: file with the heads of the last verification: they must still be in the log.
                The heads of this verification are saved there.
            anchors: heads that were signed, likewise.
            retention_days: how long an entry must stay in the log; 0 is for ever.

        Raises:
            CommandError: an entry is broken; the message names the first one.
        """
        saved = read_heads(heads) if heads and heads.is_file() else {}
        retention = timedelta(days=retention_days) if retention_days else None
        with self._terminal.status("The decision log is being read."):
            verified = verify(
                self._pages("/admin/decisions", LONG_PAGE),
                saved,
                anchored=anchors.heads if anchors else (),
                retention=retention,
            )
        if verified.broken:
            job_id, number, reason = astuple(verified.broken)
            raise CommandError(f"entry {number} of job {job_id} {reason}")
        if heads:
            heads.write_text(json.dumps(verified.heads))
        chains = f"{len(verified.heads)} chains"
        if verified.shortened:
            chains += f", {verified.shortened} without their beginning"
        self._terminal.print(f"{verified.entries} entries in {chains}: none is broken.")
        if anchors:
            self._terminal.print(
                f"They continue {len(anchors.heads)} heads in {anchors.count} anchors, signed with"
                f" the key whose SHA-256 is {anchors.key}."
            )

    def audit(
        self, days: Mapping[str, str | None], groups: Path | None, table: Path | None
    ) -> None:
        """Show the matching audit of a period: counts of candidates, and rates of groups.

        Args:
            days: first and last day, `from` and `to`; the API's own defaults where None.
            groups: CSV file with the heading `profileId,group`.
            table: CSV file to write the audit of every job to.

        Raises:
            CommandError: the file with the groups can't be read, or the API refused a request.
        """
        query = urlencode({name: day for name, day in days.items() if day})
        path = f"/admin/matching-audit?{query}"
        method, body = ("POST", {"groups": _groups(groups)}) if groups else ("GET", None)
        if table:
            table.write_text(self._api.call(method, path, self._token, body, accept=CSV))
            self._terminal.print(f"{table} is written.")
        else:
            self._terminal.print(views.audit(self._call(method, path, body)))

    def unknown(self, list_: str | None, *, limit: int) -> None:
        """Show the values in use that are not known, the most used first.

        Args:
            list_: only of this one of `options.LISTS`; of all where None.
            limit: how many at most.
        """
        query = urlencode({"limit": limit} | ({"list": list_} if list_ else {}))
        values = self._call("GET", f"/admin/vocabulary/unknown?{query}")["items"]
        self._terminal.print(views.unknown(values) if values else "No value is unknown.")

    def aliases(self) -> None:
        """Show the aliases that operators have made."""
        made = self._call("GET", ALIASES)["items"]
        self._terminal.print(views.aliases(made) if made else "There is no alias.")

    def alias(self, list_: str, value: str, term: str) -> None:
        """Make a value an alias of a known term, and show it.

        Args:
            list_: the list that the value is of, one of `options.LISTS`.
            value: as people write it.
            term: the known term that it means.

        Raises:
            CommandError: the API refused it; the message says what is wrong.
        """
        try:
            made = self._call("POST", ALIASES, {"list": list_, "value": value, "term": term})
        except RefusedError as error:
            faults = error.problem.get("errors")
            if not faults:
                raise
            told = (f"{fault['pointer'].lstrip('/')} {fault['message']}" for fault in faults)
            raise CommandError("; ".join(told)) from None
        self._terminal.print(views.aliases([made]))

    def unalias(self, alias_id: str) -> None:
        """End an alias that an operator has made."""
        self._call("DELETE", f"{ALIASES}/{alias_id}")
        self._terminal.print("The alias is ended.")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self._api.call(method, path, self._token, body)

    def _latest_run(self, path: str) -> dict[str, Any] | None:
        runs: list[dict[str, Any]] = self._call("GET", f"{path}?limit=1")["items"]
        return runs[0] if runs else None

    def _pages(self, path: str, limit: int = PAGE) -> Iterator[dict[str, Any]]:
        query: dict[str, Any] = {"limit": limit}
        while True:
            page = self._call("GET", f"{path}?{urlencode(query)}")
            yield from page["items"]
            if page["nextCursor"] is None:
                return
            query["cursor"] = page["nextCursor"]


def _groups(path: Path) -> list[dict[str, Any]]:
    groups: dict[str, list[str]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, strict=True):
                groups.setdefault(row["group"], []).append(row["profileId"])
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise CommandError(f"{path} is not a CSV file with profileId,group: {error}") from None
    return [{"group": name, "profileIds": ids} for name, ids in groups.items()]


def _is_running(run: dict[str, Any]) -> bool:
    return bool(run["outcome"] == "running")
