"""Whatever is read from outside: an answer that is documented, in time and memory that fit it."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from base64 import b64decode, b64encode, urlsafe_b64encode
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from jobmatch.audit.schemas import GroupsToCount, Period
from jobmatch.careers.companies import comparison_form
from jobmatch.careers.dates import months_covered
from jobmatch.careers.domains import mail_domains
from jobmatch.errors import InvalidInputError, MalformedRequestError
from jobmatch.jobs.inputs import JobCreate, JobUpdate
from jobmatch.matches.schemas import MatchPut, NotifiedMatches
from jobmatch.notifications.schemas import NotificationMessage, NotificationPreferences
from jobmatch.operations.users import UserInput
from jobmatch.places.keys import candidate_keys
from jobmatch.profiles.imports import ProfileImport
from jobmatch.profiles.schemas import Profile
from jobmatch.runs.schemas import MatchingMessage
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import terms_of
from jobmatch.web.bodies import read_json
from jobmatch.web.pages import (
    BestFirst,
    BestJobFirst,
    ByJob,
    LatestFirst,
    Listing,
    NewestFirst,
    OldestFirst,
)
from jobmatch.web.routes import versions_in
from local.events import LambdaContext, http_event, sqs_event
from tests.support.bodies import JOB, PROFILE, RESUME
from tests.support.functions import load
from tests.support.given import match_body
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.people import People

EXAMPLES = scaled(60, 1_000)
HANDLED = scaled(50, 3_000)
PATIENT = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck], database=None
)

MESSAGES = (MatchingMessage, NotificationMessage)

NASTY = st.sampled_from(
    [
        *("", " ", "\0", "a\0b", "\ufeff", "\ud800", "\udc00x", "\U0001f600", "\u202e", "%00", "٣"),
        *("9" * 5_000, "-0", "1e999", "NaN", "null", "[" * 100_000, '{"a":' * 50_000, '"' * 999),
        *("'; DROP TABLE jobs; --", "../../etc/passwd", "\r\nX-Evil: 1", "x" * 100_000),
        *("9999-99-99", "0000", "2020-13", "99999-01", "present", "2020-02-30"),
        *("\u0131\u0130\u017f\u212a", "ﷺ" * 99, "e" + "\u0301" * 5_000),
    ]
)
TEXT = NASTY | st.text(max_size=300) | st.text('0123456789-,:"{}[]\\udW/*.@ e+TZ', max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=6),
    max_leaves=12,
)


@st.composite
def nearly(draw: st.DrawFn, *good: Any) -> Any:
    """One of these, in which up to two parts, at any depth, are anything instead or missing."""
    value = deepcopy(draw(st.sampled_from(good)))
    for _ in range(draw(st.integers(0, 2))):
        holder = value
        while holder:
            key = draw(
                st.sampled_from(range(len(holder)) if isinstance(holder, list) else sorted(holder))
            )
            if isinstance(holder[key], list | dict) and draw(st.booleans()):
                holder = holder[key]
            elif draw(st.booleans()):
                holder[key] = draw(VALUES)
                break
            else:
                del holder[key]
                break
    return value


def documents(*good: Any) -> st.SearchStrategy[Any]:
    """Values of any kind, objects with the fields of these and any values, and nearly these."""
    fields = [name for each in good for name in each]
    return (
        nearly(*good) | VALUES | st.dictionaries(st.sampled_from(fields) | TEXT, VALUES, max_size=8)
    )


def dumped(value: Any) -> str:
    return json.dumps(value)


def listing(key: Any) -> Callable[[str], object]:
    return Listing(key, "a list").after


def cursors(text: str) -> str:
    """Base64, as ours are, of anything."""
    return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()


ID = "6d5f0d3e-6f0a-4c39-9f0e-2f0b8a7c1d2e"
JOB_OF_SOMEBODY = JOB | {"employerUserId": ID}
GOOD: dict[type[BaseModel], tuple[dict[str, Any], ...]] = {
    JobCreate: (JOB_OF_SOMEBODY,),
    JobUpdate: ({"title": "Counsel", "status": "open", "requiredBar": ["EPO"]},),
    Profile: (PROFILE,),
    ProfileImport: (
        {"profiles": [{"id": ID, **PROFILE}]},
        {"format": "jsonresume", "profiles": [{"id": ID, **RESUME}]},
    ),
    MatchPut: (match_body(),),
    NotifiedMatches: ({"matchIds": [ID]},),
    GroupsToCount: ({"groups": [{"group": "A", "profileIds": [ID]}]},),
    NotificationPreferences: ({"threshold": 60},),
    UserInput: ({"userId": ID, "email": "ada@quill.example", "role": "employer"},),
    MatchingMessage: ({"jobId": ID},),
    NotificationMessage: ({"notificationId": ID},),
}
"""What each model reads."""
PLACE = SimpleNamespace(
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
    started_at=datetime(2026, 3, 1, tzinfo=UTC),
    overall_score=80,
    number=7,
    **dict.fromkeys(["id", "profile_id", "job_id"], UUID(ID)),
)
"""A place in any list."""


KEYS = (NewestFirst, LatestFirst, OldestFirst, BestFirst, BestJobFirst, ByJob)


def in_cursor(key: Any) -> Any:
    """What a cursor of this order holds."""
    return json.loads(b64decode(Listing(key, "a list").cursor(PLACE), altchars=b"-_"))


def read(model: Any) -> Callable[[Any], object]:
    """Validation, after which nothing is left that PostgreSQL or a message could not hold."""
    adapter = TypeAdapter(model)

    def validate(value: Any) -> None:
        # Each field, because a model writes what was left out of a PATCH as nothing at all.
        for text in texts(adapter.validate_python(value)):
            assert "\0" not in text
            text.encode()

    return validate


def texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from texts(dict(value))
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from texts(each)


BODY = documents(
    *(body for model, bodies in GOOD.items() if model not in MESSAGES for body in bodies)
)
JSON = TEXT | BODY.map(dumped)

PARSERS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], object], tuple[Any, ...]]] = {
    **{
        f"cursors, {key.__name__}": (
            TEXT | JSON.map(cursors) | nearly(in_cursor(key)).map(dumped).map(cursors),
            listing(key),
            (InvalidInputError,),
        )
        for key in KEYS
    },
    "If-Match": (TEXT | st.lists(TEXT).map(",".join), versions_in, ()),
    "periods": (
        st.tuples(*2 * [st.none() | TEXT | st.dates().map(str)]),
        lambda days: Period.of(*days).times(),
        (InvalidInputError,),
    ),
    "dates": (st.tuples(TEXT, TEXT), lambda pair: months_covered(*pair), ()),
    "places": (TEXT, candidate_keys, ()),
    "companies": (TEXT, comparison_form, ()),
    "addresses": (TEXT, mail_domains, ()),
    **{f"{kind.value} values": (TEXT, partial(terms_of, kind), ()) for kind in Kind},
    "request bodies": (JSON, read_json, (InvalidInputError, MalformedRequestError)),
    **{
        f"{model.__name__}": (documents(*good), read(model), (ValidationError,))
        for model, good in GOOD.items()
        if model not in MESSAGES
    },
    **{
        f"messages, {model.__name__}": (
            TEXT | documents(*GOOD[model]).map(dumped),
            TypeAdapter(model).validate_json,
            (ValidationError,),
        )
        for model in MESSAGES
    },
}


def test_what_is_changed_a_little_is_read_as_it_is() -> None:
    for model, bodies in GOOD.items():
        for body in bodies:
            TypeAdapter(model).validate_json(dumped(body))
    for key in KEYS:
        assert listing(key)(cursors(dumped(in_cursor(key))))


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_refuses_as_it_says(name: str) -> None:
    strategy, parse, refusals = PARSERS[name]
    refused = 0

    @PATIENT
    @given(strategy)
    def one(value: Any) -> None:
        nonlocal refused
        try:
            parse(value)
        except refusals:
            refused += 1

    one()
    gc.collect()  # of what hypothesis keeps for each of them, which is hundreds of megabytes
    taken = f"{EXAMPLES - refused:,} read"
    told = f"{refused:,} refused as documented, {taken}" if refusals else "all read"
    found(Section.INPUT, f"Parsing {name}", EXAMPLES, told)


OPERATIONS = {
    "create_job": ("POST", "/jobs", {}),
    "update_job": ("PATCH", "/jobs/{jobId}", {"jobId": str(uuid4())}),
    "get_matches_for_job": ("GET", "/jobs/{jobId}/matches", {"jobId": str(uuid4())}),
    "preview_matches": ("POST", "/jobs/preview-matches", {}),
    "import_profiles": ("POST", "/admin/profiles/import", {}),
    "mark_matches_notified": ("POST", "/admin/matches/notified", {}),
    "get_group_audit": ("POST", "/admin/matching-audit", {}),
    "get_decisions": ("GET", "/admin/decisions", {}),
}
HEADERS = ("content-type", "if-match", "idempotency-key", "accept", "x-amzn-trace-id", "cookie")


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A function, and an event with anything wherever the caller has a say."""
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    method, route, ids = OPERATIONS[operation]
    parameters = {name: draw(st.just(value) | TEXT) for name, value in ids.items()}
    event = http_event(
        method, route, route=route, path_parameters=parameters, query=draw(TEXT), claims={}
    )
    event["headers"] |= draw(st.dictionaries(st.sampled_from(HEADERS), TEXT, max_size=3))
    event["queryStringParameters"] = draw(
        st.dictionaries(
            st.sampled_from(["limit", "cursor", "minScore", "jobId", "from", "to", "x"]),
            TEXT,
            max_size=3,
        )
    )
    event["isBase64Encoded"] = draw(st.booleans())
    body = draw(JSON).encode("utf-8", "surrogatepass")
    event["body"] = (
        b64encode(body).decode() if event["isBase64Encoded"] else body.decode("utf-8", "replace")
    )
    return operation, event


