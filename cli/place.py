"""Where the system runs: on this machine, behind an address, or as a stack on AWS."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cli.client import Api
from cli.errors import CommandError, NotReachedError, WrongOptionError
from local.errors import LocalError
from local.events import REGION
from local.running import Running

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from cli.logs import Log

FUNCTION_SECONDS = 920
"""More than a function may take."""
QUEUES = {"matching": "MatchingQueue", "mails": "NotificationQueue"}
"""The queues by what their messages are about."""


class Place:
    """What the commands reach of a system; each part is looked for when it is needed.

    Args:
        options: `url`, `stack` and `state`.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._url: str | None = options.url
        self._stack: str | None = options.stack
        self._state = options.state

    @property
    def _is_here(self) -> bool:
        return not (self._url or self._stack)

    @cached_property
    def _running(self) -> Running:
        try:
            return Running.find(self._state)
        except LocalError as error:
            raise NotReachedError(str(error)) from None

    def use_database(self) -> None:
        """Let the project's own code, in this process, use the database of this place."""
        from local.accounts import given_database, use_database  # noqa: PLC0415 - few need it

        try:
            url = given_database()
        except LocalError as error:
            raise WrongOptionError(str(error)) from None
        if url is None and not self._is_here:
            raise WrongOptionError("set DATABASE_URL: this needs a connection to the database")
        use_database(url or self._running.database_url)

    @cached_property
    def address(self) -> str:
        """The API's address."""
        if self._is_here:
            return f"http://127.0.0.1:{self._running.port}"
        return self._url or self._output("ApiUrl")

    @cached_property
    def api(self) -> Api:
        """The API."""
        return Api(self.address)

    @property
    def agents_token(self) -> str:
        """The token that an agent acts with: never one that it was not given."""
        if token := os.environ.get("JOBMATCH_TOKEN"):
            return token
        raise WrongOptionError("set JOBMATCH_TOKEN to the token of the agent's user")

    @cached_property
    def token(self) -> str:
        """An admin's token for it."""
        if self._is_here:
            try:
                return self._running.token("admin", None, None, [])
            except LocalError as error:
                raise NotReachedError(str(error)) from None
        token = os.environ.get("JOBMATCH_TOKEN")
        if not token:
            raise WrongOptionError("set JOBMATCH_TOKEN to an admin's token for this address")
        return token

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer of the API."""
        return self.api.call(method, path, self.token, body)

    @property
    def has_queues(self) -> bool:
        """Whether queues and logs can be reached, which an address alone does not tell."""
        return self._is_here or self._stack is not None

    def queue_urls(self, about: str) -> tuple[str, str]:
        """The addresses of a queue and of its dead letters, by what their messages are about."""
        queue = QUEUES[about]
        if not self._is_here:
            return self._resource(queue), self._resource(queue.replace("Queue", "DeadLetterQueue"))
        listed = self.api.call("GET", "/_local/queues", "none")["items"]
        (found,) = (item for item in listed if item["name"] == queue)
        return found["url"], found["deadLettersUrl"]

    @cached_property
    def sqs(self) -> Any:
        """A client of the queues."""
        if not self._is_here:
            return self._client("sqs")
        url, _ = self.queue_urls("matching")
        return self._client("sqs", endpoint=url.rpartition("/")[0].rpartition("/")[0])

    @cached_property
    def log(self) -> Log:
        """The functions' log."""
        from cli.logs import CloudLog, FileLog  # noqa: PLC0415 - few commands need it

        if self._is_here:
            return FileLog(self._state / "logs" / "functions.log")
        return CloudLog(self._client("logs"), self._output("FunctionLogGroup"))

    def invoke(self, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The result of a function without a route.

        Raises:
            CommandError: it failed.
        """
        if self._is_here:
            api = Api(f"http://127.0.0.1:{self._running.port}", patience=FUNCTION_SECONDS)
            path = f"/_local/functions/{operation}"
            result: dict[str, Any] = api.call("POST", path, "none", payload)
            api.close()
            return result
        name = "".join(part.capitalize() for part in operation.split("_"))
        with aws_errors():
            answer = self._client("lambda", patience=FUNCTION_SECONDS).invoke(
                FunctionName=f"{self._resource(f'{name}Function')}:live",
                Payload=json.dumps(payload),
            )
            result = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise CommandError(f"{operation} failed: {result.get('errorMessage')}")
        return result

    def _client(self, service: str, *, endpoint: str | None = None, patience: int = 60) -> Any:
        import boto3  # noqa: PLC0415 - it takes long to import
        from botocore.config import Config  # noqa: PLC0415

        options: dict[str, Any] = {"config": Config(read_timeout=patience)}
        if endpoint:
            options = {
                "config": Config(proxies={}),  # it is on this machine
                "endpoint_url": endpoint,
                "region_name": REGION,
                "aws_access_key_id": "local",
                "aws_secret_access_key": "local",
            }
        elif self._stack is None:
            raise WrongOptionError("name the stack for this: --stack, or JOBMATCH_STACK")
        with aws_errors():
            return boto3.client(service, **options)

    @cached_property
    def _formation(self) -> Any:
        return self._client("cloudformation")

    def _output(self, name: str) -> str:
        formation = self._formation
        with aws_errors():
            (stack,) = formation.describe_stacks(StackName=self._stack)["Stacks"]
        found = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
        if name not in found:
            raise CommandError(f"the stack {self._stack} has no output {name}")
        return str(found[name])

    def _resource(self, name: str) -> str:
        formation = self._formation
        with aws_errors():
            found = formation.describe_stack_resource(StackName=self._stack, LogicalResourceId=name)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


@contextmanager
def aws_errors(what: str = "") -> Iterator[None]:
    """Turn errors of AWS into ours, which name what was asked for."""
    from botocore import exceptions  # noqa: PLC0415 - boto3 is loaded anyway

    try:
        yield
    except exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        said = error.response["Error"].get("Message", "")
        subject = f"{what}: " if what else ""
        told = f"{subject}AWS refused {error.operation_name}: {code}: {said}"
        raise CommandError(told) from None
    except exceptions.BotoCoreError as error:
        raise NotReachedError(f"AWS was not reached: {error}") from None
