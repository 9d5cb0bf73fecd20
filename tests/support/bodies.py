"""Bodies with every text that a route accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.given import match_body

if TYPE_CHECKING:
    from tests.support.matrix import Place
    from tests.support.people import People

JOB: dict[str, Any] = {
    "title": "Counsel",
    "description": "Much to do.",
    "status": "draft",
    "employerUserId": "{employer}",
    "requiredSpecializations": ["Licensing"],
    "preferredSpecializations": ["Copyright"],
    "preferredLocation": "Munich",
    "requiredBar": ["EPO"],
    "requiredTechnicalDomains": ["Software"],
}
PROFILE: dict[str, Any] = {
    "name": "Ada Quill",
    "email": "ada@quill.example",
    "userId": None,
    "status": "active",
    "location": "Munich",
    "specializations": ["Licensing"],
    "technicalDomains": ["Software"],
    "barAdmissions": [{"jurisdiction": "EPO", "status": "active"}],
    "workHistory": [
        {
            "employer": "Sample & Partner",
            "title": "Associate",
            "startDate": "2016-09",
            "endDate": "2020",
            "description": "Drafted.",
        }
    ],
}
RESUME: dict[str, Any] = {
    "basics": {
        "name": "Ada Quill",
        "email": "ada@quill.example",
        "location": {"city": "Munich", "region": "Bavaria", "countryCode": "DE"},
    },
    "work": [
        {
            "name": "Sample & Partner",
            "position": "Associate",
            "startDate": "2016-09",
            "endDate": "2020",
            "summary": "Drafted.",
            "highlights": ["Filed."],
        }
    ],
    "education": [{"institution": "Sample University", "area": "Law"}],
    "skills": [{"name": "Licensing", "level": "Master", "keywords": ["Software"]}],
    "certificates": [{"name": "European Patent Attorney", "issuer": "EPO", "date": "2018"}],
}
"""Sections of a JSON Resume with all texts that are read."""


def bodies(people: People, place: Place) -> dict[str, dict[str, Any]]:
    """Valid bodies of an admin's requests, by route."""
    user = str(people.employer.id)
    job = JOB | {"employerUserId": user}
    profile = PROFILE | {"userId": user}
    return {
        # First: a change of the job deletes its matches.
        "PUT /jobs/{jobId}/matches/{profileId}/decision": {
            "decision": "held",
            "reason": "Later in the year.",
        },
        "POST /jobs": job,
        "POST /jobs/preview-matches": job,
        "PATCH /jobs/{jobId}": {key: job[key] for key in job if key != "employerUserId"}
        | {"status": "open"},
        "PUT /employers/{employerUserId}/notification-settings": {"threshold": 60},
        "PUT /admin/jobs/{jobId}/matching-status": {"matchingStatus": "failed"},
        "PUT /admin/jobs/{jobId}/matches/{profileId}": match_body(),
        "POST /admin/matches/notified": {"matchIds": [place.match]},
        "PUT /admin/profiles/{profileId}": profile,
        "POST /admin/matching-audit": {"groups": [{"group": "A", "profileIds": [place.profile]}]},
        "POST /webhooks": {
            "url": "https://hooks.site.example/jobmatch",
            "events": ["job.created"],
            "employerUserId": user,
        },
        "PATCH /webhooks/{webhookId}": {
            "url": "https://hooks.site.example/",
            "events": ["job.created"],
        },
        "POST /webhooks/{webhookId}/replay": {"fromSequence": 1},
        "POST /mcp": {"jsonrpc": "2.0", "id": "1", "method": "tools/list"},
        "POST /admin/dead-letters/retry": {"ids": [place.match]},
        "POST /admin/dead-letters/drop": {"ids": [place.match]},
        "POST /admin/vocabulary/aliases": {
            "list": "specializations",
            "value": "Lisensing",
            "term": "Licensing",
        },
        "POST /admin/profiles/import": {
            "mode": "all",
            "profiles": [{"id": place.profile, **profile}],
        },
    }


def resumes(place: Place) -> dict[str, Any]:
    """The body of an import in the other format."""
    return {"format": "jsonresume", "profiles": [{"id": place.profile, **RESUME}]}