CLAIMS = st.fixed_dictionaries({}, optional={"sub": VALUES, "cognito:groups": VALUES})


def test_a_route_answers_anything_with_a_problem_of_the_callers(
    database: str, people: People
) -> None:
    statuses: dict[int, int] = {}

    @settings(PATIENT, max_examples=HANDLED)
    @given(requests(), st.just(people.admin.claims) | CLAIMS)
    def one(request: tuple[str, dict[str, Any]], claims: dict[str, Any]) -> None:
        operation, event = request
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
        answer = load(operation).lambda_handler(event, LambdaContext(function_name=operation))
        status = answer["statusCode"]
        statuses[status] = statuses.get(status, 0) + 1
        assert status < 500, answer["body"]
        if status >= 400:
            assert json.loads(answer["body"])["status"] == status

    one()
    told = ", ".join(f"{count:,} x {status}" for status, count in sorted(statuses.items()))
    what = "Requests with anything in path, query, headers, body and claims, to eight functions"
    found(Section.INPUT, what, HANDLED, told)


def test_a_message_that_is_none_of_ours_comes_back(database: str) -> None:
    @settings(PATIENT, max_examples=HANDLED)
    @given(st.lists(JSON, min_size=1, max_size=3), st.dictionaries(TEXT, VALUES, max_size=3))
    def one(bodies: list[str], attributes: dict[str, Any]) -> None:
        # SQS takes Unicode text and nothing else.
        bodies = [body.encode("utf-8", "replace").decode() for body in bodies]
        for operation in (
            *("run_matching", "notify_employer", "turn_mails_off"),
            *("dispatch_webhooks", "send_webhook", "note_webhook_result"),
        ):
            event = sqs_event(bodies)
            for record in event["Records"]:
                record["messageAttributes"] = {"correlationId": attributes, **attributes}
            answer = load(operation).lambda_handler(event, LambdaContext(function_name=operation))
            back = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            assert back == {record["messageId"] for record in event["Records"]}

    one()
    what = "Messages of three queues with any body and attributes"
    found(Section.INPUT, what, 3 * HANDLED, "each comes back, and after five times is dead")


