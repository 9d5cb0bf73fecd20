"""Text stays text: in SQL, in mails, in the log and on the page of the documentation."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from sqlalchemy.exc import DBAPIError

from jobmatch.models import Job, User
from local.extra_routes import ExtraRoutes
from local.server import Request
from tests.support.bodies import bodies, resumes
from tests.support.documented import (
    OPERATIONS,
    look_up,
    parameters,
    replaced,
    texts_in,
    texts_of,
)
from tests.support.given import a_profile, an_open_job
from tests.support.logs import counted, lines_of
from tests.support.matrix import MATRIX, Place, use
from tests.support.ownership import executed
from tests.support.paths import ROOT
from tests.support.rows import change, count
from tests.support.running import work
from tests.support.trust import FULL, Section, found

if TYPE_CHECKING:
    from io import StringIO

    from tests.support.api import Answer
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.served import Served

MARK = "q7x"
"""Is in every hostile text, to be found where it must not be."""
SQL = [
    f"{MARK}'; DROP TABLE jobs; --",
    f"{MARK}' OR '1'='1",
    f"{MARK}\\'; SELECT 1/0; --",
    f'{MARK}"; DELETE FROM jobs; --',  # noqa: S608 - the point of it
    f"{MARK}$$; DROP TABLE jobs; $$",
    f"{MARK} $1 :id %s %(a)s {{0}} %",
    f"*/ SELECT 1/0; /*{MARK}",
    f"{{{MARK},NULL}}",
]
LINES = [
    f'{MARK}\n{{"level":"ERROR","a":1}}',
    f'{MARK}","level":"CRITICAL","x":"',
    f"{MARK}\x1b[2J\x07\x08\x7f\u2028\u202e\ufeff",
]
MAIL = [
    f"{MARK}\r\nBcc: eve@evil.example\r\n\r\nHi",
    f"{MARK}\nSubject: x",
    f"=?utf-8?q?{MARK}=0ABcc:_eve@x?=",
]
HTML = [
    f"<script>alert('{MARK}')</script>",
    f'"><img src=//evil.example/{MARK}>',
    f"</p></body><a href='javascript:{MARK}'>",
    f"&lt;{MARK}&#60;script&#62;",
]
HOSTILE = [*SQL, *LINES, *MAIL, *HTML]
CLEANED = {"summary", "subscores"}
"""What employers read of a candidate loses what identifies them: addresses, for example."""
TYPED = {"q", "name", "email"}
"""Parameters for what somebody types to find something: any text may be."""
TRIED = HOSTILE if FULL else [SQL[0], MAIL[0]]
MAILED = HOSTILE if FULL else [LINES[2], MAIL[0], HTML[0]]


@pytest.fixture
def place(served: Served, people: People) -> Place:
    return Place.create(served, people)


def test_the_bodies_hold_every_text_that_is_documented(people: People, place: Place) -> None:
    known = bodies(people, place)
    documented = {route: texts_of(route) for route in OPERATIONS}
    assert {route: set(texts_in(body)) for route, body in known.items()} == {
        route: texts for route, texts in documented.items() if texts or route in known
    }


def squeezed(value: object) -> str:
    return "".join(str(value).split())


def test_hostile_text_in_every_field_is_a_value_or_refused(
    served: Served, people: People, place: Place, log: StringIO
) -> None:
    times = stored = 0
    with executed() as statements:
        every = bodies(people, place)
        for route, body in [*every.items(), ("POST /admin/profiles/import", resumes(place))]:
            for pointer in texts_in(body):
                for text in TRIED:
                    hostile = replaced(body, pointer, text)
                    method, path = route.split()
                    ids = {"jobId": place.job, "profileId": place.profile}
                    ids["webhookId"] = place.webhook
                    path = path.format(**ids, employerUserId=place.employer)
                    answer = served.request(method, path, body=hostile, by=people.admin)
                    times += 1
                    # Two texts may say the same to the vocabulary, which has an alias for it once.
                    is_alias = route == "POST /admin/vocabulary/aliases"
                    expected = {200, 201, 422} | ({409} if is_alias else set())
                    expected |= {400} if route == "POST /mcp" else set()  # as JSON-RPC has it
                    assert answer.status in expected, (route, pointer, text, answer.text)
                    stored += is_unchanged(served, people, answer, pointer, text)
    assert stored > times / 4
    assert not any(MARK in sql for sql in statements.all)
    assert_log_is_ours(log)
    assert served.get(f"/jobs/{place.job}", by=people.employer).status == 200
    what = (
        f"SQL, log lines, mail headers and HTML ({len(TRIED)} texts) in every field of every body"
    )
    found(
        Section.ACCESS,
        what,
        times,
        f"{stored} read back as they were, the others refused; none in a statement or log line",
    )


def is_unchanged(
    served: Served, people: People, answer: Answer, pointer: tuple[str | int, ...], text: str
) -> bool:
    """Whether a text was stored, which must then be what is read."""
    if answer.status in {400, 409, 422}:
        return False
    if location := answer.headers.get("location"):
        answer = served.get(location, by=people.admin)
    try:
        got = look_up(answer.json, pointer)
    except KeyError:  # an import answers with a number
        return False
    if pointer[0] in CLEANED:
        assert "@" not in got, pointer
        return "@" not in text
    assert squeezed(got) == squeezed(text), pointer
    return True


def test_hostile_text_in_queries_paths_and_headers_is_refused_or_ignored(
    served: Served, people: People, place: Place, log: StringIO
) -> None:
    times = 0
    jobs = count(Job)
    with executed() as statements:
        for route in MATRIX:
            method, path = route.split()
            ids = {"jobId": place.job, "profileId": place.profile, "employerUserId": place.employer}
            ids |= {"aliasId": place.alias, "runId": place.run}
            ids["webhookId"] = place.webhook
            asked_for = MATRIX[route].query.format(**place._asdict())
            query = dict(parse_qsl(asked_for.removeprefix("?")))
            for text in TRIED:
                for name in parameters(route, "query"):
                    asked = f"{path.format(**ids)}?{urlencode(query | {name: text})}"
                    status = 200 if name in TYPED else 422
                    assert served.request(method, asked, by=people.admin).status == status, asked
                    times += 1
                for name in ids:
                    if f"{{{name}}}" in path:
                        asked = path.format(**ids | {name: quote(text, safe="")})
                        assert served.request(method, asked, by=people.admin).status == 404, asked
                        times += 1
                known, unknown = (
                    f"{path.format(**ids)}?{urlencode(query | more)}" for more in ({}, {text: text})
                )
                if method == "GET":
                    expected = served.get(known, by=people.admin).status
                    assert expected in {200, 405}, route
                    assert served.get(unknown, by=people.admin).status == expected, route
                    times += 1
    assert not any(MARK in sql for sql in statements.all)
    for text in TRIED:
        line = " ".join("".join(each if each.isascii() else "?" for each in text).split())
        line = "".join(each if each.isprintable() else " " for each in line)
        answer = use(
            served, "PATCH /jobs/{jobId}", place, by=people.admin, headers={"if-match": line}
        )
        assert answer.status in {412, 422}
        answer = use(
            served, "POST /jobs", place, by=people.admin, headers={"idempotency-key": line}
        )
        assert answer.status == 201
        headers = {"user-agent": line, "x-forwarded-for": line, "x-amzn-trace-id": line}
        headers |= {"apigw-requestid": line, "x-correlation-id": line, "content-type": line}
        answer = use(served, "PATCH /jobs/{jobId}", place, by=people.admin, headers=headers)
        assert answer.status == 415
        times += 3
    assert count(Job) == jobs + len(TRIED)
    assert_log_is_ours(log)
    what = "The same texts in every query parameter, path variable and header"
    found(Section.ACCESS, what, times, "404, 412, 415, 422 or ignored; in no statement or log line")


def assert_log_is_ours(log: StringIO) -> None:
    """Each line is one JSON object that a function of ours wrote, without anybody's text."""
    lines = lines_of(log.getvalue())
    assert lines
    assert {line["level"] for line in lines} == {"INFO"}
    assert MARK not in log.getvalue()


