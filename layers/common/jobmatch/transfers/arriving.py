"""Storing an employer's file: all of it in one transaction, or nothing.

The rows of a new job are nobody else's to lock or to see before the commit, so only the account and
the candidates are locked here. Nothing is sent, and no job that was matched becomes due.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import JSON, LargeBinary, Text, bindparam, column, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from jobmatch.audit.kept import KeptChains
from jobmatch.errors import ConflictError
from jobmatch.jobs.concerned import index_job
from jobmatch.models import (
    Decision,
    EmployerProfile,
    ExpiredDecision,
    FoundMatch,
    Job,
    JobMatch,
    MatchDecision,
    MatchingRun,
    Notification,
    NotificationSettings,
    ToldMatch,
    User,
    UserRole,
)
from jobmatch.operations.users import index_employers
from jobmatch.permissions.locks import ids, share_lock_profiles
from jobmatch.rules.requirements import REQUIREMENTS
from jobmatch.transfers.records import OF_CANDIDATES
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta

    from sqlalchemy import Column, Connection, Insert

    from jobmatch.transfers.file_lines import Line
    from jobmatch.vocabulary.terms import Aliases

BATCH = 1_000
BATCH_BYTES = 4_000_000
"""Most lines and bytes that one statement stores."""
_TOLD = 20
"""How many numbers of lines are told."""
_TABLES: dict[str, Any] = {
    "job": Job,
    "found": FoundMatch,
    "told": ToldMatch,
    "match": JobMatch,
    "decision": MatchDecision,
    "run": MatchingRun,
    "mail": Notification,
    "expired": ExpiredDecision,
    "entry": Decision,
}
_RENAMED = {"decided": "kind"}


@dataclass(slots=True)
class Imported:
    """What an import has stored, by kind, and what it has not."""

    stored: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Rows about candidates who are not here, by kind; they are left out."""
    unknown_lines: list[int] = field(default_factory=list)
    posted_by_others: int = 0
    """Jobs that somebody has posted who is not a user here; the employer stands for them."""


def unknown_in_words(imported: Imported) -> str:
    """How many rows of each kind are about candidates who are not here, and where."""
    counts = ", ".join(f"{number} of {kind}" for kind, number in imported.unknown.items())
    lines = ", ".join(str(number) for number in imported.unknown_lines)
    more = " and more" if imported.unknown.total() > len(imported.unknown_lines) else ""
    return f"candidates are not here: {counts} (lines {lines}{more})"


def import_employer(
    connection: Connection,
    lines: Iterable[Line],
    *,
    skip_unknown: bool,
    maximum_age: timedelta,
    watch: Callable[[Line], None] = lambda _: None,
) -> Imported:
    """Store the records of a file; within a transaction, as the owner of the tables.

    Args:
        lines: as `read_lines` gives them.
        skip_unknown: leave out what is about candidates who are not here.
        maximum_age: of a completed matching; then the job is due again.
        watch: is called after each line has been taken.

    Raises:
        ConflictError: the employer or a row is here already, or candidates are not here.
        FaultyFileError: a line is faulty.
    """
    storing = _Storing(connection, maximum_age)
    for line in lines:
        storing.take(line)
        watch(line)
    storing.flush()
    if storing.imported.unknown and not skip_unknown:
        raise ConflictError(f"{unknown_in_words(storing.imported)}; nothing was imported.")
    return storing.imported


