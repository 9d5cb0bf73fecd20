"""What the mail to an employer says: the best new matches, who sends it, why, where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobmatch.config import settings
from jobmatch.places.names import region_of
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

if TYPE_CHECKING:
    from jobmatch.candidates.schemas import AnonymousCandidate
    from jobmatch.notifications.queries import Mail, MailedMatch

_RANGES = (1, 3, 5, 10, 15, 20)
"""Where ranges of years begin: an exact number tells candidates apart from all others."""
_MOST_BARS = 5
_MOST_OF_A_SUMMARY = 300
"""Characters. Ten summaries of 5,000 would make a mail that Gmail cuts off, at 102 kB."""
_SENDER = (
    "This mail is from jobmatch, which compares candidates with your jobs. Candidates are"
    " described without their names and employers, and you decide about them."
)


@dataclass(frozen=True, slots=True)
class Described:
    """A candidate as the mail describes them; the link is empty without a console."""

    score: int
    label: str
    summary: str
    facts: list[str]
    link: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, as plain text: nothing in it is escaped.

    Args:
        news: how many matches there are, and for which job.
        others: how many are not described, in words; or empty.
        matches: the link to all matches, empty without a console; `matches_hint` is said instead.
        preferences: the same for the employer's settings.
    """

    subject: str
    greeting: str
    news: str
    described: list[Described]
    others: str
    matches: str
    matches_hint: str
    reasons: list[str]
    preferences: str
    preferences_hint: str


def write(mail: Mail) -> Letter:
    """Write the mail; candidates are anonymous in it."""
    console = settings().console_url
    job = f"{console}/jobs/{mail.job_id}" if console else ""
    title, company = _one_line(mail.title), _one_line(mail.company or "")
    found = "1 good new match" if mail.count == 1 else f"{mail.count} good new matches"
    others = mail.count - len(mail.described)
    return Letter(
        subject=f"{found} for {title}",
        greeting=f"Hello {company} team," if company else "Hello,",
        news=f"We found {found} for your job {title}.",
        described=[_describe(match, job) for match in mail.described],
        others=f"And {others} more." if others > 0 else "",
        matches=job,
        matches_hint=(
            "See all matches on the site where you posted the job, or through the API with"
            f" GET /jobs/{mail.job_id}/matches."
        ),
        reasons=[
            _SENDER,
            (
                "You get this mail because you posted this job and mails about new matches that"
                f" score {mail.threshold} or more are switched on."
            ),
        ],
        preferences=f"{console}/settings" if console else "",
        preferences_hint="You can change this, or turn mails off, in your notification settings.",
    )


def _describe(match: MailedMatch, job: str) -> Described:
    # Our own summaries begin with the label; a summary that an admin put may not.
    summary = _one_line(match.summary.removeprefix(f"{match.recommendation}:"))
    if len(summary) > _MOST_OF_A_SUMMARY:
        summary = summary[: _MOST_OF_A_SUMMARY - 1].rstrip() + "…"
    return Described(
        score=match.overall_score,
        label=_one_line(match.recommendation),
        summary=summary[:1].upper() + summary[1:],
        facts=_facts(match.candidate) if match.candidate else [],
        link=f"{job}/matches/{match.profile_id}" if job and match.candidate else "",
    )


def _one_line(text: str) -> str:
    # A header can't hold control characters, and a line of its own could pass for one of ours.
    printable = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(printable).split())


def _facts(candidate: AnonymousCandidate) -> list[str]:
    """What tells candidates apart and gives nobody away."""
    bars = [
        known_label(Kind.BAR, admission["jurisdiction"])
        for admission in candidate.bar_admissions
        if admission.get("status") != "inactive"
    ]
    known = list(dict.fromkeys(bar for bar in bars if bar))[:_MOST_BARS]
    months, place = candidate.months_of_experience, candidate.location
    facts = [
        _years(months // 12) if months is not None else "",
        region_of(place) if place else "",
        "Bars: " + ", ".join(known) if known else "",
    ]
    return [fact for fact in facts if fact]


def _years(years: int) -> str:
    reached = [start for start in _RANGES if start <= years]
    if not reached:
        return "Less than a year of experience"
    if reached[-1] == _RANGES[-1]:
        return f"{reached[-1]} years of experience or more"
    return f"{reached[-1]} to {_RANGES[len(reached)]} years of experience"
