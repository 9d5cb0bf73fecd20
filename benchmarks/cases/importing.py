"""Importing 10,000 profiles: the statements, the query function, and the API over HTTP."""

from __future__ import annotations

import json
import os
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from sqlalchemy import make_url, text

from benchmarks.capture import captured
from benchmarks.data import sample, sample_documents
from benchmarks.floor import Floor
from benchmarks.report import Case, milliseconds
from benchmarks.server import running
from jobmatch.database import engine, transaction
from jobmatch.models import Profile as ProfileRow
from jobmatch.models import ProfileFeatures
from jobmatch.queries.profiles import put_profiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.schemas.profiles import Profile

IMPORTED, BATCH = 10_000, 500
STATEMENT_RATE, HTTP_RATE = 5_000, 1_500
"""Profiles a second."""
_FIRST_ID = 2**100

Batches = list[dict[UUID, "Profile"]]


def cases(*, profiles: int = IMPORTED, rounds: int = 3) -> Iterator[Case]:
    """New profiles, put into tables that are as full as they are.

    A rate is stated as the time that it leaves for them all.
    """
    people = sample()
    batches = [
        {_id(n): people[n % len(people)] for n in range(start, start + BATCH)}
        for start in range(0, profiles, BATCH)
    ]
    url = os.environ["DATABASE_URL"]
    floor = Floor(url)
    statements = [
        floor.prepared(sql, values)
        for sql, values in captured(lambda: _put(batches))
        if "json_to_recordset" in sql
    ]

    def bare() -> None:
        for execute in statements:
            execute()

    with psycopg.connect(_libpq(url)) as connection:
        merge = _Merge(connection)
        ours, statement, merged = milliseconds(
            lambda: _put(batches), bare, merge.run, rounds=rounds, before=_remove
        )
    _remove()
    floor.close()
    engine().dispose()
    case = f"import of {profiles:,} profiles"
    rate = 1000 * profiles / STATEMENT_RATE
    yield Case(f"{case}, statements alone", statement, rate, f"{STATEMENT_RATE:,} a second", 1)
    yield Case(f"{case}, statements alone", statement, merged, "COPY and merge", 2)
    yield Case(f"{case}, features computed", ours, merged, "COPY and merge")
    rate = 1000 * profiles / HTTP_RATE
    yield Case(f"{case}, over HTTP", _over_http(profiles), rate, f"{HTTP_RATE:,} a second", 1)


def _id(number: int) -> UUID:
    return UUID(int=_FIRST_ID + number)


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _put(batches: Batches) -> None:
    for batch in batches:
        with transaction() as connection:
            put_profiles(connection, batch)


def _remove() -> None:
    with transaction() as connection:
        mine = {"first": _id(0), "last": _id(10 * IMPORTED)}
        connection.execute(text("DELETE FROM profiles WHERE id BETWEEN :first AND :last"), mine)
        connection.execute(text("TRUNCATE profile_changes"))


class _Merge:
    """The peer: the rows that are stored now, copied into staging tables and merged from there."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._rows = {}
        for table, key in ((ProfileRow, "id"), (ProfileFeatures, "profile_id")):
            name = table.__tablename__
            connection.execute(f"CREATE TEMP TABLE new_{name} (LIKE {name})")
            mine = f"{key} BETWEEN '{_id(0)}' AND '{_id(10 * IMPORTED)}'"
            with connection.cursor().copy(
                f"COPY (SELECT * FROM {name} WHERE {mine}) TO STDOUT"  # noqa: S608 - our own ids
            ) as copy:
                self._rows[name] = b"".join(bytes(block) for block in copy), key, table
        connection.commit()

    def run(self) -> None:
        """Copy and merge."""
        for name, (rows, key, table) in self._rows.items():
            with self._connection.cursor().copy(f"COPY new_{name} FROM STDIN") as copy:
                copy.write(rows)
            columns = [each.name for each in table.__table__.columns if each.name != key]
            replaced = ", ".join(f"{column} = excluded.{column}" for column in columns)
            self._connection.execute(
                f"INSERT INTO {name} SELECT * FROM new_{name}"  # noqa: S608 - names of ours
                f" ON CONFLICT ({key}) DO UPDATE SET {replaced}"
            )
            self._connection.execute(f"TRUNCATE new_{name}")
        self._connection.commit()


def _over_http(profiles: int) -> float:
    """Milliseconds of the import by a client of the one-machine runtime, request after request."""
    documents = sample_documents()
    bodies = []
    for start in range(0, profiles, BATCH):
        numbers = range(start, start + BATCH)
        batch = [{**documents[n % len(documents)], "id": str(_id(n))} for n in numbers]
        bodies.append(json.dumps({"profiles": batch}).encode())
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as (url, token):
        start_time = time.perf_counter()
        for body in bodies:
            _post(f"{url}/admin/profiles/import", body, token)
        return 1000 * (time.perf_counter() - start_time)


def _post(url: str, body: bytes, token: str) -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        answer.read()