class _Storing:
    """Stores lines of one kind at a time, many in one statement."""

    def __init__(self, connection: Connection, maximum_age: timedelta) -> None:
        self.imported = Imported()
        self._connection = connection
        self._maximum_age = maximum_age
        self._waiting: list[Line] = []
        self._bytes = 0
        self._kept = KeptChains()
        self._employer: Any = None
        self._aliases: Aliases | None = None

    def take(self, line: Line) -> None:
        """Store a line, now or with those that follow."""
        kind = line.record.kind
        if self._waiting and (
            self._waiting[0].record.kind != kind
            or len(self._waiting) == BATCH
            or self._bytes + line.size > BATCH_BYTES
        ):
            self.flush()
        match kind:
            case "employer":
                self._employer = line.record
                _put_account(self._connection, line.record)
            case "company" | "settings":
                _put_own(self._connection, self._employer.id, line.record)
                # Before the first job is there, so that none becomes due.
                index_employers(self._connection, self._employer.id, maximum_age=self._maximum_age)
            case "end":
                self._kept.require_all()
                return
            case "expired" | "entry" if self._is_here(line.record):
                return
            case _:
                self._waiting.append(line)
                self._bytes += line.size
                return
        self.imported.stored[kind] += 1

    def _is_here(self, record: Any) -> bool:
        is_expired = record.kind == "expired"
        return self._kept.has(record.job_id, record.number, record.hash, expired=is_expired)

    def flush(self) -> None:
        """Store what waits."""
        lines, self._waiting, self._bytes = self._waiting, [], 0
        if not lines:
            return
        kind = lines[0].record.kind
        if kind in OF_CANDIDATES:
            lines = self._with_candidates(lines)
        if kind == "job":
            self._store_jobs(lines)
        elif lines:
            self._store(lines, [_row(line.record) for line in lines])

    def _with_candidates(self, lines: list[Line]) -> list[Line]:
        """Those whose candidates are here, who can't be deleted until the end."""
        # A deletion locks one candidate, and nothing of ours: it waits for us, never we for it.
        profile_ids = sorted({line.record.profile_id for line in lines})
        known = {*share_lock_profiles(self._connection, ids(profile_ids))}
        for line in lines:
            if line.record.profile_id not in known:
                self.imported.unknown[line.record.kind] += 1
                if len(self.imported.unknown_lines) < _TOLD:
                    self.imported.unknown_lines.append(line.number)
        return [line for line in lines if line.record.profile_id in known]

    def _store_jobs(self, lines: list[Line]) -> None:
        posted_by = {line.record.created_by for line in lines}
        known = {*self._connection.scalars(select(User.id).where(User.id.in_(ids([*posted_by]))))}
        rows = []
        for line in lines:
            row = _row(line.record) | {"employer_user_id": str(self._employer.id)}
            if line.record.created_by not in known:
                row["created_by"] = row["employer_user_id"]
                self.imported.posted_by_others += 1
            rows.append(row)
        self._store(lines, rows)
        self._kept.read(self._connection, [line.record.id for line in lines])
        if self._aliases is None:
            self._aliases = get_aliases(self._connection)
        for line in lines:
            required = line.record.model_dump(include=set(REQUIREMENTS))
            index_job(self._connection, line.record.id, required, self._aliases)

    def _store(self, lines: Sequence[Line], rows: list[dict[str, Any]]) -> None:
        kind = lines[0].record.kind
        stored = self._connection.execute(
            _insert(_TABLES[kind], tuple(rows[0])), {"rows": rows}
        ).rowcount
        if stored != len(rows):
            raise ConflictError(
                f"{len(rows) - stored} lines of the kind {kind} between lines {lines[0].number}"
                f" and {lines[-1].number} are here already, or another employer has their ids."
            )
        self.imported.stored[kind] += stored


def _row(record: Any) -> dict[str, Any]:
    """The columns of a record as JSON."""
    dumped = record.model_dump(mode="json", exclude={"kind"})
    if record.kind == "entry":
        # What the hash covers, so that nothing else can be said of it.
        dumped["base"] = from_json(record.entry).get("base")
    return {_RENAMED.get(name, name): value for name, value in dumped.items()}


def _is_bytes(column_: Column[Any]) -> bool:
    return isinstance(column_.type, LargeBinary)


@cache
def _insert(table: Any, names: tuple[str, ...]) -> Insert:
    """Insert the rows of a JSON array but those that are there; bytes come as hexadecimal text."""
    columns = table.__table__.c
    incoming = (
        func.json_to_recordset(bindparam("rows", type_=JSON))
        .table_valued(
            *(
                column(name, Text if _is_bytes(columns[name]) else columns[name].type)
                for name in names
            )
        )
        .render_derived(with_types=True)
    )
    values = (
        func.decode(incoming.c[name], "hex") if _is_bytes(columns[name]) else incoming.c[name]
        for name in names
    )
    return insert(table).from_select(list(names), select(*values)).on_conflict_do_nothing()


def _put_account(connection: Connection, record: Any) -> None:
    """Insert the user, or take the one who is here and has nothing yet; locked until the end."""
    values = {
        "id": record.id,
        "email": record.email,
        "role": UserRole.EMPLOYER,
        "is_active": record.is_active,
        "created_at": record.created_at,
    }
    is_new = connection.execute(insert(User).values(values).on_conflict_do_nothing()).rowcount
    this = User.id == record.id
    # Who posts a job for the employer waits for this lock.
    known = connection.execute(
        select(User.email, User.role).where(this).with_for_update()
    ).one_or_none()
    if known is None:
        raise ConflictError("The employer's address belongs to another user here.")
    if is_new:
        return
    if known.role is not UserRole.EMPLOYER:
        raise ConflictError(f"The employer is here already, as a user with the role {known.role}.")
    if known.email != record.email:
        raise ConflictError("The employer is here already, with another address.")
    if connection.scalar(select(exists().where(Job.employer_user_id == record.id))):
        raise ConflictError("The employer is here already, and has jobs.")
    # Whether the account is active is what the operator has made of it here.
    connection.execute(update(User).where(this).values(created_at=record.created_at))


def _put_own(connection: Connection, user_id: UUID, record: Any) -> None:
    """Put company or settings; the file's replace those of an employer without jobs."""
    is_company, others = record.kind == "company", EmployerProfile.user_id != user_id
    table: Any = EmployerProfile if is_company else NotificationSettings
    values = record.model_dump(exclude={"kind"})
    if is_company and connection.scalar(select(exists().where(table.id == record.id, others))):
        raise ConflictError("The company is another employer's here already.")
    # Who complained here must want mails again themselves.
    where = None if is_company else table.off_because.is_distinct_from("complaint")
    connection.execute(
        insert(table)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values, where=where)
    )
