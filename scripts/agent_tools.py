"""The tools for agents: what each is for, which route it uses, and which fields it shows.

scripts/generate_tools.py adds the schemas, which are those of the routes.
"""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """A tool.

    Args:
        operation: the operationId of its route.
        description: for the agent.
        shows: the fields of the answer that it gives, with dots between the names; all of what is
            below the last name.
        takes: the arguments, if not all parameters and members of the body. `text` is a whole body.
        changes: whether it changes something.
        destroys: whether what it changes may be lost.
        repeatable: whether a second call with the same arguments changes nothing more.
        each: an argument with several ids, and the parameter that each is the value of, in a
            request of its own.
    """

    operation: str
    description: str
    shows: tuple[str, ...]
    takes: tuple[str, ...] | None = None
    changes: bool = False
    destroys: bool = False
    repeatable: bool = False
    each: tuple[str, str] | None = None


REQUIREMENTS = (
    "requiredSpecializations",
    "preferredSpecializations",
    "minimumExperience",
    "preferredLocation",
    "requiredBar",
    "requiredTechnicalDomains",
)
JOB = ("id", "employerUserId", "title", "description", "status", "matchingStatus", *REQUIREMENTS)
TIMES = ("createdAt", "updatedAt", "matchedAt")
ASSESSMENT = ("overallScore", "recommendation", "summary", "subscores")
WARNINGS = ("warnings.pointer", "warnings.message", "warnings.suggestions")
DESCRIBED = ("title", "description", *REQUIREMENTS)

TOOLS = {
    "get_me": Tool(
        "getMe",
        "Read who you are: your user id and role. An employer's id is the employerUserId of"
        " list_jobs.",
        ("id", "role", "companyName"),
    ),
    "list_jobs": Tool(
        "getJobsByEmployer",
        "List an employer's jobs, newest first, with the count of their matches.",
        (
            "items.id",
            "items.title",
            "items.status",
            "items.matchingStatus",
            "items.matchCount",
            "items.newMatchCount",
            "items.createdAt",
            "nextCursor",
        ),
    ),
    "list_all_jobs": Tool(
        "getJobsForAdmin",
        "List the jobs of all employers, newest first. For admins.",
        (
            "items.id",
            "items.title",
            "items.status",
            "items.matchingStatus",
            "items.employerCompanyName",
            "items.matchCount",
            "items.createdAt",
            "nextCursor",
        ),
        ("status", "limit", "cursor"),
    ),
    "get_job": Tool(
        "getJobById",
        "Read a job: its text, its requirements and whether it has been matched.",
        (*JOB, *TIMES),
    ),
    "draft_job": Tool(
        "draftJob",
        "Read a job out of the text of an advertisement. Nothing is stored: check the draft with"
        " your user, then pass its fields to create_job. notUnderstood names what has no known"
        " meaning.",
        (
            "draft",
            "sources.pointer",
            "sources.quote",
            "notUnderstood.quote",
            "notUnderstood.reason",
            "notUnderstood.suggestions",
            "notice",
        ),
        ("text",),
    ),
    "create_job": Tool(
        "createJob",
        "Post a job, as a draft or open. An open job needs a required specialization and is matched"
        " at once. Admins name the employerUserId. With the same idempotencyKey a repeated call"
        " makes no second job.",
        ("id", *WARNINGS),
        (*DESCRIBED, "status", "employerUserId", "idempotencyKey"),
        changes=True,
    ),
    "update_job": Tool(
        "updateJob",
        "Change a job: only the fields that you name; null clears one. Status open publishes it,"
        " closed ends its matching. New requirements replace its matches.",
        (*JOB, *WARNINGS),
        ("jobId", *DESCRIBED, "status"),
        changes=True,
        destroys=True,
        repeatable=True,
    ),
    "preview_matches": Tool(
        "previewMatches",
        "Count how many candidates requirements would leave, and what dropping each would bring,"
        " before a job is posted or changed. Counts are rounded. Nothing is stored.",
        (
            "candidates",
            "passed",
            "filters",
            "best.overallScore",
            "best.recommendation",
            "best.location",
            "best.specializations",
            *WARNINGS,
        ),
        ("title", *REQUIREMENTS, "employerUserId"),
    ),
    "request_matching": Tool(
        "requestMatching",
        "Match an open job again now. get_job says when its matchingStatus is completed.",
        ("jobId", "matchingStatus"),
        changes=True,
        repeatable=True,
    ),
    "list_matches": Tool(
        "getMatchesForJob",
        "Read a job's ranking: its best candidates, best first, with score, summary and what was"
        " decided. get_match explains one.",
        (
            "items.profileId",
            "items.overallScore",
            "items.recommendation",
            "items.summary",
            "items.decision",
            "items.scoredAt",
            "nextCursor",
        ),
        ("jobId", "minScore", "decision", "newSince", "limit", "cursor"),
    ),
    "get_match": Tool(
        "getMatchByJobAndProfile",
        "Explain a match: the score of each of the five dimensions with a sentence why.",
        ("profileId", *ASSESSMENT, "scoredAt", "decision"),
    ),
    "get_candidate": Tool(
        "getMatchCandidate",
        "Read the candidate of a match without their identity: experience, admissions, positions,"
        " and how they stand to each requirement.",
        (
            "profileId",
            "location",
            "yearsOfExperience",
            "specializations",
            "technicalDomains",
            "barAdmissions",
            "positions",
            "requirements",
            "improvements",
        ),
    ),
    "compare_matches": Tool(
        "getMatchByJobAndProfile",
        "Compare two or three candidates of a job: their matches beside each other, in the order of"
        " profileIds.",
        ("profileId", *ASSESSMENT, "decision"),
        each=("profileIds", "profileId"),
    ),
    "decide": Tool(
        "putDecision",
        "Record what your user decided about the candidate of a match: shortlisted, held or"
        " declined; null takes it back. A reason is needed to decline, and to shortlist below 50.",
        ("profileId", "overallScore", "decision"),
        changes=True,
        destroys=True,
        repeatable=True,
    ),
    "explain_candidate": Tool(
        "explainCandidate",
        "Explain how any candidate stands to a job now, and why one is not among its matches. For"
        " admins.",
        (
            "jobId",
            "profileId",
            "listed",
            "qualifies",
            "reasons",
            "assessment",
            "rank",
            "passed",
            "kept",
            "improvements",
        ),
    ),
    "list_suitable_jobs": Tool(
        "getJobsForProfile",
        "List the open jobs that suit a candidate, best first. For admins.",
        (
            "items.jobId",
            "items.title",
            "items.overallScore",
            "items.recommendation",
            "items.summary",
            "nextCursor",
        ),
    ),
    "list_unknown_words": Tool(
        "getUnknownValues",
        "List values in use that the vocabulary does not know, most used first. For admins.",
        ("items",),
    ),
    "suggest_terms": Tool(
        "suggestTerms",
        "Find the known values that a text may become or mean, for the lists of a job.",
        ("items",),
    ),
    "list_runs": Tool(
        "getMatchingRuns",
        "List a job's matching runs, newest first: how each ended and how many candidates passed.",
        (
            "items.id",
            "items.outcome",
            "items.startedAt",
            "items.finishedAt",
            "items.scorer",
            "items.passed",
            "items.kept",
            "items.failed",
            "items.error",
            "nextCursor",
        ),
    ),
    "audit_matching": Tool(
        "getMatchingAudit",
        "Count how many candidates were considered, passed and were shortlisted in a period, for"
        " all jobs together. For admins.",
        ("firstDay", "lastDay", "total.counts"),
    ),
}
