"""What template.yaml describes, as far as it runs on one machine."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.events import ACCOUNT_ID, REGION, function_arn
from local.intrinsics import Scope, read_yaml
from local.resources import Authorizer, Function, Queue, Route, Schedule, Source

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
QUEUE_ATTRIBUTES = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "DelaySeconds",
    "MaximumMessageSize",
    "ReceiveMessageWaitTimeSeconds",
    "FifoQueue",
    "ContentBasedDeduplication",
)


class Template:
    """A SAM template with its parameters filled in.

    Args:
        path: of template.yaml; folders in it are relative to its own.
        parameters: values instead of the defaults.
        endpoint: where AWS answers locally; part of the queues' addresses.
        environment: variables that override those of every function.
    """

    def __init__(
        self,
        path: Path,
        parameters: Mapping[str, str] | None = None,
        *,
        endpoint: str = "http://127.0.0.1",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        document = read_yaml(path)
        self.root = path.parent.resolve()
        self._globals = document.get("Globals", {})
        self._override = environment or {}
        defaults = {
            name: parameter.get("Default", "")
            for name, parameter in document.get("Parameters", {}).items()
        }
        self.parameters = defaults | dict(parameters or {})
        pseudo = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT_ID, "AWS::Partition": "aws"}
        pseudo |= {"AWS::StackName": "local", "AWS::URLSuffix": "amazonaws.com"}
        self._scope = Scope(self.parameters | pseudo, {}, document.get("Conditions", {}))
        self._resources: dict[str, dict[str, Any]] = {
            name: resource
            for name, resource in document["Resources"].items()
            if "Condition" not in resource or self._scope.holds(resource["Condition"])
        }
        self._name_resources(endpoint)
        self.queues = [self._queue(name) for name in self._of_type("AWS::SQS::Queue")]
        functions = [*self._of_type("AWS::Serverless::Function")]
        self.functions = {name: self._function(name) for name in functions}
        self.routes: list[Route] = []
        self.schedules: list[Schedule] = []
        self.sources: list[Source] = []
        for name, function in self.functions.items():
            events = self._properties(name).get("Events", {})
            for event_name, event in events.items():
                self._add_event(function, event_name, event["Type"], event.get("Properties", {}))

    def senders(self) -> list[str]:
        """The mail identities that SES knows: the sender parameter and the template's own."""
        identities = [
            self._scope.resolve(self._properties(name)["EmailIdentity"])
            for name in self._of_type("AWS::SES::EmailIdentity")
        ]
        return [str(name) for name in {self.parameters.get("MailSender"), *identities} if name]

    def queue_of(self, operation: str) -> str:
        """The queue that feeds a function; empty where none does."""
        fed = (each.queue for each in self.sources if each.function.operation == operation)
        return next(fed, "")

    def cors(self) -> dict[str, Any]:
        """The configuration of the API for pages of other origins; empty where it has none."""
        for name in self._of_type("AWS::Serverless::HttpApi"):
            body = self._properties(name).get("DefinitionBody", {})
            found: dict[str, Any] = self._scope.resolve(body.get("x-amazon-apigateway-cors", {}))
            return found
        return {}

    def _of_type(self, kind: str) -> Iterator[str]:
        return (name for name, resource in self._resources.items() if resource["Type"] == kind)

    def _properties(self, name: str) -> dict[str, Any]:
        properties: dict[str, Any] = self._resources[name].get("Properties", {})
        return properties

    def _name_resources(self, endpoint: str) -> None:
        for name in self._of_type("AWS::SQS::Queue"):
            queue = str(self._scope.resolve(self._properties(name).get("QueueName", name)))
            self._scope.references[name] = f"{endpoint}/{ACCOUNT_ID}/{queue}"
            self._scope.attributes[name, "QueueName"] = queue
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}"
            self._scope.attributes[name, "Arn"] = arn
        for name in self._of_type("AWS::Serverless::Function"):
            self._scope.attributes[name, "Arn"] = function_arn(name)

    def _queue(self, name: str) -> Queue:
        properties = self._scope.resolve(self._properties(name))
        redrive = properties.get("RedrivePolicy", {})
        attributes = {key: _text(properties[key]) for key in QUEUE_ATTRIBUTES if key in properties}
        return Queue(
            name=self._scope.attributes[name, "QueueName"],
            attributes=attributes,
            dead_letters=_last(redrive["deadLetterTargetArn"]) if redrive else None,
            max_receives=int(redrive.get("maxReceiveCount", 0)),
        )

    def _function(self, name: str) -> Function:
        shared = self._globals.get("Function", {})
        properties = {**shared, **self._properties(name)}
        variables = {
            key: value
            for part in (shared, self._properties(name))
            for key, value in part.get("Environment", {}).get("Variables", {}).items()
        }
        layers = [*shared.get("Layers", []), *self._properties(name).get("Layers", [])]
        folder = self.root / self._scope.resolve(properties["CodeUri"])
        environment = {key: _text(value) for key, value in self._scope.resolve(variables).items()}
        override = {key: value for key, value in self._override.items() if key in environment}
        return Function(
            logical_id=name,
            operation=folder.name,
            folder=folder,
            handler=self._scope.resolve(properties["Handler"]),
            timeout=float(self._scope.resolve(properties.get("Timeout", 3))),
            memory=int(self._scope.resolve(properties.get("MemorySize", 128))),
            environment=environment | override,
            layers=tuple(dict.fromkeys(self._layers(layers))),
        )

    def _layers(self, layers: list[Any]) -> Iterator[Path]:
        for layer in self._scope.resolve(layers):
            if layer in self._resources:
                yield self.root / self._scope.resolve(self._properties(layer)["ContentUri"])

    def _add_event(self, function: Function, name: str, kind: str, properties: Any) -> None:
        event = self._scope.resolve(properties)
        if kind == "HttpApi":
            authorizer = self._authorizer(event)
            method = event["Method"].upper()
            self.routes.append(Route(method, event["Path"], function, authorizer))
        elif kind in {"ScheduleV2", "Schedule"}:
            rate = event.get("ScheduleExpression", event.get("Schedule", ""))
            enabled = event.get("State") != "DISABLED" and event.get("Enabled", True)
            own = str(event.get("Name", name))
            names = tuple(dict.fromkeys((own, name, function.operation, function.logical_id)))
            seconds = _seconds(rate) if enabled else None
            self.schedules.append(Schedule(names, function, seconds, _payload(event.get("Input"))))
        elif kind == "SQS" and event.get("Enabled", True):
            source = Source(
                queue=_last(event["Queue"]),
                function=function,
                batch_size=int(event.get("BatchSize", 10)),
                partial_failures="ReportBatchItemFailures"
                in event.get("FunctionResponseTypes", []),
                concurrency=int(event.get("ScalingConfig", {}).get("MaximumConcurrency", 4)),
            )
            self.sources.append(source)

    def _authorizer(self, event: dict[str, Any]) -> Authorizer | None:
        api = self._resources.get(event.get("ApiId", ""), {}).get("Properties", {})
        shared = self._globals.get("HttpApi", {}).get("Auth", {})
        auth = self._scope.resolve(api.get("Auth", shared))
        name = event.get("Auth", {}).get("Authorizer", auth.get("DefaultAuthorizer", "NONE"))
        if name == "NONE":
            return None
        jwt = auth["Authorizers"][name]["JwtConfiguration"]
        return Authorizer(jwt["issuer"], tuple(jwt["audience"]))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _last(arn: str) -> str:
    return arn.rsplit(":", 1)[-1]


def _seconds(expression: str) -> float | None:
    found = re.fullmatch(r"rate\(\s*(\d+)\s+(second|minute|hour|day)s?\s*\)", expression)
    return float(found[1]) * SECONDS[found[2]] if found else None


def _payload(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
