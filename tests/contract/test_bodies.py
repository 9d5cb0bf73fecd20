"""What the API document says of a body is what its route takes: absent, null, and each choice."""

from __future__ import annotations

import inspect
import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Body
from openapi_schema_validator import OAS31Validator
from pydantic import TypeAdapter, ValidationError

from jobmatch.errors import pointer_to
from jobmatch.wire import message_of
from scripts.generate_events import BODIES
from tests.contract.test_documents import DOCUMENT, OPERATIONS
from tests.support.functions import load
from tests.support.schemathesis_rules import is_beyond

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT = object()
BY_PROTOCOL = {"use_tools"}
"""Their bodies have no model: tests/integration/test_agent_endpoint.py tries them."""
LENIENT = {"import_profiles": "its JSON Resumes may be of many dialects"}


def schemas_of(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema, and all forms that what it describes may take."""
    if reference := schema.get("$ref"):
        schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    yield schema
    for form in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from schemas_of(form)


def members(schema: dict[str, Any]) -> dict[str, list[Any]]:
    """What each member of an object is set to: nothing, null, and each of the values it names."""
    values: dict[str, list[Any]] = {}
    for form in schemas_of(schema):
        for name, member in form.get("properties", {}).items():
            known = values.setdefault(name, [ABSENT, None])
            for each in schemas_of(member):
                named = [*each.get("enum", ()), *([each["const"]] if "const" in each else ())]
                known += [value for value in named if value not in known]
    return values


def changed(body: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with up to two members of it set to something else."""
    choices = [(name, value) for name, values in members(schema).items() for value in values]
    for pair in ((), *((each,) for each in choices), *combinations(choices, 2)):
        made = body | dict(pair)
        yield {name: value for name, value in made.items() if value is not ABSENT}


def faults_of(body_type: Any, body: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        TypeAdapter(body_type).validate_json(json.dumps(body))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        return [(pointer_to(each["loc"]), message_of(each)) for each in faults]
    return []


@pytest.mark.parametrize("operation", sorted(BODIES.keys() - BY_PROTOCOL))
def test_a_body_is_taken_if_the_document_says_so_and_only_then(operation: str) -> None:
    first, *words = operation.split("_")
    name = first + "".join(word.capitalize() for word in words)
    schema = OPERATIONS[name][1]["requestBody"]["content"]["application/json"]["schema"]
    validator = OAS31Validator(
        {**schema, "components": DOCUMENT["components"]},
        format_checker=OAS31Validator.FORMAT_CHECKER,
    )
    module = load(operation)
    (handler,) = (
        getattr(module, each) for each in ("post", "put", "patch") if hasattr(module, each)
    )
    (body_type,) = (
        each.annotation
        for each in inspect.signature(handler, eval_str=True).parameters.values()
        if any(isinstance(part, Body) for part in getattr(each.annotation, "__metadata__", ()))
    )
    refused, taken = [], []
    for body in changed(BODIES[operation], schema):
        faults = faults_of(body_type, body)
        if not validator.is_valid(body):
            taken += [body] if not faults else []
        elif not all(is_beyond(*fault) for fault in faults):
            refused.append((body, faults))
    assert refused == []
    assert taken == [] or operation in LENIENT
