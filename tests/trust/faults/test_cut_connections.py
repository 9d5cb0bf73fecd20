"""Connections to the database that break in the middle of a word, go silent or are slow."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

import pytest

from jobmatch import postgres as database
from jobmatch.postgres import engine
from tests.support.addresses import Relay, Side
from tests.support.delay import delayed
from tests.support.traffic import Traffic, report
from tests.support.trust import FULL, Section, found, scaled

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

READS = {"read", "list"}


def length(relay: Relay, side: Side, traffic: Traffic, kind: str) -> int:
    """How many bytes a side says for one such request, while the connection is as it is."""
    before = relay.passed[side]
    assert getattr(traffic, kind)() < 300
    return relay.passed[side] - before


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("warm", [True, False])
def test_a_connection_cut_anywhere_loses_and_doubles_nothing(
    api: Api, people: People, relay: Relay, side: Side, warm: bool
) -> None:
    traffic = Traffic(api, people)
    chance = Random(f"{side} {warm}")
    cuts = 0
    for kind in ("read", "list", "post", "change", "put"):
        for _ in range(2):
            getattr(traffic, kind)()  # until its statements are prepared
        if not warm:
            engine().dispose()
        said = length(relay, side, traffic, kind)
        times = scaled(2, 80)
        for part in range(times):
            if not warm:
                engine().dispose()
            relay.cut(side, 1 + int(said * (part + chance.random()) / times) % said)
            status = getattr(traffic, kind)()
            cuts += not relay.armed
            relay.spare()
            # Reading is repeated by ourselves; and so is to connect, whatever it is for.
            assert status < 300 or kind not in READS
        traffic.settle()
    assert cuts > scaled(5, 300)
    who = "what we say" if side is Side.CALLER else "what PostgreSQL says"
    state = "warm" if warm else "new"
    tried = f"A {state} connection cut in the middle of {who}, at bytes all over a request"
    found(Section.FAULTS, tried, cuts, report(traffic))


@pytest.mark.parametrize("kind", ["read", "change"])
def test_a_connection_gone_silent_is_given_up_and_replaced(
    api: Api, people: People, relay: Relay, kind: str
) -> None:
    traffic, times = Traffic(api, people), scaled(1, 5)
    traffic.post()
    for _ in range(times):
        relay.mute()
        before = time.monotonic()
        assert getattr(traffic, kind)() == 503
        assert time.monotonic() - before < 2
        for _ in range(6):
            traffic.step()
        traffic.settle()
    assert traffic.answers[503] == times
    found(
        Section.FAULTS,
        f"A connection that goes silent (half open): {kind}",
        times,
        report(traffic),
    )


def test_a_connection_that_went_silent_in_a_long_pause_is_not_used(
    api: Api, people: People, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    traffic, times = Traffic(api, people), scaled(1, 5)
    monkeypatch.setattr(database, "PING_SECONDS", 0.2)
    traffic.post()
    for number in range(times):
        relay.mute()
        later = time.time() + (number + 1) * (database.IDLE_SECONDS_BEFORE_PING + 1)
        monkeypatch.setattr(time, "time", lambda later=later: later)
        assert traffic.change() == 200
    traffic.settle()
    assert not traffic.answers[503]
    tried = "A connection that goes silent while nobody uses it for a minute"
    found(Section.FAULTS, tried, times, report(traffic))


def test_far_away_it_is_slow_and_right(
    api: Api, people: People, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    milliseconds = 500 if FULL else 50
    monkeypatch.setenv("DATABASE_CONNECT_SECONDS", "5")
    monkeypatch.setenv("DATABASE_ANSWER_SECONDS", "13")
    with delayed(database, milliseconds) as url, monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        traffic = Traffic(api, people)
        traffic.post()
        traffic.read()
        before = time.monotonic()
        traffic.read()
        seconds = time.monotonic() - before
        for _ in range(scaled(3, 60)):
            traffic.step()
        traffic.settle()
        engine().dispose()
    assert not traffic.answers[503]
    assert seconds < 2 * milliseconds / 1000, "A read takes one round trip."
    found(
        Section.FAULTS,
        f"A database {milliseconds} ms away",
        traffic.answers.total(),
        f"{report(traffic)}; to read a job took {1000 * seconds:.0f} ms",
    )
