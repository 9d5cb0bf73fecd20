"""What operators do from a terminal: each command is a few requests to the API and a table."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import astuple
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rich.progress import Progress

from cli import views
from cli.chains import verify
from cli.client import RefusedError
from cli.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rich.console import Console

    from cli.client import Api

CHUNK = 500
"""Profiles that one request may hold."""
CHUNK_BYTES = 5_000_000
"""Of a request: API Gateway and Lambda take 6 MB."""
PAGE = 100
LONG_PAGE = 20
"""Of items that may each be 100 kB long: API Gateway's answers hold 10 MB, and Lambda's 6."""
CSV = "text/csv"
POLL_SECONDS = 0.5


class Operator:
    """An admin at a terminal.

    Args:
        api: where.
        token: an admin's.
        console: what is written to.
    """

    def __init__(self, api: Api, token: str, console: Console) -> None:
        self._api = api
        self._token = token
        self._console = console

    def import_profiles(self, path: Path) -> None:
        """Import a file of JSON Lines, a profile each, in portions of which each is all or none.

        Raises:
            CommandError: a line is no JSON, or the API refused a portion. What came before it is
                imported, and importing it again does no harm.
        """
        if not path.is_file():
            raise CommandError(f"there is no file {path}")
        imported = 0
        with Progress(console=self._console) as progress:
            bar = progress.add_task(path.name, total=path.stat().st_size)
            for lines, size in _portions(path):
                self._import(lines, imported)
                imported += len(lines)
                progress.update(bar, advance=size)
        self._console.print(f"{imported} profiles imported.")

    def _import(self, lines: list[tuple[int, Any]], imported: int) -> None:
        body = {"profiles": [profile for _, profile in lines]}
        try:
            self._call("POST", "/admin/profiles/import", body)
        except RefusedError as error:
            faults = error.problem.get("errors")
            if not faults:
                raise
            said = "\n".join(f"  {_place(fault, lines)}" for fault in faults)
            raise CommandError(
                f"{imported} profiles are imported, and none from line {lines[0][0]} on:\n{said}"
            ) from None

    def due(self) -> None:
        """Show the open jobs that are due for matching, oldest first."""
        jobs = list(self._pages("/admin/jobs/due-for-matching"))
        self._console.print(views.due(jobs) if jobs else "No job is due.")

    def match(self, job_id: str, *, patience: float) -> None:
        """Start a run of a job, or join the one that waits, and show how it ended.

        Raises:
            CommandError: it has not ended in time, or not well.
        """
        path = f"/jobs/{job_id}/matching-runs"
        before = self._latest_run(path)
        self._call("POST", path)
        deadline = time.monotonic() + patience
        with self._console.status("The job is being matched."):
            while (run := self._latest_run(path)) is None or run == before or _runs(run):
                if time.monotonic() > deadline:
                    raise CommandError(f"the run has not ended after {patience:.0f} seconds")
                time.sleep(POLL_SECONDS)
        self._console.print(views.run(run))
        if run["outcome"] != "completed":
            raise CommandError(f"the run ended as {run['outcome']}")

    def ranking(self, job_id: str, *, limit: int) -> None:
        """Show a job's best matches with their scores."""
        matches = []
        for match in self._pages(f"/jobs/{job_id}/matches"):
            matches.append(match)
            if len(matches) == limit:
                break
        job = self._call("GET", f"/jobs/{job_id}")
        self._console.print(views.ranking(job, matches))

    def explain(self, job_id: str, profile_id: str) -> None:
        """Show why a candidate is or is not among a job's matches."""
        path = f"/admin/jobs/{job_id}/candidates/{profile_id}/explanation"
        self._console.print(views.explanation(self._call("GET", path)))

    def verify(self, kept: Path | None) -> None:
        """Verify the decision log, and say which entry is the first that is broken.

        Args:
            kept: file with the last hashes of an earlier time, which must still be there; those of
                now are written to it.

        Raises:
            CommandError: an entry is broken.
        """
        before = json.loads(kept.read_text()) if kept and kept.is_file() else {}
        with self._console.status("The decision log is being read."):
            found = verify(self._pages("/admin/decisions", LONG_PAGE), before)
        if found.broken:
            job_id, number, reason = astuple(found.broken)
            raise CommandError(f"entry {number} of job {job_id} {reason}")
        if kept:
            kept.write_text(json.dumps(found.heads))
        shortened = f", {found.shortened} without their beginning" if found.shortened else ""
        self._console.print(
            f"{found.entries} entries in {len(found.heads)} chains{shortened}: none is broken."
        )

    def audit(
        self, days: Mapping[str, str | None], groups: Path | None, table: Path | None
    ) -> None:
        """Show what became of the candidates of a period, and of groups of them.

        Args:
            days: `from` and `to`, where they are not the API's own.
            groups: CSV file with a heading, `profileId,group`.
            table: CSV file to write, with all jobs.

        Raises:
            CommandError: the file with the groups can't be read, or the API refused something.
        """
        query = urlencode({name: day for name, day in days.items() if day})
        path = f"/admin/matching-audit?{query}"
        method, body = ("POST", {"groups": _groups(groups)}) if groups else ("GET", None)
        if table:
            table.write_text(self._api.call(method, path, self._token, body, accept=CSV))
            self._console.print(f"{table} is written.")
        else:
            self._console.print(views.audit(self._call(method, path, body)))

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
        raise CommandError(f"{path} is no CSV file with profileId,group: {error}") from None
    return [{"group": name, "profileIds": ids} for name, ids in groups.items()]


def _runs(run: dict[str, Any]) -> bool:
    return bool(run["outcome"] == "running")


def _portions(path: Path) -> Iterator[tuple[list[tuple[int, Any]], int]]:
    """Numbered lines of a file, as many as one request may hold, and how many bytes they are."""
    lines: list[tuple[int, Any]] = []
    size = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if lines and (len(lines) == CHUNK or size + len(line) > CHUNK_BYTES):
                yield lines, size
                lines, size = [], 0
            size += len(line)
            if line.strip():
                lines.append((number, _json(line, number)))
    if lines:
        yield lines, size


def _json(line: bytes, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise CommandError(f"line {number} is no JSON: {error}") from None


def _place(fault: dict[str, str], lines: list[tuple[int, Any]]) -> str:
    """A fault at `/profiles/3/name`, in the words of the file: the line, and where in it."""
    parts = fault["pointer"].split("/")
    match parts:
        case ["", "profiles", index, *rest] if index.isdecimal() and int(index) < len(lines):
            where = "/".join(["", *rest])
            return f"line {lines[int(index)][0]}{f', {where}' if where else ''}: {fault['message']}"
    return f"{fault['pointer'] or 'the file'}: {fault['message']}"
