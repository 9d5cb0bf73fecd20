"""A model that fails at random: every run ends right, and its record says what failed."""

from __future__ import annotations

import threading
from collections import Counter
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Any

from jobmatch.model_scorer.service import BY_THE_RUBRIC
from tests.support.bedrock import (
    MODEL,
    PLAIN_SCORE,
    Response,
    fenced,
    judgements,
    refusal,
    reply,
    serving_bedrock,
)
from tests.support.given import a_profile, an_open_job
from tests.support.running import matches_of, run_matching, runs_of
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api
    from tests.support.people import People

RUNS = scaled(6, 50)
CANDIDATES = 12
FAILING = 0.3
PATIENCE = 2
"""Seconds for an answer: longer than a busy machine may need for a good one."""
BY_RUBRIC = 100
INCOMPLETE = {name: value for name, value in judgements().items() if name != "experienceFit"}
FINE = Response(reply(judgements()))
FAULTS: list[tuple[str, Response]] = [
    ("throttled", refusal(429, "ThrottlingException")),
    ("unavailable", refusal(500, "InternalServerException")),
    ("unavailable", Response({}, sent=0)),
    ("timeout", Response(reply(judgements()), delay=PATIENCE + 0.5)),
    ("malformed-answer", Response(reply(judgements()), sent=0.5)),
    ("malformed-answer", Response(reply("not an object"))),
    ("score-out-of-range", Response(reply(judgements(specializationMatch=1000)))),
    ("missing-dimension", Response(reply(INCOMPLETE))),
    ("cut-off", Response(reply({}, stop="max_tokens"))),
]


def is_read(response: Response) -> bool:
    """Whether it got through, so that we were told its 1,000 tokens, whatever else it says."""
    return response.status == HTTPStatus.OK and response.sent == 1 and not response.delay


class Unreliable:
    """Answers well or not, and remembers how it last answered about each candidate of a run."""

    def __init__(self) -> None:
        self._random = Random(30)
        self._lock = threading.Lock()
        self.last: dict[str, tuple[str, Response]] = {}
        self.answers = 0

    def __call__(self, request: dict[str, Any]) -> Response:
        ((domain,),) = (each["technicalDomains"] for each in fenced(request)[1:])
        with self._lock:
            failing = self._random.random() < FAILING
            fault = self._random.choice(FAULTS) if failing else ("", FINE)
            self.last[domain] = fault
            self.answers += 1
        return fault[1]


def test_runs_end_right_while_the_model_fails_at_random(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    domains = {
        a_profile(api, people, specializations=["Licensing"], technicalDomains=[f"{n}"]): f"{n}"
        for n in range(CANDIDATES)
    }
    kinds: Counter[str] = Counter()
    model = Unreliable()
    settings = {"MATCH_MODEL_ATTEMPTS": 2, "MATCH_MODEL_ANSWER_SECONDS": PATIENCE}
    with serving_bedrock(monkeypatch, model, **settings):
        for _ in range(RUNS):
            model.last.clear()
            job = an_open_job(api, people.employer)
            run_matching(job)
            (run,) = runs_of(api, job, people.employer)
            matches = {each["profileId"]: each for each in matches_of(api, job, people.employer)}
            failed = {domain: reason for domain, (reason, _) in model.last.items() if reason}
            assert matches.keys() == domains.keys()
            assert len(model.last) == CANDIDATES
            for profile, domain in domains.items():
                by_model = domain not in failed
                assert matches[profile]["overallScore"] == (PLAIN_SCORE if by_model else BY_RUBRIC)
                assert matches[profile]["summary"].endswith(BY_THE_RUBRIC) is not by_model
            assert (run["outcome"], run["fallback"], run["modelId"]) == ("completed", None, MODEL)
            assert run["failures"] == Counter(failed.values())
            assert run["failed"] == len(failed)
            told = sum(is_read(response) for _, response in model.last.values())
            assert run["inputTokens"] + run["outputTokens"] == 1000 * told
            kinds.update(failed.values())
    assert len(kinds) > 1
    found(
        Section.FAULTS,
        f"runs of {CANDIDATES} candidates with a language model of whose answers"
        f" {FAILING:.0%} were throttled, refused, late, cut off or wrong at random",
        RUNS,
        f"all ended right: {sum(kinds.values())} of {RUNS * CANDIDATES} candidates have the"
        " rubric's scores, each marked, and counted by its reason in the run's record",
    )