SIZE = 6_000_000
"""Bytes: more than API Gateway and Lambda let through."""
LONG: dict[str, tuple[Callable[[int], Any], Callable[[Any], object]]] = {
    "nested lists": (lambda size: "[" * size, read_json),
    "nested objects": (lambda size: '{"a":' * (size // 5), read_json),
    "digits": (lambda size: '{"a":' + "9" * (size - 6) + "}", read_json),
    "one string": (lambda size: json.dumps({"a": "x" * (size - 8)}), read_json),
    "surrogates": (lambda size: '{"a":"' + "\\ud83d" * (size // 6) + '"}', read_json),
    "keys": (lambda size: json.dumps(dict.fromkeys(map(str, range(size // 14)), 1)), read_json),
    "the same key": (lambda size: "{" + '"a":1,' * (size // 6) + '"a":1}', read_json),
    "a cursor": (lambda size: "W" * size, listing(BestFirst)),
    "entity tags": (lambda size: '"1",' * (size // 4), versions_in),
    "spaces in an entity tag": (lambda size: '"1"' + " " * size, versions_in),
    "a date": (lambda size: "2" * size, lambda text: months_covered(text, text)),
    "a place": (lambda size: ", " * (size // 2), candidate_keys),
    "a company": (lambda size: "gmbh " * (size // 5), comparison_form),
    "marks on a letter": (lambda size: "e" + "\u0301" * (size // 2), candidate_keys),
    "an address": (lambda size: "a@" + "b." * (size // 2), lambda text: mail_domains(text[:255])),
    "a message": (
        lambda size: json.dumps({"jobId": "x" * size}),
        TypeAdapter(MatchingMessage).validate_json,
    ),
}


def cost(parse: Callable[[Any], object], value: Any) -> tuple[float, int]:
    """Seconds of the processor, and bytes of Python's memory at the most."""
    refusals = (InvalidInputError, MalformedRequestError, ValidationError)
    tracemalloc.start()
    start = time.process_time()
    try:
        parse(value)
    except refusals:
        pass
    finally:
        took = time.process_time() - start
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return took, peak


@pytest.mark.parametrize("name", LONG)
def test_what_is_long_costs_in_proportion(name: str) -> None:
    made, parse = LONG[name]
    size = scaled(SIZE // 20, SIZE)
    cost(parse, made(1_000))
    small, _ = min(cost(parse, made(size // 10)) for _ in range(3))
    large, peak = min(cost(parse, made(size)) for _ in range(3))
    # Ten times as long may take thirty times the processor's time, beside what can't be measured;
    # what grows with the square takes a hundred.
    assert large <= 30 * small + 0.05, (small, large)
    assert peak <= 40 * size
    happened = f"{1000 * large:.0f} ms and {peak / 1e6:.0f} MB at the most"
    found(Section.INPUT, f"{size / 1e6:.1f} MB of {name}", 1, happened)
