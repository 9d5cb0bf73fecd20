"""What the experiments found is shown in few rows, and nothing of it is lost."""

from __future__ import annotations

from scripts.write_trust import tables
from tests.support.trust import Finding, Section


def rows(*findings: tuple[str, int, str]) -> list[str]:
    found = [Finding(Section.FAULTS, *finding) for finding in findings]
    return [line for line in tables(found) if " | " in line and not line.startswith("what was")]


def test_experiments_that_ended_alike_are_one_row() -> None:
    assert rows(
        ("SES hangs up, so that nobody knows", 1, "sent once"),
        ("SES answers 500, so that nobody knows", 1, "sent once"),
        ("SES denies access", 1, "due again"),
    ) == [
        "SES hangs up or answers 500, so that nobody knows | 1 | sent once",
        "SES denies access | 1 | due again",
    ]


def test_their_numbers_are_listed_in_their_order() -> None:
    (row,) = rows(
        ("PostgreSQL stopped", 20, "333 requests: 327 succeeded, 6 got 503"),
        ("PostgreSQL frozen", 2, "80 requests: 50 succeeded, 30 got 503"),
    )
    tried, often, happened = row.split(" | ")
    assert tried == "PostgreSQL stopped or frozen"
    assert often == "20 and 2"
    assert happened == "333 and 80 requests: 327 and 50 succeeded, 6 and 30 got 503"


def test_of_many_numbers_the_range_is_shown() -> None:
    found = [(f"6.0 MB of {what}", 1, f"{number:,} ms") for number, what in enumerate("abcd", 999)]
    (row,) = rows(*found, ("6.0 MB of e", 1, "7 ms"))
    assert row == "6.0 MB of a, b, c, d or e | 1 | 7 to 1,002 ms"


def test_experiments_of_two_kinds_stay_apart() -> None:
    assert len(rows(("A warm connection cut", 1, "lost"), ("A database away", 1, "lost"))) == 2


def test_what_differs_in_the_last_words_is_named_once() -> None:
    texts = ["all the same for a while", "errors that quote them from statement"]
    first, second = (f"Canaries in input: {text}" for text in texts)
    assert rows((first, 1, "none"), (f"{second} 1", 1, "none"), (f"{second} 2", 1, "none")) == [
        f"Canaries in input: {texts[0]} or {texts[1]} 1 or 2 | 1 | none"
    ]
