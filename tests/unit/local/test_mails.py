"""Mails are there after a restart."""

import json
from pathlib import Path
from types import SimpleNamespace

from local.mails import MOST, Mails


def mail(number: int) -> SimpleNamespace:
    """A mail as moto has it."""
    raw = f"To: x{number}@y.example\nSubject: {number}\n\ntext\n"
    return SimpleNamespace(raw_data=raw, destinations=[])


def subjects(mails: Mails) -> list[str]:
    return [each["subject"] for each in mails.newest_first()]


def test_they_are_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    first = Mails(file)
    for number in range(3):
        first.append(mail(number))
    assert file.stat().st_mode & 0o777 == 0o600, "it holds addresses"
    second = Mails(file)
    assert second.newest_first() == first.newest_first()
    second.append(mail(3))
    assert subjects(Mails(file)) == ["3", "2", "1", "0"]


def test_a_mail_that_a_kill_cut_off_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    first = Mails(file)
    first.append(mail(0))
    first.append(mail(1))
    file.write_bytes(file.read_bytes()[:-9])
    again = Mails(file)
    assert subjects(again) == ["0"]
    again.append(mail(2))
    assert subjects(Mails(file)) == ["2", "0"]


def test_there_are_not_more_and_more(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    mails = Mails(file)
    last = 2 * MOST + 3
    for number in range(last + 1):
        mails.append(mail(number))
    assert len(mails.newest_first()) == MOST
    assert subjects(mails)[0] == str(last)
    assert len(file.read_text().splitlines()) <= 2 * MOST
    assert json.loads(file.read_text().splitlines()[-1])["subject"] == str(last)
