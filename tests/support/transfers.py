"""An employer's data to a file, and from it into another database."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from jobmatch.careers.dates import this_month
from jobmatch.models import Profile, ProfileFeatures
from jobmatch.postgres import connect, transaction
from jobmatch.transfers.arriving import Imported, import_employer
from jobmatch.transfers.file_lines import read_lines
from jobmatch.transfers.leaving import export_employer
from tests.support.due import AGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

RETENTION = timedelta(days=1461)


@contextmanager
def using(url: str) -> Iterator[None]:
    """Let everything in this block use another database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        yield


def export_to(path: Path, employer: UUID, *, complete: bool) -> list[str]:
    """Write an employer's file; its lines."""
    with transaction() as connection:
        lines = export_employer(connection, employer, complete=complete, this_month=this_month())
        path.write_bytes(b"".join(lines))
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def import_from(path: Path, *, skip_unknown: bool = False) -> Imported:
    """Import an employer's file."""
    with transaction() as connection:
        return import_employer(
            connection,
            read_lines(path, retention=RETENTION),
            skip_unknown=skip_unknown,
            maximum_age=AGE,
        )


def copy_candidates(url: str) -> None:
    """Store the candidates of this database in another one, too."""
    with connect() as connection:
        rows = {
            table: [dict(row._mapping) for row in connection.execute(select(table.__table__))]
            for table in (Profile, ProfileFeatures)
        }
    with using(url), transaction() as connection:
        for table, values in rows.items():
            if values:
                connection.execute(
                    insert(table),
                    [value | {"user_id": None} for value in values] if table is Profile else values,
                )
