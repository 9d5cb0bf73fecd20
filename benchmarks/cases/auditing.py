"""What an auditor waits for: the counts of many rankings, for groups of candidates."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from benchmarks.floor import Floor
from benchmarks.report import Case, milliseconds
from jobmatch.audit.schemas import GroupsToCount, Period
from jobmatch.models import ProfileFeatures, UserRole
from jobmatch.postgres import connect
from jobmatch.rankings.periods import MOST
from jobmatch.rankings.service import audit_matching
from local.events import http_event
from tests.support.capture import captured
from tests.support.functions import invoke
from tests.support.people import add_user
from tests.support.rows import as_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

CANDIDATES = 10_000
LEAVE = text("""
WITH others AS (
    SELECT DISTINCT job_id FROM decisions ORDER BY job_id OFFSET :most
), run AS (
    DELETE FROM matching_runs WHERE job_id IN (SELECT job_id FROM others)
)
DELETE FROM decisions WHERE job_id IN (SELECT job_id FROM others)
""")


def cases(*, rounds: int = 3) -> Iterator[Case]:
    """The whole handler, beside its statements alone, over the rankings that are logged."""
    with as_owner() as connection:  # the log refuses deletion
        connection.execute(LEAVE, {"most": MOST})
    with connect() as connection:
        rankings = connection.scalar(text("SELECT count(DISTINCT job_id) FROM decisions"))
        ids = [*map(str, connection.scalars(select(ProfileFeatures.profile_id).limit(CANDIDATES)))]
        admin = add_user(connection, UserRole.ADMIN)
    groups = [{"group": str(n), "profileIds": ids[n::4]} for n in range(4)]
    claims = {"sub": str(admin), "cognito:groups": ["admin"]}
    body = json.dumps({"groups": groups})
    event = http_event("POST", "/admin/matching-audit", claims=claims, body=body)
    audit = partial(_audit, GroupsToCount.model_validate_json(body))
    floor = Floor(os.environ["DATABASE_URL"])
    bare = [floor.once(sql, values) for sql, values in captured(audit)]

    def alone() -> None:
        for execute in bare:
            execute()

    ours, theirs = milliseconds(partial(invoke, "get_group_audit", event), alone, rounds=rounds)
    floor.close()
    case = f"matching audit, {rankings:,} rankings, {len(ids):,} candidates in groups"
    yield Case(case, ours, theirs, "floor: its statements")


def _audit(groups: GroupsToCount) -> Any:
    today = datetime.now(UTC).date()
    with connect() as connection:
        return audit_matching(connection, Period(today, today), groups.groups)
