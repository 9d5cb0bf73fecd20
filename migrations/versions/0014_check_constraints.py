"""Have the tables refuse what the API refuses, whoever writes.

What is there already must be right before anything is changed: a row that breaks a check could no
longer be updated at all. The next migration validates.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from jobmatch.errors import ConflictError

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
phase = "expand"

# A null argument gives null, which a check lets pass. In PL/pgSQL, because a function in SQL that
# looks into a list takes several times as long.
FUNCTIONS = {
    "is_text(value text, most integer)": r"""
        BEGIN
            RETURN length(value) <= most AND value ~ '\S';
        END
    """,
    "are_texts(list text[], entries integer, most integer)": r"""
        DECLARE
            entry text;
        BEGIN
            IF array_ndims(list) > 1 OR cardinality(list) > entries THEN
                RETURN false;
            END IF;
            FOREACH entry IN ARRAY list LOOP
                IF entry IS NULL OR length(entry) > most OR entry !~ '\S' THEN
                    RETURN false;
                END IF;
            END LOOP;
            RETURN true;
        END
    """,
    "are_bar_admissions(list jsonb)": r"""
        DECLARE
            entry jsonb;
        BEGIN
            IF jsonb_typeof(list) <> 'array' OR jsonb_array_length(list) > 100 THEN
                RETURN false;
            END IF;
            FOR entry IN SELECT jsonb_array_elements(list) LOOP
                IF jsonb_typeof(entry -> 'jurisdiction') IS DISTINCT FROM 'string'
                    OR length(entry ->> 'jurisdiction') > 255
                    OR entry ->> 'jurisdiction' !~ '\S'
                    OR coalesce(jsonb_typeof(entry -> 'year'), 'null') NOT IN ('number', 'null')
                    OR entry ->> 'year' !~ '^[1-9][0-9]{0,3}$'
                    OR coalesce(jsonb_typeof(entry -> 'status'), 'null') NOT IN ('string', 'null')
                    OR length(entry ->> 'status') > 255
                THEN
                    RETURN false;
                END IF;
            END LOOP;
            RETURN true;
        END
    """,
    "are_positions(list jsonb)": r"""
        DECLARE
            entry jsonb;
        BEGIN
            IF jsonb_typeof(list) <> 'array' OR jsonb_array_length(list) > 100 THEN
                RETURN false;
            END IF;
            FOR entry IN SELECT jsonb_array_elements(list) LOOP
                IF jsonb_typeof(entry -> 'employer') IS DISTINCT FROM 'string'
                    OR length(entry ->> 'employer') > 255
                    OR entry ->> 'employer' !~ '\S'
                    OR jsonb_typeof(entry -> 'title') IS DISTINCT FROM 'string'
                    OR length(entry ->> 'title') > 255
                    OR entry ->> 'title' !~ '\S'
                    OR coalesce(jsonb_typeof(entry -> 'startDate'), 'null')
                        NOT IN ('string', 'null')
                    OR length(entry ->> 'startDate') > 40
                    OR coalesce(jsonb_typeof(entry -> 'endDate'), 'null') NOT IN ('string', 'null')
                    OR length(entry ->> 'endDate') > 40
                    OR coalesce(jsonb_typeof(entry -> 'description'), 'null')
                        NOT IN ('string', 'null')
                    OR length(entry ->> 'description') > 5000
                THEN
                    RETURN false;
                END IF;
            END LOOP;
            RETURN true;
        END
    """,
    "are_subscores(value text)": r"""
        DECLARE
            document jsonb := value;
            dimension text;
        BEGIN
            FOREACH dimension IN ARRAY ARRAY[
                'specializationMatch', 'experienceFit', 'technicalBackground', 'locationMatch',
                'barAdmissions'
            ] LOOP
                IF jsonb_typeof(document -> dimension -> 'score') IS DISTINCT FROM 'number'
                    OR document -> dimension ->> 'score' !~ '^(100|[1-9]?[0-9])$'
                    OR jsonb_typeof(document -> dimension -> 'explanation')
                        IS DISTINCT FROM 'string'
                    OR length(document -> dimension ->> 'explanation') > 2000
                THEN
                    RETURN false;
                END IF;
            END LOOP;
            RETURN true;
        END
    """,
}
CHECKS = {
    "users": {"email": "email ~ '^[^@]+@[^@]+$'"},
    "employer_profiles": {
        "company_name": "is_text(company_name, 255)",
        "corporate_domains": "are_texts(corporate_domains, 100, 255)",
    },
    "profiles": {
        "name": "is_text(name, 255)",
        "email": "email ~ '^[^@]+@[^@]+$'",
        "specializations": "are_texts(specializations, 50, 100)",
        "technical_domains": "are_texts(technical_domains, 50, 100)",
        "bar_admissions": "are_bar_admissions(bar_admissions)",
        "work_history": "are_positions(work_history)",
    },
    "jobs": {
        "title": "is_text(title, 255)",
        "description": "length(description) <= 20000",
        "minimum_experience": "minimum_experience BETWEEN 0 AND 60",
        "required_specializations": "are_texts(required_specializations, 50, 100)",
        "preferred_specializations": "are_texts(preferred_specializations, 50, 100)",
        "required_bar": "are_texts(required_bar, 50, 100)",
        "required_technical_domains": "are_texts(required_technical_domains, 50, 100)",
    },
    "job_matches": {
        "overall_score": "overall_score BETWEEN 0 AND 100",
        "summary": "length(summary) <= 5000",
        "recommendation": "recommendation IN"
        " ('Strong Match', 'Good Match', 'Partial Match', 'Weak Match')",
        "subscores": "are_subscores(subscores)",
    },
    "idempotency_keys": {"key": "key <> ''"},
}

# Alembic had put the table's name in front once more.
MISNAMED = {
    ("jobs", "version"): "jobs_jobs_version_check_check",
    ("notification_settings", "threshold"): (
        "notification_settings_notification_settings_threshold_c_deb8"
    ),
}


def upgrade() -> None:
    for signature, body in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {signature} RETURNS boolean"
            f" LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $${body}$$"
        )
    broken = {
        f"{table}_{name}_check": rows
        for table, checks in CHECKS.items()
        for name, check in checks.items()
        if (rows := _breaking(table, check))
    }
    if broken:
        first = "; ".join(f"{name}: {', '.join(rows)}" for name, rows in broken.items())
        raise ConflictError(
            f"Rows break checks, so nothing was changed. The first of each: {first}"
        )
    for table, checks in CHECKS.items():
        added = ", ".join(
            f"ADD CONSTRAINT {table}_{name}_check CHECK ({check}) NOT VALID"
            for name, check in checks.items()
        )
        op.execute(f"ALTER TABLE {table} {added}")
    for (table, name), misnamed in MISNAMED.items():
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {misnamed} TO {table}_{name}_check")


def _breaking(table: str, check: str) -> list[str]:
    key: sa.ColumnClause[Any] = sa.column("job_id" if table == "idempotency_keys" else "id")
    broken = sa.select(sa.cast(key, sa.Text)).select_from(sa.table(table))
    return list(op.get_bind().scalars(broken.where(sa.text(f"NOT ({check})")).limit(10)))


def downgrade() -> None:
    for (table, name), misnamed in MISNAMED.items():
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {table}_{name}_check TO {misnamed}")
    for table, checks in CHECKS.items():
        dropped = ", ".join(f"DROP CONSTRAINT {table}_{name}_check" for name in checks)
        op.execute(f"ALTER TABLE {table} {dropped}")
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
