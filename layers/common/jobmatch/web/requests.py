"""What every route does with a request: check who may use it, read JSON and write JSON.

The contract fixes the order of the checks: 401, 403 by role, 404 for a malformed id, 400 and 422,
404, 412, 409. Powertools' own validation would run before every middleware. Therefore the
resolver does not switch it on, and `allow` puts it behind the check of the role.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import TypeAdapter

from jobmatch.config import settings
from jobmatch.errors import ForbiddenError, JobmatchError, NotFoundError, UnauthenticatedError
from jobmatch.models import UserRole
from jobmatch.permissions import Caller
from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect, read
from jobmatch.telemetry import logger
from jobmatch.web.bodies import JSON, read_as_json, read_json, require_media_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

    from jobmatch.web.bodies import BodyReader

    Middleware = Callable[[APIGatewayHttpResolver, NextMiddleware], Response[Any]]

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_QUALITY = re.compile(r"(?:^|;)\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)", re.ASCII | re.IGNORECASE)
_validate: Middleware = OpenAPIRequestValidationMiddleware()  # type: ignore[no-untyped-call]


class ResolverOptions(TypedDict):
    """Arguments of APIGatewayHttpResolver."""

    serializer: Callable[[Any], str]
    json_body_deserializer: Callable[[str], dict[str, Any]]


def allow(
    *roles: UserRole,
    readers: Mapping[str, BodyReader] | None = None,
    raw: frozenset[str] = frozenset(),
) -> list[Middleware]:
    """The middlewares of a route that callers with one of `roles` may use.

    The groups in the token are checked first. The database must also know the caller as an active
    user of that role. On a route for employers the predicates of its query include this, so that
    a request that succeeds costs one round trip; if it fails, this checks the user before the
    error goes out. On a route for admins alone this checks the user first.

    Args:
        roles: roles of the callers.
        readers: media types that the route reads besides JSON, each with the function that turns
            such a document into the JSON body of the route.
        raw: media types of a route that reads the body itself, with `raw_body`; no others are
            taken then.
    """
    needed = frozenset(roles)

    # No group of a token stands for candidates: where they are allowed, `users.role` decides alone.
    for_all = UserRole.CANDIDATE in needed

    def authorize(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        caller = _caller(app.current_event)
        if for_all:
            caller = Caller(caller.user_id, needed)
        if not caller.roles & needed:
            raise ForbiddenError("Your account may not do this.")
        app.context["caller"] = caller
        if needed == {UserRole.ADMIN}:
            _require_role(caller, needed)
        try:
            _require_ids(app.context["_route_args"])
            if raw:
                require_media_type(app.current_event, raw)
            else:
                read_as_json(app.current_event, readers or {})
            answer = next_middleware(app)
        except (JobmatchError, RequestValidationError):
            _require_role(caller, needed)
            raise
        # So that each request can be found by its id: the other endings have lines of their own.
        logger.info("Answered.", status=answer.status_code)
        return answer

    return [authorize, _validate, _retry_read]


def caller_of(app: APIGatewayHttpResolver) -> Caller:
    """The caller of the current request, as the token names them."""
    caller: Caller = app.context["caller"]
    return caller


def _retry_read(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    # A GET is safe to repeat (RFC 9110, section 9.2.1). A write that got no answer may have
    # happened or not; only the caller can find out.
    if app.current_event.http_method == "GET":
        return read(lambda: next_middleware(app))
    return next_middleware(app)


def _require_role(caller: Caller, roles: frozenset[UserRole]) -> None:
    def check() -> None:
        with connect() as connection:
            require_role(connection, caller, roles)

    read(check)


def _caller(event: APIGatewayProxyEventV2) -> Caller:
    try:
        claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
        user_id, groups = claims.get(settings().user_id_claim), claims.get("cognito:groups", "")
    except (AttributeError, KeyError, TypeError):
        raise UnauthenticatedError("A bearer token is required.") from None
    if not _UUID.fullmatch(str(user_id)):
        raise ForbiddenError("Your account is not known here.")
    # An HTTP API passes a list as the text "[admin employer]".
    names = set(str(groups).strip("[]").split())
    roles = {UserRole.EMPLOYER, UserRole.ADMIN}
    return Caller(UUID(str(user_id)), frozenset(role for role in roles if role.value in names))


def _require_ids(path_parameters: Mapping[str, str]) -> None:
    # Every variable part of our paths is a UUID; nothing exists under another value.
    if not all(_UUID.fullmatch(value) for value in path_parameters.values()):
        raise NotFoundError("There is nothing here.")


def json_or(
    media_type: str, write: Callable[[Any], str], body: Any, event: APIGatewayProxyEventV2
) -> Response[Any]:
    """The answer `body` as JSON, or as text from `write` if the caller prefers `media_type`."""
    headers: Any = {"Vary": "Accept"}
    if prefers(event, media_type):
        return written(write(body), media_type, headers)
    return Response(200, JSON, body, headers=headers)


def written(
    text: str, media_type: str = JSON, headers: dict[str, Any] | None = None
) -> Response[Any]:
    """The answer 200 with a body that is text already."""
    return Response(200, media_type, text, headers)


def prefers(event: APIGatewayProxyEventV2, media_type: str) -> bool:
    """Whether the caller accepts this type and prefers it to JSON (RFC 9110, section 12.5.1)."""
    accepted = event.raw_event["headers"].get("accept", "")
    # The cheap test comes first, because it is almost always false.
    return media_type in accepted.lower() and (
        _quality(accepted, media_type) > _quality(accepted, JSON)
    )


def _quality(accepted: str, media_type: str) -> float:
    ranges = {}
    for media_range in accepted.split(","):
        name, _, parameters = media_range.partition(";")
        quality = _QUALITY.search(parameters)
        ranges[name.strip().lower()] = float(quality[1]) if quality else 1.0
    specific = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((ranges[name] for name in specific if name in ranges), 0.0)


@cache
def _adapter(body_type: type) -> TypeAdapter[Any]:
    return TypeAdapter(body_type)


def write_json(body: Any) -> str:
    """The result of a route as JSON text."""
    body_type: Any = type(body)
    return _adapter(body_type).dump_json(body, by_alias=True).decode()


RESOLVER_OPTIONS: ResolverOptions = {"serializer": write_json, "json_body_deserializer": read_json}
