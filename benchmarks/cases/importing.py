"""Profiles imported, 500 at a time: in PostgreSQL alone, by our query, and over HTTP.

The tables are empty before each round, and have all their indexes.
"""

from __future__ import annotations

import json
import os
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import make_url, text

from benchmarks.floor import Floor
from benchmarks.report import Case, milliseconds
from benchmarks.results import QUICK
from jobmatch.careers.dates import this_month
from jobmatch.postgres import connect, engine, transaction
from jobmatch.profiles.service import put_profiles
from tests.support.capture import captured
from tests.support.long_tables import documents, sample
from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobmatch.profiles.schemas import Profile

PROFILES = 2_000 if QUICK else 10_000
BATCH = 500
CASE = f"import of {PROFILES:,} profiles"

Batches = list[dict[UUID, "Profile"]]

_COLUMNS = """
    profiles.id, name, email, profiles.status, profiles.location, profiles.specializations,
    profiles.technical_domains, bar_admissions, work_history, updated_at, indexed_at,
    indexed_version, profile_features.specializations AS f_specializations,
    profile_features.technical_domains AS f_technical_domains, bars,
    profile_features.location AS f_location, region, experience, gap_months, employers,
    employed_until, mail_domains
"""
_ROWS = f"SELECT {_COLUMNS} FROM profiles JOIN profile_features ON profile_id = profiles.id"  # noqa: S608 - our own text
_PROFILE = (
    "name, email, status, location, specializations, technical_domains, bar_admissions,"
    " work_history, updated_at, indexed_at, indexed_version"
)
_FEATURES = (
    "status, specializations, technical_domains, bars, location, region, experience, gap_months,"
    " employers, employed_until, mail_domains"
)


def _upsert(table: str, key: str, names: str, values: str) -> str:
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names.split(", "))
    return (
        f"INSERT INTO {table} ({key}, {names}) SELECT id, {values} FROM staging"  # noqa: S608 - our own text
        f" ON CONFLICT ({key}) DO UPDATE SET {replaced}"
    )


_MERGE = (
    _upsert("profiles", "id", _PROFILE, _PROFILE),
    _upsert(
        "profile_features",
        "profile_id",
        _FEATURES,
        "status, f_specializations, f_technical_domains, bars, f_location, region, experience,"
        " gap_months, employers, employed_until, mail_domains",
    ),
)


def cases(*, rounds: int = 5) -> Iterator[Case]:
    """Beside the rates that are wanted, and beside COPY and a merge of the same rows."""
    people = sample()
    batches: Batches = [
        {
            UUID(int=1 << 64 | number): people[number % len(people)]
            for number in range(start, start + BATCH)
        }
        for start in range(0, PROFILES, BATCH)
    ]
    statement, query, copied = _in_database(os.environ["DATABASE_URL"], batches, rounds)
    bare, whole = f"{CASE}, statements alone", f"{CASE}, features and query"
    yield Case(bare, statement, _time_at(5_000), "5,000 profiles/s", 1)
    yield Case(bare, statement, copied, "COPY and merge", 2)
    yield Case(whole, query, _time_at(5_000), "5,000 profiles/s")
    yield Case(whole, query, copied, "COPY and merge")
    yield Case(f"{CASE}, over HTTP", _over_http(rounds), _time_at(1_500), "1,500 profiles/s", 1)


def _time_at(rate: float) -> float:
    """How many milliseconds all of them may take at so many profiles a second."""
    return 1000 * PROFILES / rate


def _in_database(url: str, batches: Batches, rounds: int) -> list[float]:
    """The statements as they are sent, by the floor; the query function; and the peer."""

    def put() -> None:
        for batch in batches:
            with transaction() as connection:
                put_profiles(connection, batch, this_month=this_month(), aliases=None)

    empty()
    floor = Floor(url)
    statements = [floor.prepared(sql, values) for sql, values in captured(put)]

    def execute() -> None:
        for statement in statements:
            floor.execute("BEGIN")
            statement()
            floor.execute("COMMIT")

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as peer:
        copy = _copy(peer)
        try:
            return milliseconds(execute, put, copy, rounds=rounds, before=empty)
        finally:
            empty()
            floor.close()
            engine().dispose()


def _copy(peer: psycopg.Connection) -> Callable[[], None]:
    """COPY of what was just imported, with all that is computed, and one merge for each table."""
    with peer.cursor().copy(f"COPY ({_ROWS}) TO STDOUT") as rows:
        lines = b"".join(bytes(row) for row in rows)
    peer.execute(f"CREATE TEMP TABLE staging AS {_ROWS} WITH NO DATA")
    peer.commit()

    def copy() -> None:
        peer.execute("TRUNCATE staging")
        with peer.cursor().copy("COPY staging FROM STDIN") as staging:
            staging.write(lines)
        for merge in _MERGE:
            peer.execute(merge)
        peer.commit()

    return copy


def empty() -> None:
    """Without any candidate, and with nothing of an earlier round to clear away."""
    with connect() as connection:
        connection.execute(text("TRUNCATE profiles, profile_changes CASCADE"))


def _over_http(rounds: int) -> float:
    """One request after the other, as a client with a file would send them."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as system:
        token = system.token("--role", "admin")
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        bodies: list[bytes] = []

        def renew() -> None:
            people = documents()
            rows = [{**people[n % len(people)], "id": str(uuid4())} for n in range(PROFILES)]
            bodies[:] = [
                json.dumps({"profiles": rows[start : start + BATCH]}).encode()
                for start in range(0, PROFILES, BATCH)
            ]

        def send() -> None:
            for body in bodies:
                request = urllib.request.Request(
                    f"http://127.0.0.1:{system.port}/admin/profiles/import",
                    method="POST",
                    data=body,
                    headers=headers,
                )
                with urllib.request.urlopen(request) as response:  # noqa: S310 - our own server
                    answer: Any = json.loads(response.read())
                assert answer["imported"] == BATCH  # noqa: S101 - a refusal is quick

        (taken,) = milliseconds(send, rounds=rounds, before=renew)
        return taken
