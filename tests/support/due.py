"""The functions that ask when a job is due, with the answer that the settings give by default."""

from __future__ import annotations

from functools import partial

from jobmatch.careers.dates import this_month
from jobmatch.changes import batches, months
from jobmatch.jobs import due
from jobmatch.jobs import queries as jobs
from jobmatch.jobs import service as job_service
from jobmatch.runs import queries as runs
from tests.support.settings import DEFAULTS

AGE = DEFAULTS.matching_maximum_age

claim_job = partial(runs.claim_job, lease=DEFAULTS.matching_lease, maximum_age=AGE)
get_oldest_due_job_age = partial(due.get_oldest_due_job_age, maximum_age=AGE)
get_open_jobs_for_matching = partial(jobs.get_open_jobs_for_matching, maximum_age=AGE)
invalidate_matches_for_job = partial(job_service.invalidate_matches_for_job, maximum_age=AGE)
take_up_batch = partial(
    batches.take_up_batch, maximum_age=AGE, limit=DEFAULTS.matching_limit, month=this_month()
)
turn_month = partial(months.turn_month, maximum_age=AGE)
request_matching = partial(due.request_matching, maximum_age=AGE)
update_job = partial(job_service.update_job, maximum_age=AGE)
update_job_matching_status = partial(job_service.update_job_matching_status, maximum_age=AGE)
