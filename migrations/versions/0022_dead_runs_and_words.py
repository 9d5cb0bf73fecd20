"""End the runs of a job that is closed, and note the words of which matches are made.

No later run of a closed job would note that a worker has died. A worker that lives says so itself.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
phase = "expand"

# As in migration 0011: a platform that may write jobs need not be allowed to write runs.
FUNCTION = """
CREATE FUNCTION job_runs_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE matching_runs SET outcome = 'overtaken', finished_at = now()
    WHERE job_id = NEW.id AND outcome = 'running';
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER jobs_runs_end AFTER UPDATE OF status ON jobs
FOR EACH ROW WHEN (OLD.status = 'open' AND NEW.status <> 'open')
EXECUTE FUNCTION job_runs_end()
"""
MISSED = """
UPDATE matching_runs SET outcome = 'overtaken', finished_at = now() FROM jobs
WHERE jobs.id = matching_runs.job_id AND outcome = 'running' AND jobs.status <> 'open'
"""


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    op.execute(MISSED)
    op.add_column("profile_features", sa.Column("texts", sa.Text))


def downgrade() -> None:
    op.drop_column("profile_features", "texts")
    op.execute("DROP TRIGGER jobs_runs_end ON jobs")
    op.execute("DROP FUNCTION job_runs_end()")
