"""Agents in tests: tools used without a port, and arguments made from the access matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from uuid import uuid4

from jobmatch.agents.api_client import ApiAnswer
from jobmatch.agents.toolbox import MARK, catalogue, use
from tests.support.matrix import MATRIX, filled, ids_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobmatch.agents.api_client import ApiRequest
    from jobmatch.agents.toolbox import Used
    from tests.support.api import Answer, Api
    from tests.support.matrix import Place

TOOLS: dict[str, dict[str, Any]] = catalogue()["tools"]


class CalledApi:
    """The API as one caller reaches it, by a client of the tests; keeps what it was asked."""

    def __init__(self, api: Api, claims: Mapping[str, object] | None) -> None:
        self._api, self._claims = api, claims
        self.asked: list[ApiRequest] = []
        self.answers: list[Answer] = []

    def send(self, request: ApiRequest) -> ApiAnswer:
        """The answer of the route."""
        self.asked.append(request)
        answer = self._api.request(
            request.method,
            request.path,
            body=request.body,
            headers=request.headers,
            claims=self._claims,
        )
        self.answers.append(answer)
        return ApiAnswer(answer.status, answer.text)


def route_of(tool: str) -> str:
    """The route of a tool, as the access matrix names it."""
    request = TOOLS[tool]["request"]
    return f"{request['method']} {request['path']}"


def arguments(tool: str, place: Place) -> dict[str, Any]:
    """The arguments with which a tool makes the request of the access matrix."""
    valid = MATRIX[route_of(tool)]
    given: dict[str, Any] = dict(parse_qsl(valid.query.lstrip("?").format(**place._asdict())))
    body = filled(valid.body, place)
    given |= {"text": body} if isinstance(body, str) else body or {}
    given |= ids_of(place)
    made = {name: given[name] for name in TOOLS[tool]["request"]["places"] if name in given}
    if tool == "compare_matches":
        made["profileIds"] = [place.profile, str(uuid4())]
    return made


def use_as(
    api: Api, tool: str, given: dict[str, Any], claims: Mapping[str, object] | None
) -> tuple[Used, CalledApi]:
    """What a tool gives to a caller, and the API that it asked."""
    called = CalledApi(api, claims)
    return use(tool, given, called), called


def unmarked(value: Any) -> Any:
    """A result without its marks."""
    if isinstance(value, dict):
        return (
            value[MARK]
            if value.keys() == {MARK}
            else {name: unmarked(each) for name, each in value.items()}
        )
    return [unmarked(each) for each in value] if isinstance(value, list) else value


def within(shown: Any, whole: Any) -> bool:
    """Whether a value has nothing that another has not, in the same place."""
    if isinstance(shown, dict) and isinstance(whole, dict):
        return all(name in whole and within(each, whole[name]) for name, each in shown.items())
    if isinstance(shown, list) and isinstance(whole, list):
        return len(shown) == len(whole) and all(map(within, shown, whole))
    return bool(shown == whole)
