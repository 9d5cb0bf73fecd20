"""What the mail to an employer says, and that nothing in it is taken for more than text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from jobmatch.candidates.schemas import AnonymousCandidate
from jobmatch.notifications.letter import compose
from jobmatch.notifications.queries import MOST_DESCRIBED, Mail, MailedMatch

JOB = UUID(int=7)
PROFILE = UUID(int=1)
LONGEST = 5_000
"""Characters of a summary; a title and a company's name have 255."""
CLIPPED = 102 * 1024
"""Bytes from which Gmail cuts a mail off."""


def nobody(summary: str) -> MailedMatch:
    """A match whose candidate was deleted in the meantime."""
    return MailedMatch(PROFILE, 80, "Strong Match", summary)


GOOD = nobody("Strong Match: strong in experience.")


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "matches@jobmatch.example")
    monkeypatch.setenv("CONSOLE_URL", "https://jobs.example/console/")


def a_mail(
    *described: MailedMatch, title: str = "Counsel", company: str | None = None, others: int = 0
) -> Mail:
    scores = {UUID(int=number): 80 for number in range(len(described) + others)}
    return Mail(UUID(int=9), JOB, "a@b.example", company, title, 75, scores, list(described))


def someone(months: int | None = None, location: str | None = None, **bars: str) -> MailedMatch:
    admissions: Any = [{"jurisdiction": bar, "status": status} for bar, status in bars.items()]
    candidate = AnonymousCandidate(PROFILE, location, months, [], [], admissions, [])
    return replace(GOOD, candidate=candidate)


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
        assert "Strong Match" in body
        assert "Strong in experience." in body
        assert f"https://jobs.example/console/jobs/{JOB}" in body
        assert "https://jobs.example/console/settings" in body
        assert "This mail is from jobmatch" in body
        assert "You get this mail because you posted this job" in body
        assert "that score 75 or more" in body


def test_it_links_to_each_candidate_who_is_still_there() -> None:
    link = f"https://jobs.example/console/jobs/{JOB}/matches/{PROFILE}"
    for match, times in ((someone(), 1), (GOOD, 0)):
        assert [body.count(link) for body in parts(a_mail(match))[1:]] == [times] * 2


def test_without_a_console_there_is_no_link_but_a_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_URL", "")
    for body in parts(a_mail(someone(12)))[1:]:
        assert "http" not in body
        assert "href" not in body
        assert "None" not in body
        assert f"GET /jobs/{JOB}/matches" in body
        assert "in your notification settings" in body


@pytest.mark.parametrize(
    ("company", "greeting"),
    [("Marlow Devices", "Hello Marlow Devices team,"), (None, "Hello,"), (" \n", "Hello,")],
)
def test_it_greets_the_company_if_there_is_one(company: str | None, greeting: str) -> None:
    for body in parts(a_mail(GOOD, company=company))[1:]:
        assert greeting in body


@pytest.mark.parametrize(
    ("match", "facts"),
    [
        (someone(11), "Less than a year of experience"),
        (someone(12), "1 to 3 years of experience"),
        (someone(12 * 10 - 1), "5 to 10 years of experience"),
        (someone(12 * 10), "10 to 15 years of experience"),
        (someone(12 * 40), "20 years of experience or more"),
        (someone(None, "Munich, Germany"), "Bayern, Germany"),
        (someone(None, "Palo Alto, California"), "California, United States"),
        (someone(None, "Remote"), ""),
        (someone(EPO="active", Oz="active", USPTO="inactive"), "Bars: European Patent Office"),
        (someone(), ""),
    ],
)
def test_facts_tell_candidates_apart_and_give_nobody_away(match: MailedMatch, facts: str) -> None:
    _, text, html = parts(a_mail(match))
    link = f"    See this candidate: https://jobs.example/console/jobs/{JOB}/matches/{PROFILE}"
    described = text.partition("Strong in experience.\n")[2].partition("\n\n")[0].splitlines()
    assert described == [f"    {facts}", link] if facts else [link]
    assert not facts or f">{facts}</p>" in html
    for body in (text, html):
        assert not [word for word in ("Munich", "Palo Alto", "Oz", "USPTO") if word in body]


def test_a_summary_without_a_label_gets_one() -> None:
    text = parts(a_mail(nobody("Fits well.")))[1]
    assert "80 of 100: Strong Match\n    Fits well.\n" in text


def test_the_best_are_described_and_the_others_counted() -> None:
    subject, text, _ = parts(a_mail(*[GOOD] * MOST_DESCRIBED, others=3))
    assert subject.startswith(f"{MOST_DESCRIBED + 3} good new matches")
    assert text.count("Strong in experience") == MOST_DESCRIBED
    assert "And 3 more." in text


def test_values_are_escaped_in_html() -> None:
    evil = replace(someone(), summary="<script>1</script>", recommendation="<i>$news ${end}")
    title = "Counsel <img src=x onerror=alert(1)> & Co $"
    _, _, html = parts(a_mail(evil, title=title, company='"><b>Evil & Sons'))
    for tag in ("<script", "<img", "<i>", "<b>"):
        assert tag not in html
    assert "&lt;script&gt;1&lt;/script&gt;" in html
    assert "&lt;i&gt;$news ${end}" in html
    assert "&quot;&gt;&lt;b&gt;Evil &amp; Sons team," in html


@pytest.mark.parametrize("letter", ['"', "&", "x", "漢", "🧑", "👩🏽\u200d⚖️ "])
def test_the_longest_mail_is_not_clipped(letter: str) -> None:
    bars = dict.fromkeys(["European Patent Office", "California", "New York", "Texas"], "active")
    long = replace(
        someone(60, "Palo Alto, California", **bars), summary=(letter * LONGEST)[:LONGEST]
    )
    name = (letter * 255)[:255]
    mail = a_mail(*[long] * MOST_DESCRIBED, title=name, company=name, others=400)
    assert len(parts(mail)[2].encode()) < CLIPPED
    assert len(compose(mail).as_bytes()) < CLIPPED


def test_a_text_can_add_no_line() -> None:
    link = "See all matches: https://evil.example"
    text = parts(a_mail(nobody(f"Good.\n\n{link}"), company=f"A,\n\n{link}"))[1]
    assert not [line for line in text.splitlines() if line.strip() == link]


def test_a_title_can_add_no_header() -> None:
    title = "Counsel\r\nBcc: everybody@evil.example\x00\u2028x"
    message = compose(a_mail(GOOD, title=title))
    assert message["Bcc"] is None
    assert "Bcc: everybody" in str(message["Subject"])
    assert b"\nBcc:" not in message.as_bytes()
