"""The server that is measured: an embedded PostgreSQL in a temporary folder."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import ROOT
from benchmarks.settings import environment
from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import engine
from local.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def serving(*settings: str) -> Iterator[EmbeddedPostgres]:
    """A migrated database, named by DATABASE_URL; settings are written as in PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            for setting in settings:
                server.query(f"ALTER SYSTEM SET {setting}")
            if settings:
                server.stop()
                server.start()
            with environment(DATABASE_URL=server.url()):
                upgrade(ROOT / "migrations")
                yield server
                engine().dispose()
        finally:
            server.stop()
