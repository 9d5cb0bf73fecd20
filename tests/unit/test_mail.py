"""What the mail to an employer says, and that nothing in it is taken for more than text."""

from __future__ import annotations

from uuid import UUID

import pytest

from jobmatch.notifications.queries import Mail, MailedMatch
from jobmatch.notifications.service import MOST_NAMED, compose

JOB = UUID(int=7)
GOOD = MailedMatch(UUID(int=1), 80, "Strong Match", "Strong Match: strong in experience.")


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "matches@jobmatch.example")
    monkeypatch.setenv("JOB_BASE_URL", "https://jobs.example/")


def parts(mail: Mail) -> tuple[str, str, str]:
    message = compose(mail)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(message["Subject"]), text.get_content(), html.get_content()


def test_it_names_score_label_and_summary_and_links_to_the_job() -> None:
    subject, text, html = parts(Mail(UUID(int=9), JOB, "a@b.example", "Counsel", [GOOD]))
    assert subject == "1 good new match for Counsel"
    for body in (text, html):
        assert "80" in body
        assert "Strong Match: strong in experience." in body
        assert f"https://jobs.example/{JOB}" in body
        assert str(GOOD.profile_id) not in body


def test_a_summary_without_a_label_gets_one() -> None:
    plain = MailedMatch(UUID(int=1), 80, "Strong Match", "Fits well.")
    assert "Strong Match: Fits well." in parts(Mail(JOB, JOB, "a@b.example", "T", [plain]))[1]


def test_the_best_are_described_and_the_others_counted() -> None:
    subject, text, _ = parts(Mail(JOB, JOB, "a@b.example", "T", [GOOD] * (MOST_NAMED + 3)))
    assert subject.startswith(f"{MOST_NAMED + 3} good new matches")
    assert text.count("strong in experience") == MOST_NAMED
    assert "And 3 more." in text


def test_values_are_escaped_in_html() -> None:
    evil = MailedMatch(UUID(int=1), 80, "Strong Match", "<script>alert(1)</script>")
    title = "Counsel <img src=x onerror=alert(1)> & Co"
    _, _, html = parts(Mail(JOB, JOB, "a@b.example", title, [evil]))
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_title_can_add_no_header() -> None:
    title = "Counsel\r\nBcc: everybody@evil.example\x00\u2028x"
    message = compose(Mail(JOB, JOB, "a@b.example", title, [GOOD]))
    assert message["Bcc"] is None
    assert "Bcc: everybody" in str(message["Subject"])
    assert b"\nBcc:" not in message.as_bytes()
