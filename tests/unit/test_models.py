"""The relations, enums and base columns that the existing platform relies on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import DateTime, Uuid, inspect
from sqlalchemy.orm import RelationshipDirection

from jobmatch.models import (
    Base,
    Job,
    JobMatch,
    JobStatus,
    MatchingStatus,
    Profile,
    ProfileStatus,
    User,
    UserRole,
    all_tables,
)

if TYPE_CHECKING:
    from enum import StrEnum

ONE, MANY = RelationshipDirection.MANYTOONE, RelationshipDirection.ONETOMANY
COLUMNS = {
    "users": "id email role is_active created_at",
    "employer_profiles": "id user_id company_name corporate_domains created_at",
    "profiles": """
        id user_id name email status location specializations technical_domains created_at
        updated_at
    """,
    "jobs": """
        id employer_user_id title description status matching_status required_specializations
        preferred_specializations minimum_experience preferred_location required_bar
        required_technical_domains created_by created_at updated_at matched_at
    """,
    "job_matches": """
        id job_id profile_id overall_score subscores summary recommendation scored_at notified_at
    """,
}


@pytest.mark.parametrize(
    ("model", "name", "direction", "other", "column", "back"),
    [
        (Job, "employer", ONE, User, "jobs.employer_user_id", "jobs"),
        (Job, "creator", ONE, User, "jobs.created_by", None),
        (Job, "matches", MANY, JobMatch, "job_matches.job_id", "job"),
        (JobMatch, "job", ONE, Job, "job_matches.job_id", "matches"),
        (JobMatch, "profile", ONE, Profile, "job_matches.profile_id", "matches"),
        (User, "jobs", MANY, Job, "jobs.employer_user_id", "employer"),
        (Profile, "matches", MANY, JobMatch, "job_matches.profile_id", "profile"),
    ],
)
def test_relations(
    model: type[Base],
    name: str,
    direction: RelationshipDirection,
    other: type[Base],
    column: str,
    back: str | None,
) -> None:
    relation = inspect(model).relationships[name]
    assert (relation.direction, relation.mapper.class_) == (direction, other)
    pairs = [
        str(local if direction is ONE else remote) for local, remote in relation.local_remote_pairs
    ]
    assert pairs == [column]
    assert relation.back_populates == back


@pytest.mark.parametrize(
    ("enum", "name", "values"),
    [
        (JobStatus, "job_status", ["draft", "open", "closed", "archived"]),
        (MatchingStatus, "matching_status", ["pending", "running", "completed", "failed"]),
        (UserRole, "user_role", ["candidate", "employer", "admin"]),
        (ProfileStatus, "profile_status", ["pending_review", "active", "rejected"]),
    ],
)
def test_enums(enum: type[StrEnum], name: str, values: list[str]) -> None:
    assert [str(member) for member in enum] == values
    stored: Any = Base.type_annotation_map[enum]
    assert (stored.name, stored.enums) == (name, values)


@pytest.mark.parametrize(("table", "columns"), COLUMNS.items())
def test_the_marketplaces_columns_are_all_there(table: str, columns: str) -> None:
    found = all_tables().tables[table].columns
    assert set(columns.split()) <= set(found.keys())
    assert isinstance(found["id"].type, Uuid)
    default: Any = found["id"].server_default
    assert str(default.arg) == "gen_random_uuid()"


def test_every_time_has_a_time_zone() -> None:
    types = [column.type for table in all_tables().tables.values() for column in table.columns]
    times = [each for each in types if isinstance(each, DateTime)]
    assert len(times) > 10
    assert all(each.timezone for each in times)


@pytest.mark.parametrize(
    ("table", "name", "columns", "unique"),
    [
        ("jobs", "jobs_employer_idx", ["employer_user_id"], False),
        ("jobs", "jobs_status_idx", ["status"], False),
        ("job_matches", "job_matches_job_profile_idx", ["job_id", "profile_id"], True),
        ("job_matches", "job_matches_job_idx", ["job_id"], False),
        ("job_matches", "job_matches_profile_idx", ["profile_id"], False),
        ("job_matches", "job_matches_score_idx", ["job_id", "overall_score"], False),
    ],
)
def test_the_marketplaces_indexes(table: str, name: str, columns: list[str], unique: bool) -> None:
    (index,) = (each for each in all_tables().tables[table].indexes if each.name == name)
    assert ([column.name for column in index.columns], index.unique) == (columns, unique)


@pytest.mark.parametrize(
    ("column", "target", "on_delete"),
    [
        ("jobs.employer_user_id", "users.id", "CASCADE"),
        ("jobs.created_by", "users.id", None),
        ("job_matches.job_id", "jobs.id", "CASCADE"),
        ("job_matches.profile_id", "profiles.id", "CASCADE"),
        ("employer_profiles.user_id", "users.id", "CASCADE"),
        ("profiles.user_id", "users.id", "SET NULL"),
    ],
)
def test_what_goes_with_what_it_refers_to(column: str, target: str, on_delete: str | None) -> None:
    table, _, name = column.partition(".")
    (key,) = all_tables().tables[table].columns[name].foreign_keys
    assert (key.target_fullname, key.ondelete) == (target, on_delete)
