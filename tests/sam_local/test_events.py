"""Every file in events/ succeeds under `sam local`, in containers, on the data of `make run`."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from scripts.generate_events import in_order
from tests.contract.test_names import pascal
from tests.sam_local.conftest import PATIENCE, SAM
from tests.support.artefacts import check
from tests.support.paths import ROOT
from tests.support.samples import RESULTS, event_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.system import System

NUMBERS = {
    "dispatch_matching": ("queued", "mails", "webhooks"),
    "reindex_profiles": ("reindexed",),
    "collect_heads": ("heads",),
}
"""How much a function has done: on the sample data it is another number."""
LISTS = {
    "get_decisions",
    "get_jobs_by_employer",
    "get_jobs_for_admin",
    "get_jobs_for_profile",
    "get_matches_for_job",
    "get_matching_runs",
    "get_profiles",
}
"""The routes that list something of the sample data."""


@pytest.fixture(scope="module")
def invoke(serve: Callable[[str], Any]) -> Iterator[Callable[[str], tuple[Any, str]]]:
    """Calls a function with its event in a container of its own; its answer, and sam's output."""
    with serve("start-lambda") as (address, log):

        def call(operation: str) -> tuple[Any, str]:
            url = f"{address}/2015-03-31/functions/{pascal(operation)}Function/invocations"
            request = Request(url, json.dumps(event_of(operation)).encode())  # noqa: S310 - ours
            with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
                return json.loads(answer.read()), log()[-5000:]

        yield call


@pytest.mark.parametrize("operation", in_order())
def test_an_event_succeeds_on_the_sample_data(
    operation: str, invoke: Callable[[str], tuple[Any, str]]
) -> None:
    answer, log = invoke(operation)
    expected: Any = RESULTS.get(operation)
    for name in NUMBERS.get(operation, ()):
        assert answer[name] >= 0, log
        answer[name] = expected[name]
    check(operation, answer, log)
    if operation in LISTS:
        assert json.loads(answer["body"])["items"], "the sample data has some"


def test_an_event_succeeds_by_the_command_of_the_guide(
    sam_environment: dict[str, str], system: System
) -> None:
    done = subprocess.run(  # noqa: S603 - sam
        [SAM, "local", "invoke", "GetHealthFunction", "--event", "events/get_health.json"],
        cwd=ROOT,
        env=sam_environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    check("get_health", json.loads(done.stdout), done.stderr)
