"""The business metrics in CloudWatch; docs/logs.md says when each is emitted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from jobmatch.config import settings


class Metric(StrEnum):
    """The names that CloudWatch shows."""

    JOBS_CREATED = "JobsCreated"
    JOBS_QUEUED = "JobsQueued"
    OLDEST_DUE_JOB_AGE = "OldestDueJobAge"
    MATCHING_RUNS = "MatchingRuns"
    MATCHING_RUNS_FAILED = "MatchingRunsFailed"
    CANDIDATES_SCORED = "CandidatesScored"
    MATCHES_SHORTLISTED = "MatchesKept"
    MAILS_SENT = "MailsSent"
    MODEL_TOKENS = "ModelTokens"
    MODEL_FAILURES = "ModelFailures"


_UNITS = {Metric.OLDEST_DUE_JOB_AGE: MetricUnit.Seconds}


def emit(values: Mapping[Metric, float]) -> None:
    """Write a line in CloudWatch's embedded metric format.

    It is written at once, so that what is committed is counted even if a later step fails. The
    service is the only dimension; ids belong into the log.
    """
    line = EphemeralMetrics(namespace=settings().metrics_namespace, service=settings().service_name)
    for metric, value in values.items():
        line.add_metric(metric.value, _UNITS.get(metric, MetricUnit.Count), value)
    line.flush_metrics()
