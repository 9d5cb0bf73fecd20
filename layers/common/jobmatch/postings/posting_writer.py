"""A job of ours as schema.org's JobPosting; `read_posting` reads the same job from it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from jobmatch.postings.posting_names import BAR_ADMISSION, CONTEXT, OURS, REMOTE, TYPE

if TYPE_CHECKING:
    from jobmatch.jobs.schemas import JobDetail

_WITHIN = f"{REMOTE} - "


def posting_of(job: JobDetail) -> dict[str, Any]:
    """A job as a JobPosting."""
    terms = {
        "requiredSpecializations": job.required_specializations,
        "preferredSpecializations": job.preferred_specializations,
        "requiredTechnicalDomains": job.required_technical_domains,
    }
    skills = [
        {"@type": "DefinedTerm", "name": value, "inDefinedTermSet": name}
        for name, values in terms.items()
        for value in values or ()
    ]
    bars = [
        {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": BAR_ADMISSION,
            "name": bar,
        }
        for bar in job.required_bar or ()
    ]
    posting = {
        "@context": CONTEXT,
        "@type": TYPE,
        "identifier": _identifier(job),
        "title": job.title,
        "description": None if job.description is None else _html(job.description),
        "datePosted": job.created_at.date().isoformat(),
        "skills": skills or None,
        "qualifications": bars or None,
        "experienceRequirements": None
        if job.minimum_experience is None
        else {
            "@type": "OccupationalExperienceRequirements",
            "monthsOfExperience": 12 * job.minimum_experience,
        },
        **_location(job.preferred_location),
    }
    return {name: value for name, value in posting.items() if value is not None}


def _identifier(job: JobDetail) -> dict[str, str]:
    name, value = OURS, str(job.id)
    if job.identifier is not None:
        name, value = job.identifier_name or "", job.identifier
    named = {"name": name} if name else {}
    return {"@type": "PropertyValue", **named, "value": value}


def _html(text: str) -> str:
    """A text as HTML that shows its lines everywhere, and its spaces where styles are read."""
    lines = escape(text, quote=False).replace("\r", "&#13;").replace("\n", "<br>")
    return f'<p style="white-space: pre-wrap">{lines}</p>'


def _location(preferred: str | None) -> dict[str, Any]:
    """Where a job is; remote ones in the words of schema.org where these say the same."""
    if preferred is None:
        return {}
    if preferred == REMOTE:
        return {"jobLocationType": "TELECOMMUTE"}
    within = preferred.removeprefix(_WITHIN)
    if within != preferred and _is_read_again(within, preferred):
        area = {"@type": "AdministrativeArea", "name": within}
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": area}
    return {"jobLocation": {"@type": "Place", "address": preferred}}


def _is_read_again(within: str, preferred: str) -> bool:
    """Whether the name of a country or region is read as this location."""
    # It loads all names of places, which hardly any job that is read needs.
    from jobmatch.postings.posting_place import remote_within  # noqa: PLC0415

    return remote_within([within]) == preferred
