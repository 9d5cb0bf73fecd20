"""The client of the language model: several candidates of a run at once, within ceilings.

A failure for one candidate is recorded with its reason and does not stop the others.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from jobmatch.aws import UNREADABLE, ModelSilentError, converse
from jobmatch.config import settings
from jobmatch.errors import describe
from jobmatch.model_scorer.fences import MOST_TOKENS, tokens_of, tool_input
from jobmatch.model_scorer.prompts import TOOL, Judgements

SILENT_IN_A_ROW = 10
"""After so many calls without an answer, one after the other, no further call is made."""
_RANGES = {"greater_than_equal", "less_than_equal"}


class Failure(StrEnum):
    """Why a candidate has no score by the model."""

    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    DENIED = "denied"
    REFUSED = "refused"
    CUT_OFF = "cut-off"
    MALFORMED = "malformed-answer"
    MISSING = "missing-dimension"
    OUT_OF_RANGE = "score-out-of-range"
    CANDIDATE_CEILING = "candidate-ceiling"
    TOKEN_CEILING = "token-ceiling"  # noqa: S105 - not a password
    OUT_OF_TIME = "out-of-time"
    NOT_ASKED = "not-asked"
    """The model was taken to be down."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """How a run has used a language model.

    `asked` counts the candidates that it was asked about, `failures` those without a score of its,
    by reason. `fallback` is why it counted as down, so that the rubric scored the others.
    """

    asked: int
    input_tokens: int
    output_tokens: int
    failures: dict[str, int]
    fallback: str | None


@dataclass(slots=True)
class ModelResults:
    """The model's answer or its failure, by candidate, and what the calls used."""

    judgements: dict[UUID, Judgements] = field(default_factory=dict)
    failures: dict[UUID, Failure] = field(default_factory=dict)
    asked: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    down: Failure | None = None
    """Why the model was taken to be down; `None` if it was not."""
    first_error: str | None = None
    """What Bedrock answered to the first call that failed, for the log."""
    _answered: int = 0
    _silent_in_a_row: int = 0

    def reason_to_stop(self, ends: float) -> Failure | None:
        """Why no further call may be made; `None` if one may."""
        if self.down is not None:
            return Failure.NOT_ASKED
        if self.asked >= settings().model_candidates:
            return Failure.CANDIDATE_CEILING
        if self.input_tokens + self.output_tokens >= settings().model_tokens:
            return Failure.TOKEN_CEILING
        return Failure.OUT_OF_TIME if time.monotonic() >= ends else None

    def note(self, candidate: UUID, call: Future[dict[str, Any]]) -> None:
        """Record how a call ended."""
        try:
            answer = call.result()
        except ModelSilentError as error:
            reason = self.failures[candidate] = Failure(error.args[0])
            self._silent_in_a_row += 1
            self.first_error = self.first_error or describe(error)
            if error.lasting or self._silent_in_a_row >= SILENT_IN_A_ROW:
                self.down = reason
            return
        self._answered += 1
        self._silent_in_a_row = 0
        into, out = tokens_of(answer)
        self.input_tokens = min(self.input_tokens + into, MOST_TOKENS)
        self.output_tokens = min(self.output_tokens + out, MOST_TOKENS)
        try:
            judgements = _read(answer)
        except ModelSilentError as error:
            judgements = Failure(error.args[0])
        except UNREADABLE:
            judgements = Failure.MALFORMED
        if isinstance(judgements, Judgements):
            self.judgements[candidate] = judgements
        else:
            self.failures[candidate] = judgements

    def use(self) -> ModelUse:
        """What the run stores of these results."""
        failures = Counter(map(str, self.failures.values()))
        return ModelUse(
            self.asked, self.input_tokens, self.output_tokens, dict(failures), self.down
        )

    def close(self) -> None:
        """Take the model to have been down if it answered no call, however few there were."""
        if self.asked and not self._answered and self.down is None:
            self.down = next(iter(self.failures.values()))


def ask_model(requests: Mapping[UUID, dict[str, Any]]) -> ModelResults:
    """Call the model for these candidates in their order, several at once.

    No further call is made once a ceiling is reached, the time is over, or the model seems to be
    down. Calls under way are waited for, so that at most one call fewer than `concurrency` exceeds
    the ceiling of tokens.

    Args:
        requests: the parameters of Converse, by candidate.
    """
    results = ModelResults()
    ends = time.monotonic() + settings().model_seconds
    waiting = deque(requests.items())
    calls: dict[Future[dict[str, Any]], UUID] = {}
    concurrency = settings().model_concurrency
    with ThreadPoolExecutor(concurrency) as pool:
        while waiting or calls:
            while waiting and len(calls) < concurrency:
                if reason := results.reason_to_stop(ends):
                    results.failures |= {candidate: reason for candidate, _ in waiting}
                    waiting.clear()
                    break
                candidate, request = waiting.popleft()
                calls[pool.submit(converse, request)] = candidate
                results.asked += 1
            done, _ = wait(calls, return_when=FIRST_COMPLETED)
            for call in done:
                results.note(calls.pop(call), call)
    results.close()
    return results


def _read(answer: Mapping[str, Any]) -> Judgements | Failure:
    """The scores in an answer of Converse, or what is wrong with them."""
    try:
        return Judgements.model_validate(tool_input(answer, TOOL))
    except ValidationError as error:
        faults = {fault["type"] for fault in error.errors(include_url=False, include_input=False)}
    if "missing" in faults:
        return Failure.MISSING
    return Failure.OUT_OF_RANGE if faults & _RANGES else Failure.MALFORMED
