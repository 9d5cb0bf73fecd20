"""A verifier finds what was changed in a decision log, and where."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.audit.chains import FIRST, Broken, Head, Heads, Verified, verify

if TYPE_CHECKING:
    from collections.abc import Callable

JOBS = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"]
Entries = list[dict[str, Any]]
TIME = "2026-01-01T00:00:00.500000Z"
NOW = datetime(2026, 2, 1, tzinfo=UTC)
PAST = timedelta(days=30)
"""A retention that is over now."""


def entry(job: str, number: int, previous: str, text: str | None = None) -> dict[str, Any]:
    said = {"jobId": job, "number": number, "recordedAt": "2026-01-01T01:00:00.5+01:00"}
    said |= {"kind": "ranked", "candidates": ["ä"], "scores": [80]}
    text = text or json.dumps(said, ensure_ascii=False)
    return {
        "jobId": job,
        "number": number,
        "recordedAt": TIME,
        "kind": "ranked",
        "entry": text,
        "previous": previous,
        "hash": hashlib.sha256(bytes.fromhex(previous) + text.encode()).hexdigest(),
    }


def chain(job: str, length: int = 4) -> Entries:
    entries: Entries = []
    for number in range(1, length + 1):
        entries.append(entry(job, number, entries[-1]["hash"] if entries else FIRST.hex()))
    return entries


def log() -> Entries:
    return [*chain(JOBS[0]), *chain(JOBS[1])]


def expired(entries: Entries, until: int) -> Entries:
    """The entries after the first ones, as the log lists them when their retention is over."""
    last = entries[until - 1]
    first = entries[until] | {"expired": {"recordedAt": last["recordedAt"], "hash": last["hash"]}}
    return [first, *entries[until + 1 :]]


def head(entry: dict[str, Any]) -> Head:
    return Head(entry["number"], entry["hash"], entry["recordedAt"])


def broken(
    entries: Entries,
    saved: Heads | None = None,
    retention: timedelta | None = timedelta(days=1461),
    anchored: Any = (),
) -> Broken | None:
    return verify(entries, saved, anchored=anchored, retention=retention, now=NOW).broken


def test_a_log_as_it_was_written_is_whole() -> None:
    found = verify(log())
    assert (found.entries, found.shortened, found.broken) == (8, 0, None)
    assert found.heads == {job: (4, chain(job)[-1]["hash"], TIME) for job in JOBS}
    assert verify([]) == Verified()


def reworded(entries: Entries) -> None:
    entries[2]["entry"] = entries[2]["entry"].replace("80", "90")


def rewritten(entries: Entries) -> None:
    """With a hash that is right, so that the next one gives it away."""
    text = entries[1]["entry"].replace("[80]", "[90]")
    entries[1] = entry(JOBS[0], 2, entries[1]["previous"], text)


def removed(entries: Entries) -> None:
    del entries[2]


def added(entries: Entries) -> None:
    entries.insert(2, entry(JOBS[0], 3, entries[1]["hash"], '{"jobId": "another"}'))


def moved(entries: Entries) -> None:
    entries[1], entries[2] = entries[2], entries[1]


def renumbered(entries: Entries) -> None:
    del entries[2]
    entries[2]["number"] = 3


def filed_elsewhere(entries: Entries) -> None:
    entries[2]["kind"] = "told"


def dated_otherwise(entries: Entries) -> None:
    entries[2]["recordedAt"] = "2026-01-01T00:00:01.500000Z"


def grafted(entries: Entries) -> None:
    entries[4:] = [each | {"jobId": JOBS[1]} for each in chain(JOBS[0])]


def begun_again(entries: Entries) -> None:
    entries[0] = entry(JOBS[0], 1, "ff" * 32)


@pytest.mark.parametrize(
    ("touch", "job", "number", "reason"),
    [
        (reworded, 0, 3, "does not match its hash"),
        (rewritten, 0, 3, "does not follow the entry before it"),
        (removed, 0, 4, "follows number 2: the entries between them are missing"),
        (added, 0, 3, "has another job"),
        (moved, 0, 3, "follows number 1: the entries between them are missing"),
        (renumbered, 0, 3, "does not follow the entry before it"),
        (filed_elsewhere, 0, 3, "has another job, number, kind or time than its hashed text"),
        (dated_otherwise, 0, 3, "has another job, number, kind or time than its hashed text"),
        (grafted, 1, 1, "has another job, number, kind or time than its hashed text"),
        (begun_again, 0, 1, "is the first of its chain, but names an entry before it"),
    ],
)
def test_the_first_broken_entry_is_named(
    touch: Callable[[Entries], None], job: int, number: int, reason: str
) -> None:
    entries = log()
    touch(entries)
    found = broken(entries)
    assert found is not None
    assert (found.job_id, found.number) == (JOBS[job], number)
    assert found.reason.startswith(reason)


@given(st.integers(0, 7), st.sampled_from(["entry", "previous", "hash"]), st.data())
def test_no_character_can_be_changed(place: int, name: str, data: st.DataObject) -> None:
    entries = log()
    value: str = entries[place][name]
    at = data.draw(st.integers(0, len(value) - 1))
    alphabet = "0123456789abcdef" if name != "entry" else '"x0{} \n'
    new = data.draw(st.sampled_from([each for each in alphabet if each != value[at]]))
    entries[place][name] = value[:at] + new + value[at + 1 :]
    found = broken(entries)
    assert found is not None
    assert found.job_id == entries[place]["jobId"]
    # A hash is seen to be wrong where it stands, and the entry before it is what it was.
    assert found.number == entries[place]["number"]


def test_a_chain_whose_beginning_is_past_the_retention_is_whole() -> None:
    left = expired(chain(JOBS[0]), 2)
    found = verify([*left, *chain(JOBS[1])], retention=PAST, now=NOW)
    assert (found.entries, found.shortened, found.broken) == (6, 1, None)
    for number in (1, 2, 3):
        saved = {JOBS[0]: head(chain(JOBS[0])[number - 1])}
        assert broken(left, saved, PAST) is None
    # Nor is all of it missing.
    assert broken([], {JOBS[0]: head(chain(JOBS[0])[3])}, PAST) is None


def test_a_beginning_that_is_missing_before_its_retention_is_over_is_broken() -> None:
    entries = chain(JOBS[0])
    begins = "begins what is left of its chain, but"
    cases: list[tuple[Entries, timedelta | None, str]] = [
        (entries[2:], PAST, f"{begins} no deletion of the beginning is recorded"),
        (expired(entries, 2), timedelta(days=32), f"{begins} the retention before it is not over"),
        (expired(entries, 2), None, f"{begins} the retention before it is not over"),
    ]
    other = expired(entries, 2)
    other[0]["expired"]["hash"] = "ff" * 32
    cases += [(other, PAST, "does not follow the entry whose deletion is recorded")]
    for left, retention, reason in cases:
        assert broken(left, None, retention) == Broken(JOBS[0], 3, reason)


def test_the_hashed_text_counts_more_than_the_record_of_a_deletion() -> None:
    first, second = chain(JOBS[0], 2)
    for time, reason in ((TIME, None), ("2025-12-31T00:00:00Z", "tells another time")):
        said = json.loads(second["entry"]) | {"previousRecordedAt": time}
        following = entry(JOBS[0], 2, first["hash"], json.dumps(said))
        found = broken([first, following])
        assert (found and found.reason.startswith(reason or "-")) == (reason and True)
    long_ago = {"recordedAt": "2020-01-01T00:00:00Z", "hash": first["hash"]}
    said = json.loads(second["entry"]) | {"previousRecordedAt": TIME}
    following = entry(JOBS[0], 2, first["hash"], json.dumps(said)) | {"expired": long_ago}
    found = broken([following])
    assert found is not None
    assert found.reason.endswith("the retention before it is not over")


def test_what_is_left_must_follow_the_head_that_was_saved_before() -> None:
    entries = chain(JOBS[0])
    forged = [entry(JOBS[0], 3, "ff" * 32)]
    forged[0]["expired"] = {"recordedAt": TIME, "hash": "ff" * 32}
    saved = {JOBS[0]: head(entries[1])}
    assert broken(forged, None, PAST) is None
    assert broken(forged, saved, PAST) == Broken(
        JOBS[0], 3, "does not follow the entry whose hash was saved"
    )
    assert broken(forged, saved, timedelta(days=32)) == Broken(
        JOBS[0], 2, "is missing before its retention is over"
    )


def test_every_anchored_head_must_be_in_its_chain() -> None:
    entries = chain(JOBS[0])
    heads = [(JOBS[0], head(each)) for each in entries]
    assert broken(entries, anchored=heads) is None
    changed = (JOBS[0], head(entries[1])._replace(hash="ff" * 32))
    assert broken(entries, anchored=[*heads, changed]) == Broken(
        JOBS[0], 2, "differs from the entry whose hash was saved"
    )
    assert broken(entries[:3], anchored=heads) == Broken(
        JOBS[0], 4, "is missing, but its hash was saved"
    )


def test_a_head_that_was_saved_without_its_time_has_not_expired() -> None:
    former = {JOBS[0]: Head(4, chain(JOBS[0])[3]["hash"])}
    assert broken(chain(JOBS[0]), former) is None
    assert broken([], former, PAST) == Broken(JOBS[0], 4, "is missing, but its hash was saved")


def test_an_end_that_was_cut_off_is_noticed_where_the_hashes_were_saved() -> None:
    saved = verify(log()).heads
    assert broken(log(), saved) is None
    assert broken(log()[:3] + log()[4:]) is None
    assert broken(log()[:3] + log()[4:], saved) == Broken(
        JOBS[0], 4, "is missing, but its hash was saved"
    )
    assert broken(log()[4:], saved) == Broken(JOBS[0], 4, "is missing, but its hash was saved")


def test_a_chain_that_was_written_anew_is_noticed_where_the_hashes_were_saved() -> None:
    saved = verify(log()).heads
    other = chain(JOBS[0])[0]["entry"].replace("[80]", "[90]")
    anew = [entry(JOBS[0], 1, FIRST.hex(), other)]
    for number in (2, 3, 4, 5):
        anew += [entry(JOBS[0], number, anew[-1]["hash"])]
    assert broken(anew) is None
    found = broken(anew, {JOBS[0]: saved[JOBS[0]]})
    assert found == Broken(JOBS[0], 4, "differs from the entry whose hash was saved")
