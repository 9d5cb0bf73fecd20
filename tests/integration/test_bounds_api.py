"""The type and the bounds of every field: what is refused, with its pointer, and the extremes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.support.given import a_draft, a_profile, match_body
from tests.support.rows import nothing_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Answer, Api
    from tests.support.people import People

NO_TEXT: list[Any] = [5, True, ["x"], {}]
NO_NUMBER: list[Any] = [True, False, "5", 5.0, 5.5, [5], {}, 2**63, -(2**70)]
NO_LIST: list[Any] = ["Licensing", "", 1, {}, {"0": "Licensing"}, True]
NO_VALUE: list[Any] = [None, 5, True, "", "  ", "x" * 101, ["x"], "a\0b"]
NO_ID: list[Any] = ["", "x", 5, True, [], "0" * 31, f"{uuid4()}0"]

Cases = dict[str, tuple[list[Any], list[Any]]]


def values(name: str, *, folds: bool = False) -> Cases:
    """A list of values: what is refused as a whole or in an entry, and what is taken."""
    many = [f"v{number}" for number in range(51)]
    taken = [[], None, many[:50], ["x" * 100], [f"  {'x' * 100} "], ["😀" * 100]]
    return {
        f"/{name}": ([*NO_LIST, many, *([] if folds else [["x", "X "]])], taken),
        f"/{name}/1": ([["good", each] for each in NO_VALUE], []),
    }


JOB: Cases = {
    "/title": ([*NO_TEXT, None, "", " \t", "x" * 256, "\0"], ["x", "x" * 255, f" {'😀' * 255} "]),
    "/description": ([*NO_TEXT, "x" * 20_001], [None, "", "x" * 20_000, " " * 20_001]),
    "/minimumExperience": ([*NO_NUMBER, -1, 61], [None, 0, 60]),
    "/preferredLocation": ([*NO_TEXT, "x" * 256], [None, " ", "x" * 255, "ß" * 255]),
    "/status": ([None, "", "new", 1, True, ["draft"]], ["draft"]),
    **values("requiredSpecializations"),
    **values("preferredSpecializations"),
    **values("requiredBar"),
    **values("requiredTechnicalDomains"),
}
EMPLOYER: Cases = {"/employerUserId": (NO_ID, [None])}


def _of(item: dict[str, Any], name: str, cases: list[Any]) -> list[Any]:
    return [[item, item | {name: case}] for case in cases]


POSITION = {"employer": "Vesper", "title": "Associate"}
BAR = {"jurisdiction": "New York"}
PROFILE: Cases = {
    "/name": ([*NO_TEXT, None, "", " ", "x" * 256, "\0"], ["x", "x" * 255]),
    "/email": (
        [*NO_TEXT, "ada", "a@b@c", f"{'x' * 250}@x.com", "a\0@b.c"],
        [None, "", "ada@quill.example", f"{'x' * 249}@x.com"],
    ),
    "/userId": (NO_ID, [None]),
    "/status": (["", "new", "ACTIVE", 1, ["active"]], ["active", "rejected", "pending_review"]),
    "/location": ([*NO_TEXT, "x" * 256, "\0"], [None, "", "x" * 255]),
    **values("specializations", folds=True),
    **values("technicalDomains", folds=True),
    "/barAdmissions": ([*NO_LIST, [BAR] * 101], [None, [], [BAR] * 100]),
    "/barAdmissions/0": ([[None], ["NY"], [[BAR]], [5]], []),
    "/barAdmissions/0/jurisdiction": (
        [[{}], [{"jurisdiction": None}], [{"jurisdiction": " "}]],
        [],
    ),
    "/barAdmissions/1/year": (_of(BAR, "year", NO_NUMBER[:7]), _of(BAR, "year", [None, 1990])),
    "/barAdmissions/1/status": (
        _of(BAR, "status", NO_TEXT),
        _of(BAR, "status", [None, "", "Retired"]),
    ),
    "/barAdmissions/1/since": (_of(BAR, "since", [1990]), []),
    "/workHistory": ([*NO_LIST, [POSITION] * 101], [None, [], [POSITION] * 100]),
    **{
        f"/workHistory/1/{name}": (
            _of(POSITION, name, [*NO_TEXT, None, "", " ", "x" * 256, "\0"]),
            _of(POSITION, name, ["x", "x" * 255]),
        )
        for name in POSITION
    },
    **{
        f"/workHistory/1/{name}": (
            _of(POSITION, name, [*NO_TEXT, "x" * 41, "a\0"]),
            _of(POSITION, name, [None, "", "x" * 40]),
        )
        for name in ("startDate", "endDate")
    },
    "/workHistory/1/description": (
        _of(POSITION, "description", [*NO_TEXT, "x" * 5_001, "\0"]),
        _of(POSITION, "description", [None, "", "x" * 5_000]),
    ),
    "/workHistory/1/months": (_of(POSITION, "months", [5]), []),
}
MATCH: Cases = {
    "/overallScore": ([*NO_NUMBER, None, -1, 101], []),
    "/summary": ([*NO_TEXT, None, "\0"], ["Fits.", "x" * 1_000]),
    "/recommendation": ([*NO_TEXT, None, "", "Perfect Match"], []),
    "/subscores": ([None, "{}", [], 5], []),
}


def assert_bounds(cases: Cases, send: Callable[[dict[str, Any]], Answer]) -> None:
    """Of each field, sent in an otherwise good body: what is refused there, and what is taken."""

    def answers(taken: bool) -> list[tuple[str, str, int, list[str]]]:
        return [
            (pointer, repr(value)[:60], answer.status, _pointers(answer))
            for pointer, values in cases.items()
            for value in values[taken]
            for answer in [send({pointer.split("/")[1]: value})]
        ]

    with nothing_written():
        refused = answers(taken=False)
    assert [each for each in refused if each[2:] != (422, [each[0]])] == []
    assert [each for each in answers(taken=True) if each[2] not in (200, 201)] == []


def _pointers(answer: Answer) -> list[str]:
    return [error["pointer"] for error in answer.json.get("errors", ())]


def test_fields_of_a_new_job(api: Api, people: People) -> None:
    def post(fields: dict[str, Any]) -> Answer:
        return api.post("/jobs", {"title": "Counsel", **fields}, by=people.employer)

    assert_bounds(JOB | EMPLOYER, post)


def test_fields_of_a_changed_job(api: Api, people: People) -> None:
    path = f"/jobs/{a_draft(api, people.employer)}"
    assert_bounds(JOB, lambda fields: api.patch(path, fields, by=people.employer))


def test_fields_of_a_profile(api: Api, people: People) -> None:
    path = f"/admin/profiles/{uuid4()}"
    assert_bounds(PROFILE, lambda fields: api.put(path, {"name": "A", **fields}, by=people.admin))


def test_fields_of_a_match(api: Api, people: People) -> None:
    path = f"/admin/jobs/{a_draft(api, people.employer)}/matches/{a_profile(api, people)}"
    assert_bounds(MATCH, lambda fields: api.put(path, match_body() | fields, by=people.admin))


def test_what_is_required_must_be_there(api: Api, people: People) -> None:
    match = f"/admin/jobs/{uuid4()}/matches/{uuid4()}"
    required: dict[str, tuple[str, str, Any]] = {
        "title": ("POST", "/jobs", {"status": "draft"}),
        "name": ("PUT", f"/admin/profiles/{uuid4()}", {"status": "active"}),
        "matchIds": ("POST", "/admin/matches/notified", {}),
        "profiles": ("POST", "/admin/profiles/import", {}),
        **{
            name: ("PUT", match, {key: body for key, body in match_body().items() if key != name})
            for name in match_body()
        },
    }
    got = {
        name: _pointers(api.request(method, path, body=body, by=people.admin))
        for name, (method, path, body) in required.items()
    }
    assert got == {name: [f"/{name}"] for name in required}
