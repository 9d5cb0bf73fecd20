"""The mail itself: the best new matches, who sends it and why, as text and as HTML."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from html import escape
from typing import TYPE_CHECKING

from jobmatch.config import settings
from jobmatch.places.names import region_of
from jobmatch.telemetry.correlation import MAIL_HEADER, correlation_id
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

if TYPE_CHECKING:
    from jobmatch.candidates.schemas import AnonymousCandidate
    from jobmatch.notifications.queries import Mail, MailedMatch

_RANGES = (1, 3, 5, 10, 15, 20)
"""Where ranges of years begin: an exact number tells candidates apart from all others."""
_MOST_BARS = 5
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
</head>
<body style="font: 16px/1.5 sans-serif; max-width: 600px; margin: 0 auto; padding: 16px">
<p>Hello,</p>
<p>{news}</p>
<ul style="padding-left: 20px">{rows}</ul>
<p>{more}<a href="{link}">See all matches</a></p>
<p style="font-size: 14px">{why} <a href="{preferences}">Change this, or turn mails off</a>.</p>
</body>
</html>
"""


def compose(mail: Mail) -> EmailMessage:
    """The mail, as text and as HTML. Candidates are anonymous; every value is escaped."""
    # A header can't hold control characters; a title can.
    printable = (letter if letter.isprintable() else " " for letter in mail.title)
    title = " ".join("".join(printable).split())
    found = "1 good new match" if mail.count == 1 else f"{mail.count} good new matches"
    message = EmailMessage()
    message["From"] = settings().mail_sender
    # Raises ValueError for anything but one address: a list would have other readers.
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = f"{found} for {title}"
    if current := correlation_id():
        message[MAIL_HEADER] = current
    news = f"We found {found} for your job {title}."
    link = f"{settings().job_base_url}/{mail.job_id}"
    preferences = settings().mail_settings_url
    others = mail.count - len(mail.described)
    more = f"And {others} more. " if others > 0 else ""
    why = (
        "You get this mail because you posted this job, and mails about new matches that score"
        f" {mail.threshold} or more are on."
    )
    described = [(match.overall_score, _lines(match)) for match in mail.described]
    paragraphs = [
        "Hello,",
        news,
        *(f"{score}: " + "\n    ".join(lines) for score, lines in described),
        f"{more}See all matches: {link}",
        f"{why} Change this, or turn mails off: {preferences}\n",
    ]
    message.set_content("\n\n".join(paragraphs))
    rows = "".join(
        f"<li><p><strong>{score}</strong> {'<br>'.join(map(escape, lines))}</p></li>"
        for score, lines in described
    )
    page = _PAGE.format(
        news=escape(news),
        rows=rows,
        more=more,
        link=escape(link),
        why=why,
        preferences=escape(preferences),
    )
    message.add_alternative(page, subtype="html")
    return message


def _lines(match: MailedMatch) -> list[str]:
    # Our own summaries begin with the label; a summary that an admin put may not.
    has_label = match.summary.startswith(match.recommendation)
    sentence = match.summary if has_label else f"{match.recommendation}: {match.summary}"
    facts = "; ".join(_facts(match.candidate)) if match.candidate else ""
    return [sentence, facts] if facts else [sentence]


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
        "bars: " + ", ".join(known) if known else "",
    ]
    return [fact for fact in facts if fact]


def _years(years: int) -> str:
    reached = [start for start in _RANGES if start <= years]
    if not reached:
        return "less than a year of experience"
    if reached[-1] == _RANGES[-1]:
        return f"{reached[-1]} years of experience or more"
    return f"{reached[-1]} to {_RANGES[len(reached)]} years of experience"
