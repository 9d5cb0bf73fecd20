"""A request that two readers may take for one or for two: 400, and its connection is closed."""

from collections.abc import Iterator

import pytest

from tests.support.framing import (
    MALFORMED,
    SMUGGLED,
    WELL_FORMED,
    Send,
    are_both_answered,
    is_refused,
    listening,
)


@pytest.fixture
def send() -> Iterator[Send]:
    with listening() as sent:
        yield sent


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_refused_and_nothing_after_it_is_read(
    request_bytes: bytes, send: Send
) -> None:
    answered, called = send(request_bytes + SMUGGLED)
    assert is_refused(answered, called), (answered, called)


@pytest.mark.parametrize("request_bytes", WELL_FORMED.values(), ids=WELL_FORMED)
def test_after_a_well_formed_request_the_next_is_read(request_bytes: bytes, send: Send) -> None:
    answered, called = send(request_bytes + SMUGGLED)
    assert are_both_answered(answered, called), (answered, called)