class Tags(HTMLParser):
    """The elements of a page, and all that they say and point to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_titles_add_nothing_to_a_mail(
    served: Served, people: People, cloud: Cloud, log: StringIO
) -> None:
    profile = a_profile(served, people, specializations=["Licensing"])
    for text in MAILED:
        job = an_open_job(served, people.employer, title=text)
        work(cloud)
        mail = cloud.mails()[-1]
        expected = {"From", "To", "Subject", "X-Correlation-Id", "MIME-Version", "Content-Type"}
        assert set(mail.keys()) == expected, text
        assert len(mail["To"].addresses) == 1
        html = mail.get_body(("html",))
        assert html is not None
        tags = Tags(html.get_content())
        page = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "p", "a"}
        assert tags.names <= page | {"table", "tr", "td"}
        links = [value for name, value in tags.attributes if name in {"href", "src"}]
        console = "https://jobs.example/console"
        candidate = f"{console}/jobs/{job}/matches/{profile}"
        assert links == [candidate, f"{console}/jobs/{job}", f"{console}/settings"]
        assert MARK in tags.text
    assert len(cloud.mails()) == len(MAILED)
    assert_log_is_ours(log)
    what = "Mail headers and HTML in the titles of jobs, through to the mail"
    found(Section.ACCESS, what, len(MAILED), "text of one subject and one paragraph")


ADDRESSES = [
    "a@firm.example,",
    "<a@firm.example",
    "eve a@firm.example",
    "a@firm.example\r\nBcc: eve@evil.example",
    "a@firm.example\nX-Evil: 1",
    "a@firm.example, eve@evil.example",
    "eve@evil.example; a@firm.example",
    "<eve@evil.example> a@firm.example",
]


def test_a_hostile_address_of_the_platforms_gets_no_mail(
    served: Served, people: People, cloud: Cloud, log: StringIO
) -> None:
    """Users are the platform's rows: what it writes there may be worse than what we let in."""
    a_profile(served, people, specializations=["Licensing"])
    refused = 0
    for address in ADDRESSES:
        try:
            change(User, people.employer.id, email=address)
        except DBAPIError:
            refused += 1
            continue
        an_open_job(served, people.employer)
        work(cloud)
    assert refused == len([each for each in ADDRESSES if each.count("@") > 1])
    assert cloud.mails() == []
    taken = len(ADDRESSES) - refused
    assert counted(log.getvalue()) == ["The mail could not be written."] * taken
    assert "evil" not in log.getvalue()
    what = "Addresses of users that are several, or hold a header"
    found(Section.ACCESS, what, len(ADDRESSES), "no mail to anybody")


def test_the_page_of_the_documentation_takes_nothing_from_elsewhere() -> None:
    extra_routes = ExtraRoutes(ROOT, None, None, [], [], None)  # type: ignore[arg-type]
    page = extra_routes(Request("GET", "/docs"))
    assert page is not None
    headers = dict(page.headers)
    policy = {
        name: values
        for name, *values in (
            part.split() for part in headers["content-security-policy"].split(";")
        )
    }
    assert policy.pop("style-src") == ["'self'", "'unsafe-inline'"]
    assert policy.pop("img-src") == ["'self'", "data:"]
    assert policy == {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
    tags = Tags(page.body.decode())
    loaded = [text or "" for name, text in tags.attributes if name in {"src", "href"}]
    assert len(loaded) == 4
    for address in loaded:
        if address != "data:,":
            assert address.startswith("/docs/")
            part = extra_routes(Request("GET", address))
            assert part is not None
            assert part.status == 200
            assert dict(part.headers)["x-content-type-options"] == "nosniff"
    assert headers["x-content-type-options"] == "nosniff"
    assert not tags.text.strip().removeprefix("API documentation").strip(), "no script of its own"
    found(Section.ACCESS, "What the page of the documentation loads", len(loaded), "only its own")
