"""Files of employers that nobody has written honestly: each is refused by its line, and no more."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.transfers.file_lines import LONGEST_LINE, FaultyFileError, read_lines
from tests.support.employer_files import (
    JOB,
    OTHER,
    PAST,
    a_ranking,
    entries,
    good,
    line_of,
    text_of,
)
from tests.support.transfers import RETENTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.employer_files import Lines


FUTURE = (datetime.now(UTC) + timedelta(days=2)).isoformat()


def read(path: Path, content: str | bytes) -> int:
    """How many records a file has."""
    path.write_bytes(
        content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    )
    return sum(1 for _ in read_lines(path, retention=RETENTION))


def test_a_file_with_each_kind_is_accepted(tmp_path: Path) -> None:
    assert read(tmp_path / "file", text_of(good())) == len(good()) - 1


def setting(kind: str, name: str, value: Any) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        assert name in line_of(kind, lines)
        line_of(kind, lines)[name] = value

    return change


def rewritten(**changes: Any) -> Callable[[Lines], None]:
    """The last entry with another text, and the hash that belongs to it."""

    def change(lines: Lines) -> None:
        last = lines[-2]
        text = json.dumps({**json.loads(last["entry"]), **changes})
        hash_ = hashlib.sha256(bytes.fromhex(last["previous"]) + text.encode())
        last.update(entry=text, hash=hash_.hexdigest())

    return change


def chained(*changes: dict[str, Any]) -> Callable[[Lines], None]:
    """The last entries with other texts, and the hashes that belong to them."""

    def change(lines: Lines) -> None:
        previous = lines[-1 - len(changes)]["previous"]
        for line, other in zip(lines[-1 - len(changes) : -1], changes, strict=True):
            text = json.dumps({**json.loads(line["entry"]), **other})
            hash_ = hashlib.sha256(bytes.fromhex(previous) + text.encode()).hexdigest()
            decided = other.get("kind", line["decided"])
            line.update(entry=text, previous=previous, hash=hash_, decided=decided)
            previous = hash_

    return change


LEFT = {
    "scores": [None],
    "subscores": None,
    "listed": 0,
    "facts": {name: a_ranking(JOB)[name] for name in ("runId", "passed")},
}


def test_a_change_of_the_last_whole_shortlist_is_accepted(tmp_path: Path) -> None:
    lines = good()
    chained({"kind": "told"}, {**LEFT, "base": 2})(lines)
    assert read(tmp_path / "file", text_of(lines)) == len(lines) - 1


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def drop(kind: str) -> Callable[[Lines], None]:
    return lambda lines: lines.remove(line_of(kind, lines))


def twice(kind: str) -> Callable[[Lines], None]:
    return lambda lines: lines.insert(lines.index(line_of(kind, lines)), dict(line_of(kind, lines)))


def without(kind: str, name: str) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        del line_of(kind, lines)[name]

    return change


def to_the_front(kind: str) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        line = line_of(kind, lines)
        lines.remove(line)
        lines.insert(2, line)

    return change


FAULTS: dict[str, tuple[Callable[[Lines], Any], str]] = {
    "another format": (lambda lines: lines[0].update(format="x"), "line 1: is not the first line"),
    "a newer version": (
        lambda lines: lines[0].update(version=2, more=[]),
        "line 1: is of version 2 of the format; this release reads up to 1",
    ),
    "no first line": (lambda lines: lines.pop(0), "line 1: is not the first line"),
    "no end": (lambda lines: lines.pop(), "the file was cut off"),
    "another count": (lambda lines: lines[-1].update(lines=3), "tells of 3 lines before it"),
    "more after the end": (lambda lines: lines.append(lines[-1]), "comes after the end"),
    "no employer": (drop("employer"), "line 2: comes before the employer"),
    "an unknown kind": (setting("told", "kind", "canary"), "line 7"),
    "an unknown field": (lambda lines: lines[4].update(canary=1), "canary: is not a known field"),
    "a field that lacks": (without("job", "title"), "line 5: title"),
    "two employers": (twice("employer"), "is a second employer with the same kind"),
    "a job twice": (twice("job"), "is a second job with the same id"),
    "a match twice": (twice("match"), "is a second match with the same jobId and profileId"),
    "an entry twice": (twice("entry"), "is a second entry with the same jobId and number"),
    "another order": (to_the_front("mail"), "is about a job that is not in this file"),
    "a job after its rows": (
        lambda lines: lines.insert(-1, lines.pop(4)),
        "is about a job that is not in this file",
    ),
    "another's job": (setting("told", "jobId", OTHER), "is about a job that is not in this file"),
    "an id that is none": (setting("told", "profileId", "me"), "profileId: "),
    "a number as text": (setting("job", "version", "1"), "version: "),
    "a number beyond the column": (setting("job", "version", 2**31), "version: "),
    "a blank title": (setting("job", "title", " \n"), "title: must not be blank"),
    "NUL": (setting("job", "title", "a\0b"), "title: must not contain NUL"),
    "NUL in subscores": (setting("match", "subscores", '"\\u0000"'), "must not contain NUL"),
    "a long title": (setting("job", "title", "x" * 256), "title: "),
    "a long list": (setting("job", "requiredBar", ["x"] * 51), "requiredBar: "),
    "no zone": (setting("told", "notifiedAt", "2026-01-02T03:04:05"), "notifiedAt: "),
    "a time to come": (setting("told", "notifiedAt", FUTURE), "must not be in the future"),
    "a run to come": (setting("run", "startedAt", FUTURE), "must not be in the future"),
    "a late retry": (setting("job", "matchingRetryAt", FUTURE), "must not be in the future"),
    "a running job": (setting("job", "matchingStatus", "running"), "matchingStatus: "),
    "a run that goes on": (setting("run", "outcome", "running"), "outcome: "),
    "a mail that is due": (setting("mail", "status", "due"), "status: "),
    "another label": (
        setting("match", "recommendation", "Weak Match"),
        "must be 'Strong Match' for this overallScore",
    ),
    "four dimensions": (setting("match", "subscores", "{}"), "subscores"),
    "subscores with NaN": (setting("match", "subscores", '{"score": NaN}'), "subscores"),
    "declined for no reason": (setting("decision", "reason", None), "reason: is required"),
    "an infinite count": (setting("run", "failures", {"x": float("inf")}), "failures"),
    "a wrong hash": (setting("entry", "hash", "0" * 64), "does not match its hash"),
    "a changed entry": (
        lambda lines: lines[-2].update(entry=lines[-2]["entry"].replace("80", "81")),
        "does not match its hash",
    ),
    "an entry that is gone": (lambda lines: lines.pop(-3), "the entries between them are missing"),
    "no record of what expired": (drop("expired"), "no deletion of the beginning is recorded"),
    "another record of it": (
        setting("expired", "hash", "0" * 64),
        "does not follow the entry whose deletion is recorded",
    ),
    "a record that does not fit": (
        setting("expired", "number", 3),
        "does not follow the entry whose deletion is recorded",
    ),
    "another's chain": (
        lambda lines: [
            line.update(entry=other["entry"], previous=other["previous"], hash=other["hash"])
            for line, other in zip(lines[-4:-1], entries(OTHER)[1:], strict=True)
        ],
        "has another job, number, kind or time",
    ),
    "a text about another job": (rewritten(jobId=OTHER), "has another job, number, kind or time"),
    "a text of another kind": (rewritten(kind="told"), "has another job, number, kind or time"),
    "a text of no kind": (rewritten(kind="canary"), "entry: kind: "),
    "lists of unequal length": (rewritten(scores=[1, 2]), "differ in length"),
    "subscores of unequal length": (rewritten(subscores=[]), "differ in length"),
    "four subscores": (rewritten(subscores=[[1, 2, 3, 4]]), "entry: subscores"),
    "a candidate twice": (
        rewritten(candidates=["a" * 16] * 2, scores=[1, 1], subscores=None),
        "names a candidate twice",
    ),
    "a name for a pseudonym": (rewritten(candidates=["Ada Quill"]), "entry: candidates/0"),
    "a score that lacks": (rewritten(scores=[None]), "lacks a score"),
    "a base to come": (rewritten(base=4, scores=[None]), "has a base that it can't begin from"),
    "a base that has expired": (chained({**LEFT, "base": 1}), "not of the whole ranking before it"),
    "a base before the last one": (
        chained({**LEFT, "base": 2}),
        "not of the whole ranking before it",
    ),
    "a base that is a change": (
        chained({**LEFT, "base": 2}, {**LEFT, "base": 3}),
        "not of the whole ranking before it",
    ),
    "a base of another kind": (
        chained({"kind": "told"}, {**LEFT, "base": 3}),
        "not of the whole ranking before it",
    ),
    "a base that was invalidated": (
        chained({"kind": "invalidated"}, {**LEFT, "base": 2}),
        "not of the whole ranking before it",
    ),
    "a score beyond 100": (rewritten(scores=[101]), "entry: scores/0"),
    "a time before the last one": (rewritten(previousRecordedAt=PAST), "comes before the entry"),
    "facts of no ranking": (
        rewritten(facts={"rubricVersion": "x", "requirements": 5}),
        "writes: runId",
    ),
    "a rubric version as text": (
        rewritten(facts={**a_ranking(JOB), "rubricVersion": "2"}),
        "entry: ",
    ),
    "requirements that are none": (rewritten(facts={**a_ranking(JOB), "requirements": 5}), "entry"),
    "more facts": (rewritten(facts={**a_ranking(JOB), "canary": 1}), "entry: "),
    "a change of other rules": (
        rewritten(base=3, facts={"runId": JOB, "passed": 1, "rubricVersion": 3}),
        "entry: ",
    ),
    "a change of another entry": (
        rewritten(base=2, facts={"runId": JOB, "passed": 1}),
        "not of the whole ranking before it",
    ),
    "a version that can't go on": (setting("job", "version", 2**30 + 1), "version: "),
    "an entry that can't go on": (setting("expired", "number", 2**30 + 1), "number: "),
    "more failures than are tried": (setting("job", "matchingFailures", 6), "matchingFailures: "),
    "an entry with NaN": (rewritten(facts={"x": float("nan")}), "entry: "),
    "an entry with Infinity": (rewritten(facts={"x": float("-inf")}), "entry: "),
    "an entry with a huge number": (rewritten(facts={"x": 10**400}), "too large"),
    "an entry with NUL": (rewritten(facts={"x": ["a\0"]}), "contains NUL"),
    "an entry with deep facts": (rewritten(facts={"x": nested(9)}), "nested too deeply"),
    "an entry with very deep facts": (rewritten(facts={"x": nested(900)}), "entry: "),
    "an entry with many facts": (rewritten(facts={"x": [1] * 20_000}), "too many values"),
    "an entry with more": (rewritten(canary=1), "entry: canary: is not a known field"),
    "an entry that is no object": (setting("entry", "entry", "[]"), "entry: "),
    "a chain in the employer's file": (
        lambda lines: lines[0].update(complete=False),
        "line 12: belongs into a complete file only",
    ),
}


def test_a_change_of_the_ranking_before_it_is_accepted(tmp_path: Path) -> None:
    lines = good()
    facts = {"runId": JOB, "passed": 1, "vocabularyVersion": "3"}
    rewritten(base=3, listed=0, scores=[None], subscores=[None], facts=facts)(lines)
    assert read(tmp_path / "file", text_of(lines)) == len(lines) - 1


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_file_is_refused_by_its_line(tmp_path: Path, name: str) -> None:
    spoil, fault = FAULTS[name]
    lines = good()
    spoil(lines)
    with pytest.raises(FaultyFileError, match=r"^line \d+: ") as refused:
        read(tmp_path / "file", text_of(lines))
    assert fault in str(refused.value)


RAW: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "nothing": (lambda _: "", "line 1: is not the first line"),
    "a list": (lambda _: "[]\n", "line 1: is not the first line"),
    "half a line": (lambda text: text[:-3], "line 16: does not end"),
    "a blank line": (lambda text: text.replace("\n", "\n\n", 1), "line 2: "),
    "a huge line": (lambda text: text + "x" * (LONGEST_LINE + 1), "line 17: is longer than"),
    "NaN": (lambda text: text.replace('"threshold": 75', '"threshold": NaN'), "line 4: threshold"),
    "Latin-1": (lambda text: text.replace("Counsel", "Büro").encode("latin-1"), "line 5: "),
    "half a character": (lambda text: text.replace("Counsel", "\\ud800"), "line 5: "),
    "deep nesting": (lambda text: text.replace('["Licensing"]', "[" * 100_000, 1), "line 5: "),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_not_such_json_is_refused_by_its_line(tmp_path: Path, name: str) -> None:
    spoil, fault = RAW[name]
    with pytest.raises(FaultyFileError) as refused:
        read(tmp_path / "file", spoil(text_of(good())))
    assert str(refused.value).startswith(fault)


def test_the_fault_never_quotes_a_value(tmp_path: Path) -> None:
    lines = good()
    line_of("job", lines).update(title=["canary"], requiredBar=[{"canary": "canary"}])
    with pytest.raises(FaultyFileError) as refused:
        read(tmp_path / "file", text_of(lines))
    assert "canary" not in str(refused.value)


def test_whatever_is_changed_ends_in_records_or_in_a_line(tmp_path: Path) -> None:
    """Files in which a character, a value or a line is another."""
    random = Random(23)
    text = text_of(good())
    refused = 0
    for _ in range(400):
        at = random.randrange(len(text))
        spoiled = random.choice(
            (
                text[:at],
                text[:at] + text[at + 1 :],
                text[:at] + random.choice('"\\{}[],:0-9eENI\n\0é') + text[at + 1 :],
                text[:at] + text[random.randrange(len(text)) :],
                text.replace(random.choice(("null", "1", '"open"', PAST)), "NaN", 1),
            )
        )
        try:
            read(tmp_path / "file", spoiled)
        except FaultyFileError:
            refused += 1
    assert refused > 350  # the others changed a text only


def test_a_chain_that_a_longer_retention_still_needs_is_refused(tmp_path: Path) -> None:
    """Its verification would fail here, with good reason."""
    path = tmp_path / "file"
    path.write_text(text_of(good()))
    with pytest.raises(FaultyFileError, match="the retention before it is not over"):
        list(read_lines(path, retention=None))
