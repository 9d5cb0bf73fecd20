"""The commands about the system's own state: why a job waits, dead letters, log, upkeep."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cli import dead_letters, logs, views
from cli.errors import CommandError, WrongOptionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from cli.dead_letters import Letter
    from cli.place import Place

Rows = list[tuple[str, str]]


def why(place: Place, job_id: str, terminal: Console) -> None:
    """Show why a job is or is not matched, with its queue and what the log says last about it."""
    state = place.call("GET", f"/admin/jobs/{job_id}/matching")
    rows = _of_job(state)
    rows += [("Queue", text) for text in _of_queues(place, job_id)]
    mail = state["lastMail"]
    about = [job_id] if mail is None or mail["status"] == "sent" else [job_id, mail["id"]]
    rows += [("Log", text) for id_ in about for text in _of_log(place, id_)]
    terminal.print(views.facts(f"Job {job_id}", rows))


def _of_job(state: dict[str, Any]) -> Rows:
    status = f"{state['status']}, {state['matchingStatus']}{_since(state['since'])}"
    rows = [("State", status), ("Why", state["explanation"])]
    if state["lastError"]:
        rows.append(("Last failure", state["lastError"]))
    rows += [("Not readable", text) for text in state["unread"]]
    if state["failures"]:
        rows.append(("Failures", f"{state['failures']} in a row"))
    rows.append(("Next try", _next_try(state)))
    if state["leaseUntil"]:
        rows.append(("Lease", f"until {state['leaseUntil']}"))
    if state["isDue"] and state["profilesNotIndexed"]:
        rows.append(("Not indexed", f"{state['profilesNotIndexed']} profiles"))
    if run := state["lastRun"]:
        error = f": {run['error']}" if run["error"] else ""
        rows.append(("Last run", f"{run['outcome']}, started {run['startedAt']}{error}"))
    if mail := state["lastMail"]:
        when = f", next try from {mail['dueAt']}" if mail["status"] == "due" else ""
        rows.append(
            ("Last mail", f"{mail['status']}, {mail['attempts']} attempts{when} (id {mail['id']})")
        )
    return rows


def _since(since: str | None) -> str:
    if since is None:
        return ""
    age = datetime.now(UTC) - datetime.fromisoformat(since)
    return f" since {since} ({str(age).partition('.')[0]} ago)"


def _next_try(state: dict[str, Any]) -> str:
    if state["isDue"]:
        return "now"
    return f"from {state['nextTryAt']}" if state["nextTryAt"] else "none"


def _of_queues(place: Place, job_id: str) -> list[str]:
    if not place.has_queues:
        return ["not shown: name the stack with --stack"]
    try:
        waiting, in_flight = dead_letters.depth(place, "matching")
        letters = dead_letters.find(place, "matching")
    except CommandError as error:
        return [str(error)]
    own = sum(letter.job_id == job_id for letter in letters)
    dead = f"{len(letters)} dead letters, {own} of them of this job"
    return [f"{waiting} messages wait, {in_flight} are being handled; {dead}"]


def _of_log(place: Place, id_: str) -> list[str]:
    if not place.has_queues:
        return []
    try:
        failure = logs.last_failure(place.log, id_)
    except CommandError as error:
        return [str(error)]
    return [failure] if failure else []


def dead(
    place: Place, action: str, letter_id: str | None, terminal: Console, *, every: bool
) -> None:
    """List, retry or drop dead letters.

    Args:
        place: whose.
        action: "list", "retry" or "drop".
        letter_id: of one of them; None for all of them.
        terminal: gets the output.
        every: whether all are meant, which retry and drop ask for.

    Raises:
        CommandError: there is no such letter, or some could not be retried.
    """
    if action != "list" and bool(letter_id) == every:
        raise WrongOptionError(f"dead {action} needs the id of one dead letter, or --all")
    letters = dead_letters.find(place)
    if letter_id:
        letters = [letter for letter in letters if letter.id == letter_id]
        if not letters:
            raise CommandError(f"there is no dead letter {letter_id}")
    if action == "list":
        terminal.print(views.dead_letters(letters) if letters else "There is no dead letter.")
        return
    _each(place, action, letters, terminal)


def _each(place: Place, action: str, letters: Sequence[Letter], terminal: Console) -> None:
    left = 0
    for letter in letters:
        try:
            done = (
                dead_letters.retry(place, letter)
                if action == "retry"
                else dead_letters.drop(place, letter)
            )
            terminal.print(f"{letter.id}: {done}", markup=False, soft_wrap=True)
        except CommandError as error:
            left += 1
            print(f"{letter.id}: {error}", file=sys.stderr)
    if left:
        raise CommandError(f"{left} of {len(letters)} dead letters are left")


def show_logs(
    place: Place, file: Path | None, sought: str | None, *, level: str, limit: int, hours: int
) -> None:
    """Print log lines in words, oldest first."""
    log = logs.FileLog(file) if file else place.log
    lines = logs.newest(logs.lines_about(log, sought, level=level, hours=hours), limit)
    if sought and not lines:
        raise CommandError(f"no line of level {level} or above has the id {sought}")
    for line in lines:
        print(line)


def reindex(place: Place, terminal: Console, *, every: bool) -> None:
    """Index profiles, call by call, until none is left.

    Raises:
        CommandError: some profiles can't be indexed; the message names up to a hundred.
    """
    indexed, unreadable, named = 0, 0, list[str]()
    payload: dict[str, Any] = {"all": every}
    while True:
        result = place.invoke("reindex_profiles", payload)
        indexed += result["reindexed"]
        unreadable += result["unreadable"]
        named += result["unreadableIds"]
        if result["after"] is None:
            break
        terminal.print(f"{indexed} profiles are indexed, {result['remaining']} remain.")
        payload["after"] = result["after"]
    terminal.print(f"{indexed} profiles are indexed.")
    if unreadable:
        listed = ", ".join(named[:100])
        raise CommandError(f"{unreadable} profiles break the API's rules: {listed}")


def purge(place: Place, terminal: Console) -> None:
    """Delete history that is older than its retention, call by call, and show the counts."""
    deleted: dict[str, int] = {}
    is_complete = False
    while not is_complete:
        result = place.invoke("purge_history", {})
        is_complete = result.pop("isComplete")
        deleted = {table: deleted.get(table, 0) + count for table, count in result.items()}
    terminal.print(views.facts("Deleted rows", [(name, str(n)) for name, n in deleted.items()]))
