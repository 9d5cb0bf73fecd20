"""An employer's file: what leaves comes back elsewhere, and tells of nobody who is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import engine
from tests.support.paths import ROOT
from tests.support.rows import empty_tables
from tests.support.transfers import (
    Employers,
    copy_candidates,
    export_to,
    import_from,
    using,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("leaving")


@pytest.fixture(scope="module")
def second_database(server_url: str) -> Iterator[str]:
    """Another installation's database."""
    name = f"second_{uuid4().hex}"
    with using(server_url), engine().connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with using(url):
        upgrade(ROOT / "migrations", contract=True)
    yield url
    with using(url):
        engine().dispose()
    with using(server_url):
        with engine().connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine().dispose()


@pytest.fixture
def elsewhere(database: str, second_database: str) -> Iterator[str]:
    """The other database, emptied afterwards."""
    yield second_database
    with using(second_database):
        empty_tables()


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "own"])
def test_what_leaves_comes_back_line_for_line(
    elsewhere: str, tmp_path: Path, complete: bool
) -> None:
    for seed in range(10):
        made = Employers(seed)
        candidates = made.candidates(8)
        employer = made.employer(candidates)
        before = export_to(tmp_path / "before", employer, complete=complete)
        copy_candidates(elsewhere)
        with using(elsewhere):
            import_from(tmp_path / "before")
            after = export_to(tmp_path / "after", employer, complete=complete)
            empty_tables()
        empty_tables()
        assert after[1:] == before[1:]
