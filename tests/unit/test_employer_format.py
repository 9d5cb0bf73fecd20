"""The format of an employer's file: documented as it is, and nothing is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from pydantic.alias_generators import to_camel
from sqlalchemy import inspect

from jobmatch.models import (
    Base,
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
    all_tables,
)
from jobmatch.transfers.file_lines import LONGEST_LINE
from jobmatch.transfers.record_types import CLOCKS_DIFFER
from jobmatch.transfers.records import KINDS, VERSION, AnyRecord
from tests.support.paths import ROOT
from tests.unit.test_documents import table_after

if TYPE_CHECKING:
    from jobmatch.transfers.record_types import Record

PAGE = "leaving.md"
TABLES: dict[str, type[Base]] = {
    "employer": User,
    "company": EmployerProfile,
    "settings": NotificationSettings,
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
LEFT_OUT = {
    "employer": {"role"},  # it is employer
    "company": {"user_id"},
    "settings": {"user_id"},
    # Of the one employer; and of a run that goes on, which no worker elsewhere will end.
    "job": {
        *("employer_user_id", "matching_run_id", "matching_lease_until"),
        *("matching_demand", "matching_claimed_demand"),
    },
    "mail": {"lease_until"},
    "match": {"shown_from"},  # made from the candidate and the employer
    "entry": {"kind", "base"},  # is there as `decided`; is part of what `entry` says
}
OTHERS = {
    "candidate_keys": "the candidates'",
    "employer_features": "made from the company",
    "idempotency_keys": "expire within a day",
    "job_bounds": "made by the next full run",
    "job_features": "made from the job",
    "preview_counts": "expire within a day",
    "profile_changes": "about candidates",
    "profile_features": "about candidates",
    "profiles": "the candidates'",
    "reserves": "made by the next full run",
    "vocabulary_aliases": "the operator's",
    "webhook_events": "of webhooks, which are left out",
    "webhooks": "secrets and addresses are of the old installation",
}
"""Tables that an employer's file has nothing of, and why."""


def models() -> dict[str, type[Record]]:
    union, _ = get_args(AnyRecord)
    found: dict[str, type[Record]] = {}
    for model in get_args(union):
        (kind,) = get_args(model.model_fields["kind"].annotation)
        found[kind] = model
    return found


def test_every_kind_and_field_is_documented() -> None:
    rows = table_after(PAGE, "<!-- kinds and fields")
    documented = {
        row[0].strip("`"): [name.strip("` ") for name in row[2].split(",")] for row in rows
    }
    fields = {
        kind: [to_camel(name) for name in model.model_fields if name != "kind"]
        for kind, model in models().items()
    }
    assert documented == fields
    assert [*documented] == [*KINDS]


def test_the_numbers_are_documented() -> None:
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    assert f'"version":{VERSION},' in text
    assert f"over {LONGEST_LINE // 1_000_000} MB" in text
    assert f"by {CLOCKS_DIFFER.seconds // 60} minutes" in text


@pytest.mark.parametrize("kind", TABLES)
def test_every_column_is_in_the_file_or_left_out_for_a_reason(kind: str) -> None:
    columns = {column.key for column in inspect(TABLES[kind]).columns}
    fields = {name for name in models()[kind].model_fields if name not in ("kind", "decided")}
    assert fields == columns - LEFT_OUT.get(kind, set())


def test_every_table_is_in_the_file_or_left_out_for_a_reason() -> None:
    exported = {table.__tablename__ for table in TABLES.values()}
    assert exported | OTHERS.keys() == all_tables().tables.keys()
    assert exported.isdisjoint(OTHERS)
