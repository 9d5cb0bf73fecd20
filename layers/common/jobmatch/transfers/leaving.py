"""An employer's data, line by line, as of one moment.

The employer's own file holds what they may see at present: a row about a candidate is in it where
the candidate is shown. What would tell that somebody is hidden is left out altogether: the chains,
counts of runs, and mails that named nobody in the end. The complete file has everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic.alias_generators import to_camel
from pydantic_core import to_json
from sqlalchemy import Integer, bindparam, case, cast, func, literal, null, select, text

from jobmatch.errors import ConflictError, NotFoundError
from jobmatch.models import (
    Decision,
    EmployerFeatures,
    EmployerProfile,
    ExpiredDecision,
    FoundMatch,
    Job,
    JobMatch,
    MatchDecision,
    MatchingRun,
    MatchingStatus,
    Notification,
    NotificationSettings,
    NotificationStatus,
    RunOutcome,
    ToldMatch,
    User,
    UserRole,
)
from jobmatch.permissions.predicates import is_current, is_shown, with_employer
from jobmatch.transfers import records
from jobmatch.transfers.records import FORMAT, OF_CANDIDATES, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from jobmatch.transfers.record_types import Record

PAGE = 1_000
"""How many rows are read at a time, of one job."""
_ENTRIES = 50
"""Likewise of entries of the log, which are up to a thousand times as long."""
NOTICES = {
    False: "This employer's data, as far as it tells of nobody whom they may not see at present.",
    True: "For the operator only: holds what the employer may not see. Never give it to them.",
}
_COUNTS = (
    *("passed", "kept", "scored", "reused", "failed"),
    *("asked", "input_tokens", "output_tokens", "failures"),
)
_JOB_ID, _AFTER = bindparam("job_id", type_=Job.id.type), "after"


@dataclass(frozen=True, eq=False)
class _Kind:
    """The rows of a job that become lines of one kind.

    Args:
        name: of the kind.
        record: what a line of it holds.
        table: where the rows are.
        order: the column by which they are ordered, unique within a job.
        which: a condition on them, for everybody.
        own: a further one, in the employer's own file.
        others: expressions of fields that are not columns.
        internal: fields that are null in the employer's own file.
    """

    name: str
    record: type[Record]
    table: Any
    order: Any
    which: tuple[ColumnElement[bool], ...] = ()
    own: tuple[ColumnElement[bool], ...] = ()
    others: tuple[tuple[str, Any], ...] = ()
    internal: tuple[str, ...] = ()
    page: int = PAGE

    @cache  # noqa: B019 - the kinds live as long as the process
    def statement(self, *, complete: bool, continued: bool) -> Select[*tuple[Any, ...]]:
        """A page of the rows of a job."""
        columns = _columns(
            self.table, self.record, dict(self.others), () if complete else self.internal
        )
        page = select(*columns).where(self.table.job_id == _JOB_ID, *self.which)
        if not complete:
            page = page.where(*self.own)
            if self.name in OF_CANDIDATES:
                page = with_employer(page.join(Job, Job.id == self.table.job_id)).where(
                    is_shown(profile_id=self.table.profile_id)
                )
        if continued:
            page = page.where(self.order > bindparam(_AFTER, type_=self.order.type))
        return page.order_by(self.order).limit(bindparam("limit", self.page, Integer))


def _columns(
    table: Any,
    record: type[Record],
    others: Mapping[str, Any],
    internal: tuple[str, ...] = (),
) -> list[Any]:
    names = [name for name in record.model_fields if name != "kind"]
    found = (
        null() if name in internal else others[name] if name in others else getattr(table, name)
        for name in names
    )
    return [column.label(name) for name, column in zip(names, found, strict=True)]


def _hex(column: Any) -> Any:
    return func.encode(column, "hex")


def _told_of_somebody_shown() -> ColumnElement[bool]:
    """Whether a mail told of a candidate who is shown: both are noted in one transaction."""
    told = with_employer(select(ToldMatch.job_id).join(Job, Job.id == ToldMatch.job_id)).where(
        ToldMatch.job_id == Notification.job_id,
        ToldMatch.notified_at == Notification.finished_at,
        is_shown(profile_id=ToldMatch.profile_id),
    )
    return told.exists()


_OF_JOBS = (
    _Kind("found", records.FoundRecord, FoundMatch, FoundMatch.profile_id),
    _Kind("told", records.ToldRecord, ToldMatch, ToldMatch.profile_id),
    # The hash in a fingerprint covers what an employer does not see.
    _Kind("match", records.MatchRecord, JobMatch, JobMatch.profile_id, internal=("fingerprint",)),
    _Kind("decision", records.DecisionRecord, MatchDecision, MatchDecision.profile_id),
    _Kind(
        "run",
        records.RunRecord,
        MatchingRun,
        MatchingRun.id,
        which=(MatchingRun.outcome != RunOutcome.RUNNING,),
        internal=("error", "entry_number", *_COUNTS),
    ),
    _Kind(
        "mail",
        records.MailRecord,
        Notification,
        Notification.id,
        which=(Notification.status != NotificationStatus.DUE,),
        own=(Notification.status == NotificationStatus.SENT, _told_of_somebody_shown()),
    ),
    _Kind(
        "expired",
        records.ExpiredRecord,
        ExpiredDecision,
        ExpiredDecision.number,
        others=(("hash", _hex(ExpiredDecision.hash)),),
    ),
    _Kind(
        "entry",
        records.EntryRecord,
        Decision,
        Decision.number,
        others=(
            ("decided", Decision.kind),
            ("previous", _hex(Decision.previous)),
            ("hash", _hex(Decision.hash)),
        ),
        page=_ENTRIES,
    ),
)


def export_employer(
    connection: Connection, employer_user_id: UUID, *, complete: bool, this_month: int
) -> Iterator[bytes]:
    """The lines of an employer's file; within a transaction that has done nothing yet.

    Args:
        connection: of that transaction.
        employer_user_id: whose data.
        complete: also what the employer may not see; for operators only.
        this_month: by which it is decided who is hidden.

    Raises:
        NotFoundError: there is no such employer.
        ConflictError: nobody can be shown to the employer until the company is indexed.
    """
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    lines = 1
    yield _line(
        {
            "format": FORMAT,
            "version": VERSION,
            "complete": complete,
            "notice": NOTICES[complete],
            "exportedAt": datetime.now(UTC),
        }
    )
    for kind, rows in _records(connection, employer_user_id, complete, this_month):
        for row in rows:
            lines += 1
            named = {to_camel(name): value for name, value in row._mapping.items()}
            yield _line({"kind": kind, **named})
    yield _line({"kind": "end", "lines": lines})


def _line(content: Mapping[str, Any]) -> bytes:
    return to_json(content) + b"\n"


def _records(
    connection: Connection, employer_user_id: UUID, complete: bool, this_month: int
) -> Iterator[tuple[str, Any]]:
    account = select(*_columns(User, records.EmployerRecord, {}))
    is_theirs = User.id == employer_user_id, User.role == UserRole.EMPLOYER
    found = connection.execute(account.where(*is_theirs)).all()
    if not found:
        raise NotFoundError("There is no such employer.")
    yield "employer", found
    is_mine = EmployerProfile.user_id == employer_user_id
    current = select(EmployerProfile.user_id).join(EmployerFeatures, is_current()).where(is_mine)
    company = select(*_columns(EmployerProfile, records.CompanyRecord, {})).where(is_mine)
    rows = connection.execute(company).all()
    if rows and not complete and connection.scalar(current) is None:
        raise ConflictError("The company is not indexed yet; the next schedule does it.")
    yield "company", rows
    settings = select(*_columns(NotificationSettings, records.SettingsRecord, {}))
    yield (
        "settings",
        connection.execute(settings.where(NotificationSettings.user_id == employer_user_id)).all(),
    )
    yield from _jobs(connection, employer_user_id, complete, this_month)


def _jobs(
    connection: Connection, employer_user_id: UUID, complete: bool, this_month: int
) -> Iterator[tuple[str, Any]]:
    pending = cast(MatchingStatus.PENDING, Job.matching_status.type)
    is_running = Job.matching_status == MatchingStatus.RUNNING
    status = case((is_running, pending), else_=Job.matching_status)
    others: dict[str, Any] = {"matching_status": status}
    internal: tuple[str, ...] = ()
    if not complete:
        # What admins alone see of matching: failures and due times tell of candidates, too.
        internal = ("last_error", "matching_retry_at", "matching_version")
        others |= {"matching_failures": literal(0), "matching_due_since": Job.created_at}
    columns = _columns(Job, records.JobRecord, others, internal)
    page = select(*columns).where(Job.employer_user_id == employer_user_id)
    page = page.order_by(Job.id).limit(PAGE)
    ids: list[UUID] = []
    while rows := connection.execute(page.where(Job.id > ids[-1]) if ids else page).all():
        ids += [row.id for row in rows]
        yield "job", rows
    for kind in _OF_JOBS:
        if complete or kind.name not in records.COMPLETE_ONLY:
            for job_id in ids:
                for rows in _pages(connection, kind, job_id, complete, this_month):
                    yield kind.name, rows


def _pages(
    connection: Connection, kind: _Kind, job_id: UUID, complete: bool, this_month: int
) -> Iterator[list[Row[*tuple[Any, ...]]]]:
    values: dict[str, Any] = {"job_id": job_id, "this_month": this_month}
    rows = connection.execute(kind.statement(complete=complete, continued=False), values).all()
    while rows:
        yield list(rows)
        if len(rows) < kind.page:
            return
        values[_AFTER] = rows[-1]._mapping[kind.order.key]
        rows = connection.execute(kind.statement(complete=complete, continued=True), values).all()
