"""A setting that makes no sense fails a call before it has written anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from jobmatch.errors import FunctionFailedError
from jobmatch.postgres import connect
from tests.support.functions import invoke
from tests.support.matrix import MATRIX, Place, use
from tests.support.paths import ROOT
from tests.support.rows import all_rows, nothing_written
from tests.support.running import dispatch

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.mark.parametrize("setting", ["MATCHING_MAXIMUM_AGE_DAYS", "MATCH_SCORER", "MATCHING_LIMIT"])
def test_a_request_that_a_wrong_setting_fails_has_written_nothing(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    place = Place.create(api, people)
    monkeypatch.setenv(setting, "seven")
    failed = []
    for route in MATRIX:
        before = all_rows()
        if use(api, route, place, by=people.admin).status == 500:
            assert all_rows() == before, route
            failed.append(route)
    assert failed


def test_a_schedule_that_a_wrong_setting_fails_has_written_nothing(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    Place.create(api, people)
    monkeypatch.setenv("MATCHING_MAXIMUM_AGE_DAYS", "seven")
    with nothing_written(), pytest.raises(FunctionFailedError, match="ConfigurationError"):
        dispatch()


@pytest.mark.usefixtures("own_database")
def test_a_migration_that_a_wrong_setting_fails_has_written_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    monkeypatch.setenv("DECISION_RETENTION_DAYS", "four years")
    with pytest.raises(FunctionFailedError, match="ConfigurationError"):
        invoke("migrate_database", {})
    with connect() as connection:
        tables = connection.scalar(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        )
    assert tables == 0
