"""Every bound of the API holds for those as well who write past it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, dialect
from sqlalchemy.exc import DBAPIError

from jobmatch.jobs import inputs as jobs
from jobmatch.matches import schemas as matches
from jobmatch.matches.service import insert_match
from jobmatch.models import (
    Base,
    EmployerProfile,
    IdempotencyKey,
    Job,
    JobMatch,
    NotificationSettings,
    Profile,
    User,
    all_tables,
)
from jobmatch.notifications import schemas as notifications
from jobmatch.operations import users
from jobmatch.profiles import schemas as profiles
from tests.support.postings import a_match, hire, post_job, put_candidates
from tests.support.trust import Section, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from sqlalchemy import Connection

Schema = dict[str, Any]

WRITTEN: dict[type[BaseModel], tuple[type[Base], ...]] = {
    jobs.JobCreate: (Job,),
    profiles.Profile: (Profile,),
    matches.MatchPut: (JobMatch,),
    notifications.NotificationPreferences: (NotificationSettings,),
    users.UserInput: (User, EmployerProfile),
}
"""Where what each wire model says is stored, in columns of the same names."""

REFUSALS = {"23502", "23514", "22001", "22P02"}
"""Null, against a check, too long, no value of an enum."""


class Edge(NamedTuple):
    """Two values of a column: the last that the API takes, and the first that it refuses."""

    table: type[Base]
    column: str
    bound: str
    inside: Any
    outside: Any


def plain(schema: Schema, shared: Schema) -> Schema:
    """A schema without references, and without the alternative null."""
    if "$ref" in schema:
        return plain(shared[schema["$ref"].rpartition("/")[2]], shared)
    if "anyOf" in schema:
        (one,) = (each for each in schema["anyOf"] if each.get("type") != "null")
        return plain({**one, **{key: schema[key] for key in schema if key != "anyOf"}}, shared)
    return schema


def sample(schema: Schema, shared: Schema) -> Any:
    schema = plain(schema, shared)
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: sample(schema["properties"][name], shared) for name in schema["required"]}
    samples: dict[str, Any] = {
        "string": "a@b" if "pattern" in schema else "x",
        "integer": 1,
        "boolean": True,
        "array": [],
    }
    return samples[schema["type"]]


def edges_of(schema: Schema, shared: Schema) -> Iterator[tuple[str, Any, Any]]:
    """Each bound of a schema, with a value inside and one outside of it."""
    schema = plain(schema, shared)
    usual = sample(schema, shared)
    if "enum" in schema:
        yield "enum", usual, "none of them"
    if schema.get("type") == "integer":
        yield "minimum", schema["minimum"], schema["minimum"] - 1
        yield "maximum", schema["maximum"], schema["maximum"] + 1
    if schema.get("type") == "string":
        yield from text_edges(schema, usual)
    if schema.get("type") == "array":
        yield from list_edges(schema, shared)
    if schema.get("type") == "object":
        yield from object_edges(schema, shared)


def text_edges(schema: Schema, usual: str) -> Iterator[tuple[str, Any, Any]]:
    if "pattern" in schema:
        yield "pattern", usual, "a@b@c"
    if "maxLength" in schema:
        longest = usual + "x" * (schema["maxLength"] - len(usual))
        yield "maxLength", longest, longest + "x"
    if "minLength" in schema:
        yield "minLength", usual, ""
        yield "blank", usual, " \t"


def list_edges(schema: Schema, shared: Schema) -> Iterator[tuple[str, Any, Any]]:
    item = sample(schema["items"], shared)
    yield "maxItems", [item] * schema["maxItems"], [item] * (schema["maxItems"] + 1)
    yield "null item", [item], [item, None]
    for bound, inside, outside in edges_of(schema["items"], shared):
        yield f"item {bound}", [inside], [item, outside]


def object_edges(schema: Schema, shared: Schema) -> Iterator[tuple[str, Any, Any]]:
    usual = sample(schema, shared)
    for name, member in schema["properties"].items():
        for bound, inside, outside in edges_of(member, shared):
            yield f"{name} {bound}", {**usual, name: inside}, {**usual, name: outside}
    for name in schema["required"]:
        yield f"{name} missing", usual, {key: usual[key] for key in usual if key != name}


def edges() -> Iterator[Edge]:
    """The bounds of all that is stored as it was sent."""
    for model, tables in WRITTEN.items():
        schema = model.model_json_schema()
        for name, member in schema["properties"].items():
            column = re.sub("[A-Z]", lambda upper: f"_{upper[0].lower()}", name)
            for table in tables:
                if column in table.__table__.columns:
                    for edge in edges_of(member, schema.get("$defs", {})):
                        yield Edge(table, column, *edge)
    yield Edge(IdempotencyKey, "key", "minLength", "x", "")
    yield Edge(IdempotencyKey, "key", "maxLength", "x" * 255, "x" * 256)


@pytest.fixture
def filled(connection: Connection) -> Connection:
    """One row in each table that the API writes."""
    employer = hire(connection, "Acme")
    (profile,) = put_candidates(connection, {})
    job = post_job(connection, employer, status="draft")
    insert_match(connection, a_match(job, profile))
    values = {"employer": employer, "job": job}
    connection.execute(
        text("INSERT INTO notification_settings (user_id) VALUES (:employer)"),
        {"employer": employer},
    )
    connection.execute(
        text("INSERT INTO idempotency_keys VALUES (:employer, 'k', '', :job, now())"), values
    )
    # Whose mail address is written, while the other ones' must stay their own.
    connection.execute(text("DELETE FROM users WHERE id <> :employer"), {"employer": employer})
    return connection


def refusal(connection: Connection, edge: Edge, value: Any) -> str | None:
    """PostgreSQL's code for why it refuses a value, past all our code; none if it is stored."""
    column = edge.table.__table__.columns[edge.column]
    kind = column.type.compile(dialect())  # type: ignore[no-untyped-call]
    if isinstance(value, dict) or isinstance(column.type, JSONB):
        value = json.dumps(value)
    items = value if isinstance(column.type, ARRAY) else [value]
    names = ", ".join(f":v{number}" for number in range(len(items)))
    given = f"ARRAY[{names}]" if isinstance(column.type, ARRAY) else names
    # A varchar would cut what is cast to it.
    cast = f"CAST({given} AS {'text' if kind.startswith('VARCHAR') else kind})"
    statement = text(f"UPDATE {column.table} SET {edge.column} = {cast}")  # noqa: S608 - our names
    try:
        with connection.begin_nested() as savepoint:
            connection.execute(statement, {f"v{number}": item for number, item in enumerate(items)})
            savepoint.rollback()
    except DBAPIError as error:
        return str(getattr(error.orig, "args", [{}])[0].get("C"))
    return None


def test_a_table_refuses_what_the_api_refuses(filled: Connection) -> None:
    faults = []
    tried = list(edges())
    for edge in tried:
        inside, outside = (refusal(filled, edge, value) for value in (edge.inside, edge.outside))
        if inside is not None or outside not in REFUSALS:
            faults.append((edge.table.__tablename__, edge.column, edge.bound, inside, outside))
    assert faults == []
    assert {edge.table for edge in tried} == {*sum(WRITTEN.values(), ()), IdempotencyKey}
    what = "A value at each bound of the API, and one beyond it, written past the API"
    found(Section.INPUT, what, 2 * len(tried), "PostgreSQL took the first and refused the second")


def test_the_models_name_every_check_and_each_is_validated(connection: Connection) -> None:
    named = {
        str(check.name)
        for table in all_tables().tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    there = connection.execute(
        text(
            "SELECT conname, convalidated FROM pg_constraint"
            " WHERE contype = 'c' AND connamespace = CAST('public' AS regnamespace)"
        )
    )
    assert {(name, valid) for name, valid in there} == {(name, True) for name in named}
