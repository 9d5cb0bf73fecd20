"""The runs that take up changes, as rows of the history of their jobs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, Uuid, bindparam, cast, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSON

from jobmatch.models import MatchingRun, RunOutcome
from jobmatch.rules.rubric import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Insert

    from jobmatch.shortlists.storing import Change

BY_RUBRIC: dict[str, Any] = {"scorer": "rubric", "model_id": None, "prompt_version": None}


def note_runs(
    connection: Connection,
    changes: Sequence[tuple[Change, Mapping[str, int]]],
    numbers: Sequence[int],
) -> None:
    """Note the runs that took up changes, with the numbers of their entries in the log."""
    runs = [
        {"id": str(change.run_id), "job_id": str(change.job_id), "entry_number": number, **counts}
        for (change, counts), number in zip(changes, numbers, strict=True)
    ]
    version = changes[0][0].facts["vocabularyVersion"]
    connection.execute(_insert_runs(), {"runs": runs, "vocabulary_version": version})


@cache
def _insert_runs() -> Insert:
    numbers = ("entry_number", "passed", "kept", "scored", "reused")
    given = (
        func.json_to_recordset(bindparam("runs", type_=JSON))
        .table_valued(
            *(column(name, Uuid) for name in ("id", "job_id")),
            *(column(name, Integer) for name in numbers),
        )
        .render_derived(with_types=True)
    )
    same = {
        **BY_RUBRIC,
        "outcome": RunOutcome.COMPLETED,
        "takes_up": True,
        "rubric_version": VERSION,
        "failed": 0,
    }
    values: dict[str, Any] = {
        name: cast(value, getattr(MatchingRun, name).type) for name, value in same.items()
    }
    values["vocabulary_version"] = bindparam("vocabulary_version", type_=Text)
    times = dict.fromkeys(("started_at", "finished_at"), func.clock_timestamp())
    names = [*given.c.keys(), *values, *times]
    return insert(MatchingRun).from_select(
        names, select(*given.c, *values.values(), *times.values())
    )
