"""The month from which a match may be shown, kept beside it, so that lists need not look it up.

Triggers keep it, whoever writes what it depends on. It is the predicate of
`jobmatch.permissions.predicates.is_shown` but for the employer's own state, as a month instead of
a truth value; ADR 0030 tells why, and what makes it safe.

What is stored is filled in job by job, each few in a transaction of their own, so that nothing
waits for long. For that this is a migration of its own and repeatable, as 0005 is.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
phase = "expand"

INDEX = "job_matches_shown_idx"
JOBS_AT_ONCE = 20

# A month that is the greatest integer is the last of a position that goes on.
AFTER_LEAVING = """
CREATE OR REPLACE FUNCTION month_after_leaving(
    company text, employers text[], employed_until integer[]
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT CASE WHEN max(until) IS NULL THEN 0 WHEN max(until) < 2147483647 THEN max(until) + 1 END
    FROM unnest(employers, employed_until) AS worked (employer, until)
    WHERE employer = company
)
"""
# PostgreSQL puts it into the statement that calls it, and so calls the other one only for those who
# have worked there.
SHOWN_FROM = """
CREATE OR REPLACE FUNCTION shown_from(
    status profile_status, places text[], employers text[], employed_until integer[],
    mail_domains text[], company text, domains text[]
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN status = 'active' AND places IS NOT NULL AND company <> '' AND NOT mail_domains && domains
    THEN CASE
        WHEN company = ANY (employers)
        THEN month_after_leaving(company, employers, employed_until)
        ELSE 0
    END
END
"""

_MONTH = """
shown_from(f.status, f.places, f.employers, f.employed_until, f.mail_domains, e.company, e.domains)
"""
_READ = """
LEFT JOIN profile_features AS f ON f.profile_id = m.profile_id
LEFT JOIN employer_features AS e ON e.user_id = j.employer_user_id
"""


def _update(which: str) -> str:
    """The statement that gives these matches `m` the right month, and writes no other."""
    return f"""
    UPDATE job_matches SET shown_from = now.month
    FROM (
        SELECT m.id, {_MONTH} AS month
        FROM job_matches AS m JOIN jobs AS j ON j.id = m.job_id {_READ}
        WHERE {which}
    ) AS now
    WHERE job_matches.id = now.id AND job_matches.shown_from IS DISTINCT FROM now.month;
    """  # noqa: S608 - our own text


def _function(name: str, body: str, *, returns: str = "trigger", declared: str = "") -> str:
    """A function that may write what its caller may not, as in migration 0011."""
    return f"""
    CREATE OR REPLACE FUNCTION {name} RETURNS {returns}
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    {declared}
    BEGIN
    {body}
    END
    $$
    """


# Each takes its locks first, in the order of `jobmatch.permissions.locks`, and reads in a later
# statement, which sees what it has waited for.
OF_JOBS = _function(
    "refresh_shown_from_of_jobs(changed uuid[])",
    f"""
    PERFORM FROM jobs WHERE id IN (SELECT unnest(changed)) ORDER BY id FOR UPDATE;
    {_update("m.job_id IN (SELECT unnest(changed))")}
    """,
    returns="void",
)
OF_PROFILES = _function(
    "refresh_shown_from_of_profiles(changed uuid[])",
    f"""
    PERFORM FROM jobs WHERE id IN (
        SELECT job_id FROM job_matches WHERE profile_id IN (SELECT unnest(changed))
    ) ORDER BY id FOR KEY SHARE;
    IF FOUND THEN
        UPDATE job_matches AS m SET shown_from = {_MONTH}
        FROM unnest(changed) AS candidate
        LEFT JOIN profile_features AS f ON f.profile_id = candidate,
        jobs AS j LEFT JOIN employer_features AS e ON e.user_id = j.employer_user_id
        WHERE m.profile_id = candidate AND j.id = m.job_id
        AND m.shown_from IS DISTINCT FROM {_MONTH};
    END IF;
    """,  # noqa: S608 - our own text
    returns="void",
)
# Of those that were stored without a month: by the platform, by an older release, by us in a single
# statement. Whose month is NULL although it was computed stays as it is.
STORED = _function(
    "matches_stored()",
    f"""
    SELECT array_agg(id), array_agg(profile_id), array_agg(job_id)
    INTO hidden, their_profiles, their_jobs
    FROM stored WHERE shown_from IS NULL;
    IF hidden IS NOT NULL THEN
        PERFORM FROM profiles WHERE id IN (SELECT unnest(their_profiles)) ORDER BY id FOR SHARE;
        PERFORM FROM jobs WHERE id IN (SELECT unnest(their_jobs)) ORDER BY id FOR KEY SHARE;
        {_update("m.id IN (SELECT unnest(hidden))")}
    END IF;
    RETURN NULL;
    """,  # noqa: S608 - our own text
    declared="DECLARE hidden uuid[]; their_profiles uuid[]; their_jobs uuid[];",
)
# A match that is made another job's or another candidate's, as nobody of us does.
MOVED = _function(
    "match_moved()",
    f"""
    PERFORM FROM profiles WHERE id = NEW.profile_id FOR SHARE;
    PERFORM FROM jobs WHERE id = NEW.job_id FOR KEY SHARE;
    NEW.shown_from = (
        SELECT {_MONTH} FROM jobs AS j
        LEFT JOIN profile_features AS f ON f.profile_id = NEW.profile_id
        LEFT JOIN employer_features AS e ON e.user_id = j.employer_user_id
        WHERE j.id = NEW.job_id
    );
    RETURN NEW;
    """,  # noqa: S608 - our own text
)


def _follows(name: str, refresh: str, changed: str) -> str:
    return _function(
        f"{name}()",
        f"""
        SELECT {changed};
        IF changed IS NOT NULL THEN PERFORM {refresh}(changed); END IF;
        RETURN NULL;
        """,
        declared="DECLARE changed uuid[];",
    )


_COMPARED = "({0}.status, {0}.places IS NULL, {0}.employers, {0}.employed_until, {0}.mail_domains)"
PROFILES = "refresh_shown_from_of_profiles"
EMPLOYERS = "refresh_shown_from_of_employers"
OF_EMPLOYERS = _function(
    f"{EMPLOYERS}(changed uuid[])",
    """
    PERFORM refresh_shown_from_of_jobs(array_agg(id)) FROM jobs
    WHERE employer_user_id IN (SELECT unnest(changed)) HAVING count(*) > 0;
    """,
    returns="void",
)
# A statement that changed no such column ends after the first query.
FOLLOWING = (
    _follows("features_inserted", PROFILES, "array_agg(profile_id) INTO changed FROM after"),
    _follows(
        "features_updated",
        PROFILES,
        "array_agg(profile_id) INTO changed FROM after JOIN before USING (profile_id) WHERE "
        + _COMPARED.format("after")
        + " IS DISTINCT FROM "
        + _COMPARED.format("before"),
    ),
    # Not of a candidate who is deleted, with all their matches.
    _follows(
        "features_deleted",
        PROFILES,
        "array_agg(profile_id) INTO changed FROM before"
        " WHERE EXISTS (SELECT FROM profiles WHERE id = profile_id)",
    ),
    _follows("employers_inserted", EMPLOYERS, "array_agg(user_id) INTO changed FROM after"),
    _follows(
        "employers_updated",
        EMPLOYERS,
        "array_agg(user_id) INTO changed FROM after JOIN before USING (user_id) WHERE"
        " (after.company, after.domains) IS DISTINCT FROM (before.company, before.domains)",
    ),
    _follows("employers_deleted", EMPLOYERS, "array_agg(user_id) INTO changed FROM before"),
    _function(
        "job_changed_hands()",
        """
        PERFORM FROM employer_features WHERE user_id = NEW.employer_user_id FOR SHARE;
        PERFORM refresh_shown_from_of_jobs(ARRAY[NEW.id]);
        RETURN NULL;
        """,
    ),
)

_AFTER = "REFERENCING NEW TABLE AS after FOR EACH STATEMENT"
_BEFORE = "REFERENCING OLD TABLE AS before FOR EACH STATEMENT"
_BOTH = "REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT"
_PAIR = "({0}.job_id, {0}.profile_id)"
TRIGGERS = {
    "job_matches_stored": (
        "job_matches",
        "AFTER INSERT",
        "REFERENCING NEW TABLE AS stored FOR EACH STATEMENT",
        "matches_stored",
    ),
    "job_matches_moved": (
        "job_matches",
        "BEFORE UPDATE OF job_id, profile_id",
        f"FOR EACH ROW WHEN ({_PAIR.format('OLD')} IS DISTINCT FROM {_PAIR.format('NEW')})",
        "match_moved",
    ),
    "profile_features_inserted": ("profile_features", "AFTER INSERT", _AFTER, "features_inserted"),
    "profile_features_updated": ("profile_features", "AFTER UPDATE", _BOTH, "features_updated"),
    "profile_features_deleted": ("profile_features", "AFTER DELETE", _BEFORE, "features_deleted"),
    "employer_features_inserted": (
        "employer_features",
        "AFTER INSERT",
        _AFTER,
        "employers_inserted",
    ),
    "employer_features_updated": ("employer_features", "AFTER UPDATE", _BOTH, "employers_updated"),
    "employer_features_deleted": (
        "employer_features",
        "AFTER DELETE",
        _BEFORE,
        "employers_deleted",
    ),
    "jobs_changed_hands": (
        "jobs",
        "AFTER UPDATE OF employer_user_id",
        "FOR EACH ROW WHEN (OLD.employer_user_id IS DISTINCT FROM NEW.employer_user_id)",
        "job_changed_hands",
    ),
}
NEXT_JOBS = sa.text("""
SELECT array_agg(job_id ORDER BY job_id) FROM (
    SELECT id AS job_id FROM jobs WHERE CAST(:last AS uuid) IS NULL OR id > CAST(:last AS uuid)
    ORDER BY id LIMIT CAST(:most AS integer)
) AS next
""")


def upgrade() -> None:
    op.execute("ALTER TABLE job_matches ADD COLUMN IF NOT EXISTS shown_from integer")
    for statement in (
        AFTER_LEAVING,
        SHOWN_FROM,
        OF_JOBS,
        OF_PROFILES,
        OF_EMPLOYERS,
        STORED,
        MOVED,
        *FOLLOWING,
    ):
        op.execute(statement)
    for name, (table, event, scope, function) in TRIGGERS.items():
        op.execute(
            f"CREATE OR REPLACE TRIGGER {name} {event} ON {table} {scope}"
            f" EXECUTE FUNCTION {function}()"
        )
    with op.get_context().autocommit_block():
        # See migration 0005.
        op.execute("COMMIT")
        _fill()
        op.drop_index(INDEX, "job_matches", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX, "job_matches", ["job_id", "shown_from"], postgresql_concurrently=True
        )


def _fill() -> None:
    connection = op.get_bind()
    last = None
    while True:
        values = {"last": last, "most": JOBS_AT_ONCE}
        jobs = connection.scalar(NEXT_JOBS, values)
        if not jobs:
            return
        last = jobs[-1]
        connection.execute(
            sa.text("SELECT refresh_shown_from_of_jobs(CAST(:jobs AS uuid[]))"), {"jobs": jobs}
        )
        connection.execute(sa.text("COMMIT"))


def downgrade() -> None:
    op.drop_index(INDEX, "job_matches")
    for name, (table, *_) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in {function for *_, function in TRIGGERS.values()}:
        op.execute(f"DROP FUNCTION {name}()")
    for name in ("employers", "profiles", "jobs"):
        op.execute(f"DROP FUNCTION refresh_shown_from_of_{name}(uuid[])")
    op.execute(
        "DROP FUNCTION shown_from(profile_status, text[], text[], integer[], text[], text, text[])"
    )
    op.execute("DROP FUNCTION month_after_leaving(text, text[], integer[])")
    op.drop_column("job_matches", "shown_from")
