"""Profile `own`: from nothing to the first match by the guide, changed, broken, and deleted."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.aws.checkout import CAUSE
from tests.aws.permissions import NOT_ASKED_FOR, permissions_of, taken_away
from tests.aws.report import REPORT
from tests.aws.stack import Stack
from tests.aws.steps import MAIL, follow_the_guide, tear_down
from tests.support.artefacts import OPERATIONS, check
from tests.support.rows import empty_tables
from tests.support.samples import lay_out
from tests.support.trust import FULL, Section, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.aws.checkout import Checkout
    from tests.aws.emulator import Emulator

NAME = "jobmatch-own"
EVENTS = {name: each for name, each in OPERATIONS.items() if each != "create_database_roles"}
"""Without what is not there with a database of one's own; test_dev.py has it."""


@pytest.fixture(scope="module")
def configured(checkout: Checkout, own_database: dict[str, str]) -> None:
    """What an operator writes into samconfig.toml."""
    checkout.configure("own", own_database | MAIL | {"AnchorRetentionDays": "1"})


@pytest.mark.usefixtures("configured")
def test_a_first_deployment_that_fails_leaves_its_cause(
    emulator: Emulator, checkout: Checkout
) -> None:
    stack = Stack(emulator, NAME)
    with checkout.failing_migration(), REPORT.timed("jobmatch-own: a first create that fails"):
        said = checkout.deploy("own", fails=True)
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert stack.failures()["DatabaseSchema"].startswith(CAUSE)
    assert CAUSE in " ".join(said.split())
    stack.delete()


@pytest.fixture(scope="module")
def stack(emulator: Emulator, checkout: Checkout, configured: None) -> Stack:
    """The stack, deployed."""
    with REPORT.timed("jobmatch-own: create"):
        checkout.deploy("own")
    return Stack(emulator, NAME)


def test_the_stack_is_created(stack: Stack) -> None:
    assert stack.status() in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    REPORT.count(stack)


def test_pages_of_the_console_may_call_and_no_others(stack: Stack) -> None:
    console = stack.output("ConsoleUrl").removesuffix("/console/")
    asked = {"Access-Control-Request-Method": "PATCH"}
    for origin, allowed in ((console, console), ("https://elsewhere.example", None)):
        _, headers, _ = stack.call("OPTIONS", "/jobs", {"Origin": origin, **asked})
        assert headers["Access-Control-Allow-Origin"] == allowed
    _, headers, _ = stack.call("OPTIONS", "/jobs", {"Origin": console, **asked})
    assert "PATCH" in headers["Access-Control-Allow-Methods"]
    assert "if-match" in headers["Access-Control-Allow-Headers"]


def test_the_guide_leads_to_the_first_match_and_its_mail(stack: Stack, checkout: Checkout) -> None:
    follow_the_guide(stack, checkout)


@pytest.fixture(scope="class")
def idle(stack: Stack) -> Iterator[None]:
    """Nobody works on the queues, so that the rows are those that the test has laid out."""
    with stack.without_workers(), ThreadPoolExecutor(2) as pool:
        # Starting takes most of the time, and does not need the rows.
        for started in [pool.submit(stack.invoke, *each) for each in EVENTS.items()]:
            started.result()
        yield


@pytest.mark.usefixtures("idle")
class TestEvents:
    @pytest.mark.parametrize("logical_id", EVENTS)
    def test_a_function_answers_its_event(self, logical_id: str, stack: Stack) -> None:
        operation = EVENTS[logical_id]
        empty_tables()
        lay_out()
        check(operation, stack.invoke(logical_id, operation), stack.emulator.tail())


@pytest.mark.skipif(not FULL, reason="make trust has the time")
@pytest.mark.usefixtures("idle")
class TestPermissions:
    tried: ClassVar[Counter[str]] = Counter()
    """How many permissions of each operation were taken away."""

    @pytest.mark.parametrize("logical_id", EVENTS)
    def test_the_log_names_what_a_role_lacks(self, logical_id: str, stack: Stack) -> None:
        operation, emulator = EVENTS[logical_id], stack.emulator
        role = stack.live(logical_id)["Role"].rpartition("/")[2]
        silent = set()
        for permission in permissions_of(emulator, role):
            empty_tables()
            lay_out()
            with taken_away(emulator, permission):
                before = len(emulator.log())
                stack.invoke(logical_id, operation)
                said = emulator.log()[before:]
            if not permission.is_named_in(said):
                silent.add(str(permission))
            self.tried[operation] += 1
        assert silent == NOT_ASKED_FOR.get(operation, {}).keys()

    def test_each_exception_is_of_a_function(self) -> None:
        assert NOT_ASKED_FOR.keys() <= self.tried.keys()
        excepted = sum(len(each) for each in NOT_ASKED_FOR.values())
        found(
            Section.ACCESS,
            "A permission taken away from a function's role, on an emulated AWS",
            self.tried.total(),
            f"the function's log names the denied action; {excepted} are not asked for by the"
            " sample events",
        )


def test_a_parameter_reaches_the_functions_that_answer(stack: Stack, checkout: Checkout) -> None:
    before = stack.live("RunMatchingFunction")
    checkout.configure("own", {"MatchingLimit": "7"})
    with REPORT.timed("jobmatch-own: change a parameter"):
        checkout.deploy("own")
    after = stack.live("RunMatchingFunction")
    assert after["Environment"]["Variables"]["MATCHING_LIMIT"] == "7"
    assert after["Version"] != before["Version"]


def test_new_code_answers(stack: Stack, checkout: Checkout) -> None:
    others = stack.live("GetMeFunction")["Version"]
    new = {"statusCode": 200, "body": '{"status": "new"}'}
    checkout.change(
        "GetHealthFunction/app.py", f"def lambda_handler(event, context):\n    return {new!r}\n"
    )
    with REPORT.timed("jobmatch-own: change a function"):
        checkout.deploy("own")
    assert stack.call("GET", "/health")[2] == {"status": "new"}
    assert stack.live("GetMeFunction")["Version"] == others


def test_a_migration_that_fails_takes_the_new_code_back(stack: Stack, checkout: Checkout) -> None:
    before = stack.live("GetMeFunction")
    with checkout.failing_migration(), REPORT.timed("jobmatch-own: a migration that fails"):
        checkout.deploy("own", fails=True)
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.failures()["DatabaseSchema"].startswith(CAUSE)
    assert stack.live("GetMeFunction")["CodeSha256"] == before["CodeSha256"]
    assert stack.call("GET", "/health")[0] == 200


def test_the_stack_is_deleted(stack: Stack, checkout: Checkout) -> None:
    tear_down(stack, checkout)
