"""Importing profiles from a file of JSON Lines, chunk by chunk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.progress import Progress

from cli.client import RefusedError
from cli.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rich.console import Console

    from cli.client import Api

CHUNK = 500
"""Most profiles in one request."""
CHUNK_BYTES = 5_000_000
"""Most bytes in one request: Lambda accepts 6 MB."""
_Lines = list[tuple[int, Any]]


def import_profiles(
    api: Api, token: str, path: Path, terminal: Console, *, each: bool, resumes: bool
) -> None:
    """Import a file of JSON Lines with one profile a line, in chunks.

    Args:
        api: the API to operate.
        token: an admin's token for it.
        path: the file.
        terminal: gets the output.
        each: import those of a chunk that have no faults, and name the others, instead of none.
        resumes: they are JSON Resumes; what of them found no place is shown.

    Raises:
        CommandError: a line is not JSON, or the API refused a chunk, of which nothing is imported
            then; the chunks before it are. Or, with `each`, some lines were refused. The file may
            be imported again.
    """
    imported = 0
    refused: list[str] = []
    with Progress(console=terminal) as progress:
        bar = progress.add_task(path.name, total=path.stat().st_size)
        for lines, size in _chunks(path):
            body = {
                "profiles": [profile for _, profile in lines],
                "mode": "each" if each else "all",
            }
            if resumes:
                body["format"] = "jsonresume"
            answer = _send(api, token, body, lines, imported)
            imported += answer["imported"]
            faults = (fault for one in answer.get("refused", ()) for fault in one["errors"])
            refused += _places(faults, lines)
            unmapped = answer.get("unmapped", ())
            for told in _places(unmapped, lines):
                terminal.print(told, markup=False, highlight=False)
            if more := answer.get("unmappedOmitted"):
                terminal.print(f"and {more} more of these {len(lines)} lines")
            progress.update(bar, advance=size)
    terminal.print(f"{imported} profiles imported.")
    if refused:
        listed = "".join(f"\n  {each}" for each in refused)
        raise CommandError(f"these were not imported:{listed}")


def _send(api: Api, token: str, body: Any, lines: _Lines, imported: int) -> Any:
    try:
        return api.call("POST", "/admin/profiles/import", token, body)
    except RefusedError as error:
        faults = error.problem.get("errors")
        if not faults:
            raise
        listed = "".join(f"\n  {place}" for place in _places(faults, lines))
        raise CommandError(
            f"{imported} profiles are imported, and none from line {lines[0][0]} on:{listed}"
        ) from None


def _chunks(path: Path) -> Iterator[tuple[_Lines, int]]:
    """Chunks of a file: its numbered JSON lines, as many as a request may hold, and their bytes."""
    lines: _Lines = []
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
        raise CommandError(f"line {number} is not JSON: {error}") from None


def _places(faults: Iterable[dict[str, str]], lines: _Lines) -> list[str]:
    return [_place(fault, lines) for fault in faults]


def _place(fault: dict[str, str], lines: _Lines) -> str:
    """An error at `/profiles/3/name` with its place in the file: the line, and where in it."""
    parts = fault["pointer"].split("/")
    match parts:
        case ["", "profiles", index, *rest] if index.isdecimal() and int(index) < len(lines):
            where = "/".join(["", *rest])
            return f"line {lines[int(index)][0]}{f', {where}' if where else ''}: {fault['message']}"
    return f"{fault['pointer'] or 'the file'}: {fault['message']}"
