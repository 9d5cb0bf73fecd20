"""Importing the jobs of an employer from the public JSON of a job board, one by one."""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cli.client import RefusedError
from cli.errors import CommandError
from jobmatch.boards.board_jobs import ASHBY, GREENHOUSE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.console import Console

    from cli.client import Api

MEDIA_TYPES = {"greenhouse": GREENHOUSE, "ashby": ASHBY}


def import_jobs(
    api: Api, token: str, path: Path, terminal: Console, *, board: str, employer: str, each: bool
) -> None:
    """Post every job of a board as a draft, and show what of it found no place.

    A job that the employer has already is passed over, so the file may be imported again.

    Args:
        api: the API to operate.
        token: an admin's token for it, or the employer's.
        path: the answer of the board.
        terminal: gets the output.
        board: one of `MEDIA_TYPES`.
        employer: the id of the employer.
        each: pass over jobs with faults, and name them at the end, instead of stopping there.

    Raises:
        CommandError: the file is not such an answer, or jobs were refused; the message has
            pointers into the file.
    """
    made, known, refused = 0, 0, list[str]()
    for number, job in enumerate(_jobs(path)):
        try:
            answer = api.call(
                "POST",
                f"/jobs?employerUserId={employer}",
                token,
                job,
                media_type=MEDIA_TYPES[board],
            )
        except RefusedError as error:
            if error.status == HTTPStatus.CONFLICT:
                known += 1
                print(f"/jobs/{number}: {error.problem.get('detail')}", file=sys.stderr)
                continue
            if not (faults := error.problem.get("errors")):
                raise
            refused += _told(faults, number)
            if not each:
                break
            continue
        made += 1
        for told in _told(answer["warnings"], number):
            terminal.print(told, markup=False, highlight=False, soft_wrap=True)
        if more := answer.get("warningsOmitted"):
            terminal.print(f"and {more} more of this job")
    terminal.print(f"{made} jobs are imported as drafts; {known} were there.")
    if refused:
        listed = "".join(f"\n  {one}" for one in refused)
        raise CommandError(f"these were not imported:{listed}")


def _jobs(path: Path) -> list[Any]:
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise CommandError(f"{path} is not JSON: {error}") from None
    jobs = document.get("jobs") if isinstance(document, dict) else None
    if not isinstance(jobs, list):
        raise CommandError("/jobs: must be the list of jobs of a job board")
    return jobs


def _told(messages: Iterable[dict[str, Any]], number: int) -> list[str]:
    """Warnings or faults of a job, by pointers into the file."""
    told = []
    for each in messages:
        like = f" (like: {', '.join(each['suggestions'])})" if each.get("suggestions") else ""
        told.append(f"/jobs/{number}{each['pointer']}: {each['message']}{like}")
    return told
