"""An employer's file by hand: a line of each kind, to be spoiled."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from jobmatch.audit.chains import FIRST

DIMENSIONS = (
    "specializationMatch",
    "experienceFit",
    "technicalBackground",
    "locationMatch",
    "barAdmissions",
)
JOB, OTHER, CANDIDATE = (f"00000000-0000-4000-8000-00000000000{n}" for n in "123")
PAST = "2026-01-02T03:04:05.678901Z"
Lines = list[dict[str, Any]]
"""The lines of a file before they are written."""


def entries(job: str = JOB) -> Lines:
    """A chain of four entries whose first has expired."""
    return [
        {
            "kind": "entry",
            "jobId": job,
            "number": row["number"],
            "recordedAt": row["recorded_at"].isoformat(),
            "decided": row["kind"],
            "entry": row["entry"],
            "previous": row["previous"].hex(),
            "hash": row["hash"].hex(),
        }
        for row in old_entries(UUID(job), 4)
    ]


def good() -> Lines:
    """A file with a line of each kind."""
    about = {"jobId": JOB, "profileId": CANDIDATE}
    subscores = {name: {"score": 80, "explanation": "Fits."} for name in DIMENSIONS}
    chain = entries()
    lists = ("requiredSpecializations", "preferredSpecializations", "requiredBar")
    job = {
        "kind": "job",
        "id": JOB,
        "title": "Counsel",
        "description": None,
        "status": "open",
        "matchingStatus": "completed",
        **{name: ["Licensing"] for name in lists},
        "requiredTechnicalDomains": None,
        "minimumExperience": 3,
        "preferredLocation": None,
        "createdBy": OTHER,
        **dict.fromkeys(("createdAt", "updatedAt", "matchedAt", "matchingDueSince"), PAST),
        "version": 1,
        "matchingFailures": 0,
        **dict.fromkeys(("matchingRetryAt", "lastError", "matchingVersion")),
        **dict.fromkeys(("identifierName", "identifier")),
    }
    counts = ("passed", "kept", "scored", "reused", "failed", "asked", "inputTokens")
    run = {
        "kind": "run",
        "jobId": JOB,
        "id": OTHER,
        "startedAt": PAST,
        "finishedAt": PAST,
        "outcome": "completed",
        "scorer": "rubric",
        "rubricVersion": 2,
        **dict.fromkeys(counts, 1),
        **dict.fromkeys(("error", "modelId", "promptVersion", "vocabularyVersion")),
        "outputTokens": None,
        "failures": {"refused": 1},
        "fallback": None,
        "entryNumber": 2,
        "takesUp": False,
    }
    return [
        {
            "format": "jobmatch-employer",
            "version": 1,
            "complete": True,
            "notice": "",
            "exportedAt": PAST,
        },
        {
            "kind": "employer",
            "id": OTHER,
            "email": "a@b.example",
            "isActive": True,
            "createdAt": PAST,
        },
        {
            "kind": "company",
            "id": OTHER,
            "companyName": "Orsolo",
            "corporateDomains": ["b.example"],
            "createdAt": PAST,
        },
        {
            "kind": "settings",
            "enabled": True,
            "threshold": 75,
            **dict.fromkeys(("offAddress", "offBecause", "offSince", "onSince")),
        },
        job,
        {"kind": "found", **about, "foundAt": PAST},
        {"kind": "told", **about, "notifiedAt": PAST},
        {
            "kind": "match",
            **about,
            "id": OTHER,
            "overallScore": 80,
            "subscores": json.dumps(subscores),
            "summary": "Fits.",
            "recommendation": "Strong Match",
            "scoredAt": PAST,
            "notifiedAt": None,
            "fingerprint": None,
        },
        {
            "kind": "decision",
            **about,
            "decision": "declined",
            "reason": "No.",
            "decidedAt": PAST,
        },
        run,
        {
            "kind": "mail",
            "jobId": JOB,
            "id": OTHER,
            "runId": OTHER,
            "status": "sent",
            "dueAt": PAST,
            "attempts": 1,
            **dict.fromkeys(("createdAt", "claimedAt", "finishedAt"), PAST),
        },
        {
            "kind": "expired",
            **{name: chain[0][name] for name in ("jobId", "number", "recordedAt", "hash")},
        },
        *chain[1:],
        {"kind": "end", "lines": 15},
    ]


def text_of(lines: Lines) -> str:
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def line_of(kind: str, lines: Lines) -> dict[str, Any]:
    return next(line for line in lines if line.get("kind") == kind)


def a_ranking(run: str, passed: int = 7) -> dict[str, Any]:
    """The facts of a whole ranking, as a former release wrote them."""
    lists = ("requiredSpecializations", "preferredSpecializations", "requiredBar")
    return {
        "runId": run,
        "scorer": "rubric",
        "modelId": None,
        "promptVersion": None,
        "rubricVersion": 2,
        "passed": passed,
        "requirements": {
            **{name: ["Licensing"] for name in lists},
            "minimumExperience": 3,
            "preferredLocation": None,
            "requiredTechnicalDomains": [],
        },
    }


def old_entries(job: UUID, number: int) -> list[dict[str, Any]]:
    """The first entries of a chain, made long ago, as rows."""
    rows: list[dict[str, Any]] = []
    previous, before = FIRST, None
    for place in range(1, number + 1):
        at = datetime(2015, 1, place, tzinfo=UTC)
        text = json.dumps(
            {
                "jobId": str(job),
                "number": place,
                "recordedAt": at.isoformat(),
                "previousRecordedAt": before,
                "kind": "ranked",
                "candidates": ["0123456789abcdef"],
                "scores": [80],
                "subscores": [[1, 2, 3, 4, 5]],
                "facts": a_ranking(str(job)),
            }
        )
        hash_ = hashlib.sha256(previous + text.encode()).digest()
        rows.append(
            {
                "job_id": job,
                "number": place,
                "recorded_at": at,
                "kind": "ranked",
                "entry": text,
                "previous": previous,
                "hash": hash_,
            }
        )
        previous, before = hash_, at.isoformat()
    return rows
