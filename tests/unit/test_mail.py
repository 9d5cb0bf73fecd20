"""What the mail to an employer says, and that nothing in it is taken for more than text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from jobmatch.candidates.schemas import AnonymousCandidate
from jobmatch.notifications.letter import compose
from jobmatch.notifications.queries import MOST_DESCRIBED, Mail, MailedMatch

JOB = UUID(int=7)
GOOD = MailedMatch(80, "Strong Match", "Strong Match: strong in experience.")


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "matches@jobmatch.example")
    monkeypatch.setenv("JOB_BASE_URL", "https://jobs.example/")
    monkeypatch.setenv("MAIL_SETTINGS_URL", "https://jobs.example/settings?mails&of=me")


def a_mail(*described: MailedMatch, title: str = "Counsel", others: int = 0) -> Mail:
    scores = {UUID(int=number): 80 for number in range(len(described) + others)}
    return Mail(UUID(int=9), JOB, "a@b.example", title, 75, scores, list(described))


def someone(months: int | None = None, location: str | None = None, **bars: str) -> MailedMatch:
    admissions: Any = [{"jurisdiction": bar, "status": status} for bar, status in bars.items()]
    candidate = AnonymousCandidate(UUID(int=1), location, months, [], [], admissions, [])
    return MailedMatch(80, "Strong Match", "Strong Match: strong in experience.", candidate)


def parts(mail: Mail) -> tuple[str, str, str]:
    message = compose(mail)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(message["Subject"]), text.get_content(), html.get_content()


def test_it_names_score_label_and_summary_and_links_to_the_job() -> None:
    subject, text, html = parts(a_mail(GOOD))
    assert subject == "1 good new match for Counsel"
    for body in (text, html):
        assert "80" in body
        assert "Strong Match: strong in experience." in body
        assert f"https://jobs.example/{JOB}" in body
        assert "https://jobs.example/settings?mails" in body
        assert "You get this mail because you posted this job" in body
        assert "that score 75 or more" in body
        assert str(UUID(int=0)) not in body


@pytest.mark.parametrize(
    ("match", "facts"),
    [
        (someone(11), "less than a year of experience"),
        (someone(12), "1 to 3 years of experience"),
        (someone(12 * 10 - 1), "5 to 10 years of experience"),
        (someone(12 * 10), "10 to 15 years of experience"),
        (someone(12 * 40), "20 years of experience or more"),
        (someone(None, "Munich, Germany"), "Bayern, Germany"),
        (someone(None, "Palo Alto, California"), "California, United States"),
        (someone(None, "Remote"), ""),
        (someone(EPO="active", Oz="active", USPTO="inactive"), "bars: European Patent Office"),
        (someone(), ""),
    ],
)
def test_facts_tell_candidates_apart_and_give_nobody_away(match: MailedMatch, facts: str) -> None:
    _, text, html = parts(a_mail(match))
    for body, line_end in ((text, "\n"), (html, "</p>")):
        said = body.partition("strong in experience.")[2].partition(line_end * (1 + (body is text)))
        assert said[0].removeprefix("<br>").strip() == facts
        assert not [word for word in ("Munich", "Palo Alto", "Oz", "USPTO") if word in body]


def test_a_phone_shows_it_in_its_own_width() -> None:
    html = parts(a_mail(GOOD))[2]
    assert '<meta name="viewport" content="width=device-width' in html
    assert "max-width: 600px" in html


def test_a_summary_without_a_label_gets_one() -> None:
    plain = MailedMatch(80, "Strong Match", "Fits well.")
    assert "Strong Match: Fits well." in parts(a_mail(plain))[1]


def test_the_best_are_described_and_the_others_counted() -> None:
    subject, text, _ = parts(a_mail(*[GOOD] * MOST_DESCRIBED, others=3))
    assert subject.startswith(f"{MOST_DESCRIBED + 3} good new matches")
    assert text.count("strong in experience") == MOST_DESCRIBED
    assert "And 3 more." in text


def test_values_are_escaped_in_html() -> None:
    evil = MailedMatch(80, "Strong Match", "<script>alert(1)</script>")
    title = "Counsel <img src=x onerror=alert(1)> & Co"
    _, _, html = parts(a_mail(evil, title=title))
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_title_can_add_no_header() -> None:
    title = "Counsel\r\nBcc: everybody@evil.example\x00\u2028x"
    message = compose(a_mail(GOOD, title=title))
    assert message["Bcc"] is None
    assert "Bcc: everybody" in str(message["Subject"])
    assert b"\nBcc:" not in message.as_bytes()
