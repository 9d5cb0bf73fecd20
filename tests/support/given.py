"""Jobs, profiles and matches that a test needs, created through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People, Person

DIMENSIONS = (
    "specializationMatch",
    "experienceFit",
    "technicalBackground",
    "locationMatch",
    "barAdmissions",
)
LABELS = ((75, "Strong Match"), (50, "Good Match"), (25, "Partial Match"), (0, "Weak Match"))


def a_draft(api: Api, by: Person, **fields: Any) -> str:
    """Create a draft of the employer `by`; its id."""
    created = api.post("/jobs", {"title": "Patent counsel", **fields}, by=by)
    assert created.status == 201, created.text
    return str(created.json["id"])


def an_open_job(api: Api, by: Person, **fields: Any) -> str:
    """Create an open job of the employer `by`; its id."""
    return a_draft(
        api, by, **{"status": "open", "requiredSpecializations": ["Licensing"], **fields}
    )


def a_profile(api: Api, people: People, profile: object = None, **fields: Any) -> str:
    """Create an active candidate; their id."""
    profile_id = str(profile or uuid4())
    body = {"name": "Ada Quill", "status": "active", **fields}
    put = api.put(f"/admin/profiles/{profile_id}", body, by=people.admin)
    assert put.status in (200, 201), put.text
    return profile_id


def imported(api: Api, people: People, number: int) -> None:
    """Import active candidates who pass the pre-filter of `an_open_job`."""
    profiles = [
        {
            "id": str(uuid4()),
            "name": "Ada Quill",
            "status": "active",
            "specializations": ["Licensing"],
        }
        for _ in range(number)
    ]
    body = {"profiles": profiles}
    answer = api.post("/admin/profiles/import", body, by=people.admin)
    assert answer.json == {"imported": number, "warnings": []}


def resource(answer: Answer) -> dict[str, Any]:
    """What an answer to a write shows of what is stored: all but its warnings."""
    shown = dict(answer.json)
    assert isinstance(shown.pop("warnings"), list)
    return shown


def match_body(score: int = 80, **fields: Any) -> dict[str, Any]:
    """The body of a match, with the label of its score."""
    return {
        "overallScore": score,
        "subscores": {name: {"score": score, "explanation": name} for name in DIMENSIONS},
        "summary": "Fits well.",
        "recommendation": next(label for least, label in LABELS if score >= least),
        **fields,
    }


def a_match(
    api: Api, people: People, job: str, profile: str | None = None, score: int = 80
) -> dict[str, Any]:
    """Store a match of a job, with a new active candidate unless one is given."""
    profile = profile or a_profile(api, people)
    path = f"/admin/jobs/{job}/matches/{profile}"
    put = api.put(path, match_body(score), by=people.admin)
    assert put.status in (200, 201), put.text
    stored: dict[str, Any] = put.json
    return stored
