"""Bodies of requests: which media types a route takes, and how their text and JSON are read."""

from __future__ import annotations

import binascii
import codecs
import json
from base64 import b64decode
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from jobmatch.errors import (
    FieldError,
    InvalidInputError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

    BodyReader = Callable[[object], dict[str, Any]]

JSON = "application/json"
_MARK = "\ufeff"
"""The byte order mark, which some editors put before UTF-8."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What UTF-16 and UTF-32 begin with."""


def raw_body(app: APIGatewayHttpResolver) -> tuple[bytes, str]:
    """The body of a request as it was sent, and its media type in lower case.

    For a route that is allowed with `raw`; nothing has read the body before.

    Raises:
        MalformedRequestError: the gateway's encoding of the body can't be read.
    """
    return _bytes(app.current_event), _media_type(app.current_event)


def require_media_type(event: APIGatewayProxyEventV2, taken: Iterable[str]) -> None:
    """Check that a body is of one of the media types that the route takes.

    Raises:
        UnsupportedMediaTypeError: it is of another; the message names those that are taken.
    """
    if _media_type(event) in taken:
        return
    *others, last = sorted(taken)
    known = f"{', '.join(others)} or {last}" if others else last
    raise UnsupportedMediaTypeError(f"Send {known}, with that as the Content-Type.")


def read_as_json(event: APIGatewayProxyEventV2, readers: Mapping[str, BodyReader]) -> None:
    """Put the JSON body of the route into the event, before Powertools reads it and caches it.

    Raises:
        UnsupportedMediaTypeError: it is neither JSON nor a type of one of `readers`.
        MalformedRequestError: it is not UTF-8, or a reader's document is not JSON.
        InvalidInputError: a reader can't take the document.
    """
    if not event.body:
        return
    # Before the body is decoded: a PDF is the wrong type, not text with faults.
    require_media_type(event, {JSON, *readers})
    text = _text(event)
    if reader := readers.get(_media_type(event)):
        text = json.dumps(reader(parse_json(text)))
    event.raw_event["body"] = text
    event.raw_event["isBase64Encoded"] = False
    # Media types are case-insensitive, but Powertools compares with this spelling.
    event.raw_event["headers"]["content-type"] = JSON


def read_json(body: str) -> dict[str, Any]:
    """A request body as a JSON object.

    Raises:
        MalformedRequestError: it is not JSON (RFC 8259).
        InvalidInputError: it is JSON, but not an object, or an object that can be read in two ways.
    """
    value = parse_json(body)
    if not isinstance(value, dict):
        raise InvalidInputError(FieldError("", "must be a JSON object"))
    return value


def parse_json(body: str) -> object:
    """A request body as JSON of any type; errors as those of `read_json`."""
    body = body.removeprefix(_MARK)
    try:
        value = json.loads(
            body, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
        if "\\ud" in body.lower():
            _refuse_unpaired_surrogates(value)
    except InvalidInputError:
        raise
    except RecursionError:
        raise InvalidInputError(FieldError("", "is nested too deeply")) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedRequestError(f"The body is not JSON: {error.msg} at {where}.") from None
    except ValueError:
        raise InvalidInputError(FieldError("", "holds a number that is too long")) from None
    result: object = value
    return result


def _media_type(event: APIGatewayProxyEventV2) -> str:
    return event.headers.get("content-type", JSON).partition(";")[0].strip().lower()


def _bytes(event: APIGatewayProxyEventV2) -> bytes:
    body = event.body or ""
    if not event.is_base64_encoded:
        # Whoever decodes this meets an unpaired surrogate as a fault of the encoding.
        return body.encode(errors="surrogatepass")
    try:
        return b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedRequestError("The body is not base64, as the gateway says.") from None


def _text(event: APIGatewayProxyEventV2) -> str:
    """The body as text, decoded only where the gateway has not done so."""
    body = _bytes(event) if event.is_base64_encoded else None
    # JSON begins with ASCII: a zero byte beside it belongs to a wider character.
    if "\0" in (event.body or "")[:2] or (body and (body.startswith(_WIDE) or 0 in body[:2])):
        raise MalformedRequestError("The body is UTF-16 or UTF-32 text: send it as UTF-8.")
    try:
        return event.body or "" if body is None else body.decode()
    except UnicodeDecodeError:
        raise MalformedRequestError("The body is not UTF-8 text.") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
        name = json.dumps(shortened(key))
        raise InvalidInputError(FieldError("", f"has the key {name} more than once"))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedRequestError(f"The body is not JSON: {name} is not a JSON value.")


def _refuse_unpaired_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidInputError(FieldError("", "holds an unpaired surrogate")) from None
