"""How request bodies are read: JSON in its strict sense, and an object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.models import Job
from tests.support.given import a_draft, a_profile, match_body
from tests.support.rows import count, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def requests(api: Api, people: People) -> dict[tuple[str, str], dict[str, Any]]:
    """A good body for each route that takes one."""
    job = a_draft(api, people.employer)
    profile = a_profile(api, people)
    return {
        ("POST", "/jobs"): {"title": "Counsel", "employerUserId": str(people.employer.id)},
        ("PATCH", f"/jobs/{job}"): {"title": "Senior counsel"},
        ("PUT", f"/admin/jobs/{job}/matching-status"): {"matchingStatus": "completed"},
        ("PUT", f"/admin/jobs/{job}/matches/{profile}"): match_body(),
        ("POST", "/admin/matches/notified"): {"matchIds": [profile]},
        ("PUT", f"/admin/profiles/{profile}"): {"name": "Bo"},
        ("POST", "/admin/profiles/import"): {"profiles": [{"id": profile, "name": "Cy"}]},
    }


def test_every_route_reads_its_body_strictly(
    api: Api, people: People, requests: dict[tuple[str, str], dict[str, Any]]
) -> None:
    for (method, path), good in requests.items():
        text = json.dumps(good)
        key, value = next(iter(good.items()))
        pair = json.dumps({key: value})[1:-1]
        faulty: dict[str | bytes, int] = {
            text[:-1]: 400,
            f"{text}}}": 400,
            f"{text[:-1]},}}": 400,
            f"{text[:-1]}, nope: 1}}": 400,
            text.replace('"', "'"): 400,
            b'{"title": "\xff"}': 400,
            f"[{text}]": 422,
            f"[{text}, {text}]": 422,
            "[]": 422,
            "null": 422,
            '"text"': 422,
            "0": 422,
            "false": 422,
            f"{{{pair}, {text[1:]}": 422,
            f'{text[:-1]}, "nope": 1}}': 422,
            f'{text[:-1]}, "{key.upper()}": 1}}': 422,
            f'{text[:-1]}, "\\ud800": 1}}': 422,
        }
        with nothing_written():
            got = {
                body: api.request(method, path, by=people.admin, body=body).status
                for body in faulty
            }
            assert got == faulty, path
            assert api.request(method, path, by=people.admin).status in (400, 422)
        assert api.request(method, path, by=people.admin, body=good).status < 300


NEARLY = {
    '{"title": "a", "title": "a"}': 422,
    '{"title": "a", "t\\u0069tle": "b"}': 422,
    '{"title": "a", "requiredBar": [{"x": 1, "x": 2}]}': 422,
    '{"title": "\\ud83d"}': 422,
    '{"title": "\\ude00\\ud83d"}': 422,
    '{"title": "x", "requiredBar": ["\\uDFFF"]}': 422,
    '{"title": "a\\u0000b"}': 422,
    '{"title": "x", "requiredBar": ["a\\u0000b"]}': 422,
    '{"title": "x", "preferredLocation": "\\u0000"}': 422,
    '{"title": "x", "description": "a\\u0000"}': 422,
    '{"title": "x", "a\\u0000": 1}': 422,
    f'{{"title": "x", "minimumExperience": {"9" * 5000}}}': 422,
    '{"title": "x", "minimumExperience": 1e400}': 422,
    '{"title": "x", "minimumExperience": NaN}': 400,
    '{"title": "x", "minimumExperience": -Infinity}': 400,
    '{"title": "x", "minimumExperience": 05}': 400,
    '{"title": "a\nb"}': 400,
    '{"title": "x"} // why': 400,
    " \n ": 400,
}


def test_what_is_not_quite_json_or_not_quite_text(api: Api, people: People) -> None:
    assert {body: api.post("/jobs", body, by=people.employer).status for body in NEARLY} == NEARLY
    assert count(Job) == 0


def test_deep_nesting_is_an_error_of_the_caller(api: Api, people: People) -> None:
    for opening in ("[", '{"title":'):
        assert api.post("/jobs", opening * 100_000, by=people.employer).status in (400, 422)


def test_text_of_all_planes_is_kept(api: Api, people: People) -> None:
    for title in ('{"title": "\\ud83d\\ude00 \\\\ud800"}', '{"title": "😀 \\\\ud800"}'):
        created = api.post("/jobs", title, by=people.employer)
        assert created.status == 201
        job = api.get(created.headers["location"], by=people.employer).json
        assert job["title"] == "😀 \\ud800"


def test_another_content_type_is_refused(api: Api, people: People) -> None:
    refused = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    refused += ["application/xml", "application/jsonx", "text/json", "json"]
    got = {
        (kind, body): api.post("/jobs", body, by=people.employer, headers={"Content-Type": kind})
        for kind in refused
        for body in ('{"title": "x"}', "title=x", "{")
    }
    assert {key: answer.status for key, answer in got.items()} == dict.fromkeys(got, 415)
    assert count(Job) == 0


BINARY = {
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\3\4\xff",
    "application/zip": b"PK\3\4\xff",
    "multipart/form-data; boundary=x": b"--x\r\n\r\n\xff\r\n--x--",
    "application/octet-stream": b"\xff\xfe\0",
    "image/png": b"\x89PNG",
}


@pytest.mark.parametrize("content_type", BINARY)
def test_the_type_is_judged_before_the_body_is_read(
    api: Api, people: People, content_type: str
) -> None:
    body, headers = BINARY[content_type], {"Content-Type": content_type}
    job = api.post("/jobs", body, by=people.employer, headers=headers)
    assert job.status == 415
    assert job.json["detail"].startswith("Send application/json, application/ld+json, ")
    profiles = api.post("/admin/profiles/import", body, by=people.admin, headers=headers)
    assert profiles.status == 415
    assert profiles.json["detail"].startswith("Send application/json, ")


@pytest.mark.parametrize("content_type", ["application/json", "application/ld+json"])
def test_a_byte_order_mark_and_other_line_ends_are_taken(
    api: Api, people: People, content_type: str
) -> None:
    kind = '"@context": "https://schema.org", "@type": "JobPosting",' * ("ld" in content_type)
    text = f'\ufeff{{{kind}\r\n"title": "Counsel",\r\n"description": "One\\r\\nTwo"\r\n}}\r\n'
    for body in (text, text.encode()):
        answer = api.post("/jobs", body, by=people.employer, headers={"content-type": content_type})
        assert answer.status == 201
        assert api.get(answer.headers["location"], by=people.employer).json["title"] == "Counsel"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_is_named(api: Api, people: People, encoding: str) -> None:
    answer = api.post("/jobs", '{"title": "x"}'.encode(encoding), by=people.employer)
    assert answer.status == 400
    assert answer.json["detail"] == "The body is UTF-16 or UTF-32 text: send it as UTF-8."


@pytest.mark.parametrize(
    "content_type",
    ["application/json;charset=utf-8", "application/json ; charset=UTF-8", "Application/JSON"],
)
def test_the_content_type_is_read_as_http_says(api: Api, people: People, content_type: str) -> None:
    headers = {"content-type": content_type}
    body = '{"title": "Ünï"}'
    for sent in (body, body.encode()):
        created = api.post("/jobs", sent, by=people.employer, headers=headers)
        assert created.status == 201
        assert api.get(created.headers["location"], by=people.employer).json["title"] == "Ünï"


def test_bodies_where_none_is_read_are_ignored(api: Api, people: People) -> None:
    job = a_draft(api, people.employer, requiredSpecializations=["Licensing"], status="open")
    assert api.post(f"/jobs/{job}/matching-runs", "{", by=people.employer).status == 202
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin, body="[").status == 200
