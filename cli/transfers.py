"""An employer's data to a file, and such a file into this system, over a database connection.

Not through the API: a file is as of one moment and stored at once, and may be larger than any
request.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.progress import Progress

from cli.errors import CommandError, NotReachedError
from local.errors import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from rich.console import Console

    from cli.place import Place

_DENIED, _AWAY = "42501", ("08", "57P")
"""SQLSTATE: a right is missing; beginnings of those of a connection that failed."""


def export_employer(
    place: Place, employer: UUID, path: Path, terminal: Console, *, complete: bool
) -> None:
    """Write an employer's file, which is there when it is whole.

    Args:
        place: whose database.
        employer: the id of the employer.
        path: the file.
        terminal: gets the output.
        complete: also what the employer may not see; for the operator only.

    Raises:
        CommandError: there is no such employer, or the database refused.
    """
    with _database(place):
        from jobmatch.careers.dates import this_month  # noqa: PLC0415 - see `_database`
        from jobmatch.postgres import transaction  # noqa: PLC0415
        from jobmatch.transfers import leaving  # noqa: PLC0415

        part = path.with_name(f"{path.name}.part")
        lines = 0
        part.unlink(missing_ok=True)
        try:
            # For nobody else on this machine.
            with (
                open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file,
                transaction() as connection,
            ):
                for line in leaving.export_employer(
                    connection, employer, complete=complete, this_month=this_month()
                ):
                    file.write(line)
                    lines += 1
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    terminal.print(f"{lines} lines are written to {path}.", markup=False, soft_wrap=True)
    if complete:
        terminal.print("They hold what the employer may not see: never give them the file.")


def import_employer(place: Place, path: Path, terminal: Console, *, skip_unknown: bool) -> None:
    """Import an employer's file: all of it, or nothing.

    The file is read twice: first to find what is wrong with it, then to store it.

    Args:
        place: into whose database.
        path: the file.
        terminal: gets the output.
        skip_unknown: leave out what is about candidates who are not here.

    Raises:
        CommandError: a line is faulty, the employer is here already, candidates are not here, or
            the database refused; nothing is imported then.
    """
    with _database(place):
        from jobmatch.audit.queries import decision_retention  # noqa: PLC0415
        from jobmatch.config import settings  # noqa: PLC0415
        from jobmatch.postgres import connect, transaction  # noqa: PLC0415
        from jobmatch.transfers import arriving  # noqa: PLC0415
        from jobmatch.transfers.file_lines import read_lines  # noqa: PLC0415

        with connect() as connection:
            retention = decision_retention(connection)
        with Progress(console=terminal) as progress:
            bar = progress.add_task(path.name, total=2 * path.stat().st_size)

            def watch(line: Any) -> None:
                progress.update(bar, advance=line.size)

            for line in read_lines(path, retention=retention):
                watch(line)
            with transaction() as connection:
                imported = arriving.import_employer(
                    connection,
                    read_lines(path, retention=retention),
                    skip_unknown=skip_unknown,
                    maximum_age=settings().matching_maximum_age,
                    watch=watch,
                )
    counts = ", ".join(f"{number} of {kind}" for kind, number in imported.stored.items())
    terminal.print(f"Imported: {counts}.", markup=False, soft_wrap=True)
    if imported.unknown:
        told = arriving.unknown_in_words(imported)
        terminal.print(f"Left out, because {told}.", markup=False, soft_wrap=True)
    if imported.posted_by_others:
        terminal.print(
            f"Who posted {imported.posted_by_others} of the jobs is not a user here;"
            " they are noted as posted by the employer.",
            soft_wrap=True,
        )


@contextmanager
def _database(place: Place) -> Iterator[None]:
    """Let the project's code use the place's database, and turn its errors into ours.

    What reads the settings is imported within: a process reads them once.
    """
    place.use_database()
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # noqa: PLC0415 - it takes long

    from jobmatch.errors import ConfigurationError, JobmatchError, sqlstate  # noqa: PLC0415
    from jobmatch.transfers.file_lines import FaultyFileError  # noqa: PLC0415

    try:
        yield
    except (FaultyFileError, JobmatchError, ConfigurationError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(str(error)) from None
    except SQLAlchemyError as error:
        state = sqlstate(error) or ""
        said = f"the database refused: {in_words(error)}"
        if state == _DENIED:
            raise CommandError(f"{said}; connect as jobmatch_migrator") from None
        if isinstance(error, DBAPIError) and (not state or state.startswith(_AWAY)):
            raise NotReachedError(f"the database was not reached: {in_words(error)}") from None
        raise CommandError(said) from None
