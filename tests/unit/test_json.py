"""Request bodies: what is no JSON, what could be read in two ways, and what is read back."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.errors import InvalidInputError, MalformedRequestError
from jobmatch.jobs.inputs import Created
from jobmatch.jobs.schemas import JobListItem, JobPage
from jobmatch.models import JobStatus, MatchingStatus
from jobmatch.web.bodies import read_json
from jobmatch.web.requests import write_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Texts beyond the basic plane are escaped as a pair of surrogates.
    | st.text()
    | st.text("\U0001f600\U0010ffff\\ud8"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
DEEP = 200_000


def fault(body: str) -> str:
    with pytest.raises(InvalidInputError) as error:
        read_json(body)
    (only,) = error.value.errors
    assert only.pointer == ""
    return only.message


@given(st.dictionaries(st.text(), VALUES), st.booleans())
def test_what_json_writes_is_read_back(value: dict[str, Any], ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.text() | st.text('{}[]":,\\ud8dc0 1eE+-.truefalsn/\n').map(lambda text: f"{{{text}}}"))
def test_any_text_is_an_object_or_one_of_two_errors(text: str) -> None:
    with suppress(MalformedRequestError, InvalidInputError):
        assert isinstance(read_json(text), dict)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "",
            " ",
            "{",
            "}",
            "{]",
            "nul",
            "{'a': 1}",
            '{"a": 1,}',
            '{"a" 1}',
            "{a: 1}",
            '{"a": 01}',
        ),
        *('{"a": 1} x', '{"a": "\n"}', '{"a": "\\x"}', '{"a": .5}', '{"a": "\\ud8"}'),
        *('{"a": NaN}', '{"a": [Infinity]}', '{"a": {"b": -Infinity}}', "NaN"),
    ],
)
def test_what_is_no_json_is_malformed(body: str) -> None:
    with pytest.raises(MalformedRequestError, match=r"^The body is not JSON: .+\.$"):
        read_json(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("null", "must be a JSON object"),
        ("[{}]", "must be a JSON object"),
        ('"text"', "must be a JSON object"),
        ("1", "must be a JSON object"),
        ('{"a": 1, "b": 2, "a": 1}', 'has the key "a" more than once'),
        ('{"x": {"a": 1, "a": 2}}', 'has the key "a" more than once'),
        ('{"x": [[{"a": 1, "\\u0061": 2}]]}', 'has the key "a" more than once'),
        ('{"\\ud800": 1, "\\ud800": 2}', 'has the key "\\ud800" more than once'),
        *(
            (body, "holds an unpaired surrogate")
            for body in (
                '{"a": "\\ud800"}',
                '{"a": "\\uDFFF"}',
                '{"a": "x\\uD83Dx"}',
                '{"a": "\\udc00\\ud800"}',
                '{"\\ud800": 1}',
                '{"a": [{"b": ["\\udbff\\udbff\\udc00"]}]}',
                '{"a": {"b\\udead": {}}}',
            )
        ),
    ],
)
def test_json_that_is_no_clear_object_is_invalid(body: str, message: str) -> None:
    assert fault(body) == message


def test_json_beyond_what_can_be_read_is_invalid() -> None:
    assert fault('{"a": 1' + "0" * 10_000 + "}") == "holds a number that is too long"
    assert fault('{"a": ' + "[" * DEEP + "]" * DEEP + "}") == "is nested too deeply"
    assert fault('{"a": ' * DEEP + "1" + "}" * DEEP) == "is nested too deeply"


def test_a_key_as_long_as_a_body_is_not_repeated() -> None:
    key = "x" * 1_000_000
    assert len(fault(f'{{"{key}": 1, "{key}": 2}}')) < 200


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        ('{"a": "\\\\ud800"}', {"a": "\\ud800"}),
        ('{"a": "\\\\\\ud83d\\uDE00"}', {"a": "\\😀"}),
        ('{"a": {"a": {"a": 1}}, "b": {"a": 1}}', {"a": {"a": {"a": 1}}, "b": {"a": 1}}),
        ('{"a": 1, "A": 2}', {"a": 1, "A": 2}),
        ("\t{}\n", {}),
    ],
)
def test_json_that_only_looks_unclear_is_read(body: str, value: dict[str, Any]) -> None:
    assert read_json(body) == value


def test_results_are_written_in_camel_case_with_nulls() -> None:
    moment = datetime(2026, 1, 5, 12, tzinfo=UTC)
    item = JobListItem(
        UUID(int=1), "Counsel", JobStatus.OPEN, MatchingStatus.PENDING, 3, moment, moment
    )
    assert json.loads(write_json(JobPage([item], None))) == {
        "items": [
            {
                "id": "00000000-0000-0000-0000-000000000001",
                "title": "Counsel",
                "status": "open",
                "matchingStatus": "pending",
                "matchCount": 3,
                "createdAt": "2026-01-05T12:00:00Z",
                "updatedAt": "2026-01-05T12:00:00Z",
            }
        ],
        "nextCursor": None,
    }
    made = {"id": str(UUID(int=2)), "warnings": []}
    assert json.loads(write_json(Created(UUID(int=2), []))) == made
    assert json.loads(write_json(Created(UUID(int=2), [], 3))) == {**made, "warningsOmitted": 3}
