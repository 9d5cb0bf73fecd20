"""The parts of a template that run on one machine: functions, and what calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.events import ACCOUNT_ID, REGION


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function; its operation is the name of its folder."""

    logical_id: str
    operation: str
    folder: Path
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    layers: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Authorizer:
    """The issuer and the audiences that a JWT authorizer accepts."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the HTTP API; without an authorizer it is open to anyone."""

    method: str
    path: str
    function: Function
    authorizer: Authorizer | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule; without seconds (cron, or disabled) it fires only when told to.

    Args:
        names: its own name, the id of its event, and its function's operation and id.
        payload: the event it sends; None for the scheduler's standard event.
    """

    names: tuple[str, ...]
    function: Function
    seconds: float | None
    payload: Any


@dataclass(frozen=True, slots=True)
class Queue:
    """An SQS queue; attributes as CreateQueue takes them, the dead-letter queue by its name."""

    name: str
    attributes: Mapping[str, str]
    dead_letters: str | None
    max_receives: int

    @property
    def arn(self) -> str:
        """The queue's ARN."""
        return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{self.name}"


@dataclass(frozen=True, slots=True)
class Source:
    """An SQS event source: which queue feeds which function, and how."""

    queue: str
    function: Function
    batch_size: int
    partial_failures: bool
    concurrency: int
