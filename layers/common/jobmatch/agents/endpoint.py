"""MCP over HTTP ("streamable HTTP", with an answer in JSON to each message, and no stream)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from jobmatch.agents.api_client import HttpApi
from jobmatch.agents.protocol import MessageError, Reply, answer, read_message
from jobmatch.config import settings
from jobmatch.errors import ForbiddenError, UnauthenticatedError, UnsupportedMediaTypeError
from jobmatch.telemetry import logger
from jobmatch.web.bodies import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESERVE_SECONDS = 1.0
"""What is left of a function's time to answer that a route did not."""


class HttpReply(NamedTuple):
    """Status, body and headers of an answer."""

    status: int
    body: str
    headers: Mapping[str, Any] | None = None


def answer_post(
    document: tuple[bytes, str], event: Mapping[str, Any], seconds_left: float
) -> HttpReply:
    """The answer to a message that was posted.

    Args:
        document: the body and its media type.
        event: what the HTTP API sent to the function.
        seconds_left: until the function is ended.

    Raises:
        ForbiddenError: it comes from a page that may not call the API.
        UnsupportedMediaTypeError: it is not JSON.
        UnauthenticatedError: a route did not accept the token, which the gateway accepted before.
    """
    headers = event["headers"]
    origin = headers.get("origin")
    if origin is not None and origin not in settings().cors_origins:
        raise ForbiddenError("Pages of this origin may not call the API.")
    body, media_type = document
    if media_type != JSON:
        raise UnsupportedMediaTypeError(f"Send {JSON}, with that as the Content-Type.")
    # Never the Host header: the token would go wherever that says.
    address = settings().api_url or f"https://{event['requestContext']['domainName']}"
    api = HttpApi(address, headers.get("authorization", ""), seconds_left - _RESERVE_SECONDS)
    try:
        reply = answer(read_message(body), api, headers)
    except MessageError as error:
        reply = Reply(error.body(), HTTPStatus.BAD_REQUEST)
    _log(reply)
    if reply.used and reply.used.is_unauthenticated:
        raise UnauthenticatedError("The token is not accepted any more.")
    text = "" if reply.body is None else json.dumps(reply.body, ensure_ascii=False)
    return HttpReply(reply.status, text)


def refuse_stream() -> HttpReply:
    """The answer to a client that wants to be sent messages: there are none to send."""
    return HttpReply(HTTPStatus.METHOD_NOT_ALLOWED, "", {"Allow": "POST"})


def _log(reply: Reply) -> None:
    fields: dict[str, Any] = {"status": int(reply.status)}
    if reply.used:
        answers = reply.used.answers
        # By these ids the log has the requests of the tool.
        requests = [answer.request_id for answer in answers]
        fields |= {"tool": reply.tool, "statuses": [each.status for each in answers]}
        fields |= {"requests": requests}
    if reply.status < HTTPStatus.BAD_REQUEST:
        logger.info("Answered.", **fields)
    else:
        logger.info("Refused.", **fields)
