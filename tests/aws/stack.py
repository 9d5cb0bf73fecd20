"""What a deployed stack has and answers."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from botocore.exceptions import ClientError

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message

    from tests.aws.emulator import Emulator

NESTED = "AWS::CloudFormation::Stack"


class Stack:
    """A stack of CloudFormation.

    Args:
        emulator: the account.
        name: the stack's.
    """

    def __init__(self, emulator: Emulator, name: str) -> None:
        self.name = name
        self.emulator = emulator
        self._cloudformation = emulator.client("cloudformation")
        self._lambda = emulator.client("lambda")

    def status(self) -> str:
        """The stack's status; empty where there is no such stack."""
        try:
            described = self._cloudformation.describe_stacks(StackName=self.name)
        except ClientError:
            return ""
        status: str = described["Stacks"][0]["StackStatus"]
        return status

    def output(self, key: str) -> str:
        """An output's value."""
        (stack,) = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        values = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        value: str = values[key]
        return value

    def resources(self) -> Iterator[tuple[str, str, str]]:
        """Type, logical and physical id of each resource, those of nested stacks included."""
        yield from self._resources_of(self.name)

    def _resources_of(self, name: str) -> Iterator[tuple[str, str, str]]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        for page in pages:
            for each in page["StackResourceSummaries"]:
                kind, physical = each["ResourceType"], each["PhysicalResourceId"]
                yield kind, each["LogicalResourceId"], physical
                if kind == NESTED:
                    yield from self._resources_of(physical)

    def physical(self, logical_id: str) -> str:
        """The physical id of a resource of the main template."""
        detail = self._cloudformation.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        name: str = detail["StackResourceDetail"]["PhysicalResourceId"]
        return name

    def failures(self) -> Mapping[str, str]:
        """The latest reason of what failed, by logical id."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(
            StackName=self.name
        )
        newest_first = [event for page in pages for event in page["StackEvents"]]
        return {
            event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
            for event in reversed(newest_first)
            if event["ResourceStatus"].endswith("_FAILED")
        }

    def delete(self) -> None:
        """Delete the stack, and wait until it is gone.

        Raises:
            botocore.exceptions.WaiterError: something could not be deleted.
        """
        self._cloudformation.delete_stack(StackName=self.name)
        gone = self._cloudformation.get_waiter("stack_delete_complete")
        gone.wait(StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 300})

    @contextmanager
    def without_workers(self) -> Iterator[None]:
        """Let messages lie in the queues during this block."""
        mappings = self._lambda.list_event_source_mappings()["EventSourceMappings"]
        for mapping in mappings:
            self._lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        yield
        for mapping in mappings:
            self._lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    def live(self, logical_id: str) -> dict[str, Any]:
        """The configuration of the version of a function that traffic goes to."""
        found: dict[str, Any] = self._lambda.get_function_configuration(
            FunctionName=self.physical(logical_id), Qualifier="live"
        )
        return found

    def invoke(self, logical_id: str, operation: str) -> Any:
        """The answer of a function to its event of events/; an error is part of it."""
        answer = self._lambda.invoke(
            FunctionName=f"{self.physical(logical_id)}:live",
            Payload=(ROOT / "events" / f"{operation}.json").read_bytes(),
        )
        with answer["Payload"] as body:
            return json.loads(body.read() or b"null")

    def call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Message, Any]:
        """The status, the headers and the body of a response of the API."""
        request = Request(self.output("ApiUrl") + path, method=method, headers=dict(headers or {}))  # noqa: S310 - the emulator's address
        try:
            with urlopen(request, timeout=60) as response:  # noqa: S310 - as above
                return response.status, response.headers, _json(response.read())
        except HTTPError as error:
            with error:
                return error.code, error.headers, _json(error.read())


def _json(body: bytes) -> Any:
    return json.loads(body) if body else None
