"""Drafts over the API: documents as they are sent, and what becomes of those that can't be read."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from jobmatch.drafts import text
from jobmatch.extraction.texts import DOCX, PDF
from jobmatch.models import Job, Profile
from jobmatch.postgres import connect
from tests.support.docx_files import docx, paragraph, run, zipped
from tests.support.pdfs import line, pdf

if TYPE_CHECKING:
    from io import StringIO

    from tests.support.api import Answer, Api
    from tests.support.people import People

JOBS, PROFILES = "/jobs/drafts", "/admin/profiles/drafts"
WORDS = "Counsel in Munich"
SENT: dict[str, bytes] = {
    "text/plain": WORDS.encode("utf-8-sig"),
    PDF: pdf(line(60, 700, WORDS) + line(60, 600, "zqhidden", before="1 g")),
    DOCX: docx(paragraph(WORDS, run("zqhidden", "<w:vanish/>"))),
}


def draft(api: Api, people: People, path: str, media_type: str, body: Any) -> Answer:
    person = people.employer if path == JOBS else people.admin
    return api.post(path, body, by=person, headers={"content-type": media_type})


def fault(answer: Answer) -> str:
    assert answer.status == 422, answer.text
    (error,) = answer.json["errors"]
    assert error["pointer"] == ""
    return str(error["message"])


@pytest.mark.parametrize("media_type", [PDF, DOCX, "text/plain"])
@pytest.mark.parametrize("path", [JOBS, PROFILES])
def test_a_document_comes_back_as_its_text_and_nothing_is_stored(
    api: Api, people: People, path: str, media_type: str
) -> None:
    counts = select(
        *(select(func.count()).select_from(each).scalar_subquery() for each in (Job, Profile))
    )
    with connect() as connection:
        before = connection.execute(counts).one()
    answer = draft(api, people, path, media_type, SENT[media_type])
    assert answer.status == 200, answer.text
    assert answer.json["text"] == WORDS
    assert answer.json.keys() == {"draft", "text", "sources", "notUnderstood"}
    with connect() as connection:
        assert connection.execute(counts).one() == before


def test_html_is_read_as_its_text(api: Api, people: People) -> None:
    answer = draft(api, people, JOBS, "text/html; charset=utf-8", f"<p>{WORDS}</p>".encode())
    assert answer.json["text"] == WORDS


def test_a_json_resume_becomes_a_draft_with_places_in_it(api: Api, people: People) -> None:
    resume = {
        "basics": {"name": "Ada Quill", "email": "ada@quill.example", "summary": "Of much."},
        "work": [{"name": "Sample & Partner", "position": "Associate", "startDate": "2016-09"}],
    }
    answer = draft(api, people, PROFILES, "application/json", json.dumps(resume)).json
    sent = answer["draft"]
    assert (sent["name"], sent["email"]) == ("Ada Quill", "ada@quill.example")
    assert sent["workHistory"][0]["employer"] == "Sample & Partner"
    places = {each["pointer"]: each for each in answer["sources"]}
    for pointer, value in {"/name": "Ada Quill", "/workHistory/0/title": "Associate"}.items():
        place = places[pointer]
        assert place["quote"] == json.dumps(value)
        assert answer["text"][place["start"] : place["end"]] == place["quote"]
    (missing,) = answer["notUnderstood"]
    assert missing["quote"] == '"Of much."'
    assert answer["text"][missing["start"] : missing["end"]] == missing["quote"]
    profile = f"/admin/profiles/{people.employer.id}"
    assert api.put(profile, sent, by=people.admin).status == 201


def test_an_export_of_linkedin_is_unpacked(api: Api, people: People) -> None:
    body = zipped({"Profile.csv": "First Name,Last Name\nAda,Quill\n", "Photo.jpg": "x"})
    assert draft(api, people, PROFILES, "application/zip", body).status == 200
    assert "unpacked" in fault(draft(api, people, PROFILES, "application/zip", b"PK"))


@pytest.mark.parametrize(("path", "others"), [(JOBS, ["application/zip"]), (PROFILES, [])])
def test_another_media_type_is_told_which_are_taken(
    api: Api, people: People, path: str, others: list[str]
) -> None:
    for media_type in ("image/png", "multipart/form-data", *others):
        answer = draft(api, people, path, media_type, SENT[PDF])
        assert answer.status == 415
        assert PDF in answer.json["detail"]
        assert "text/plain" in answer.json["detail"]


def test_what_can_not_be_read_is_a_fault_of_the_document(api: Api, people: People) -> None:
    assert "broken" in fault(draft(api, people, JOBS, PDF, b"%PDF-1.7\n"))
    assert "broken" in fault(draft(api, people, JOBS, DOCX, b"PK"))
    assert "no text" in fault(draft(api, people, JOBS, "text/plain", b""))
    assert "not text" in fault(draft(api, people, JOBS, "text/plain", SENT[DOCX] + b"\0"))
    assert "4 MB" in fault(draft(api, people, JOBS, PDF, b"%PDF-" + bytes(text.MOST_BYTES)))
    assert "4 MB" in fault(
        draft(api, people, PROFILES, "application/json", b" " * (1 + text.MOST_BYTES))
    )
    assert draft(api, people, PROFILES, "application/json", b"{").status == 400


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("while True: pass", "takes longer than"),
        ("import os; os.abort()", "can't be read"),
        ("raise SystemExit(1)", "can't be read"),
    ],
)
def test_a_reader_that_hangs_or_dies_is_ended(
    api: Api, people: People, program: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "_READ_CHILD", (sys.executable, "-c", program))
    monkeypatch.setattr(text, "MOST_SECONDS", 1)
    assert said in fault(draft(api, people, JOBS, PDF, SENT[PDF]))


def test_a_reader_has_an_end_to_its_memory_and_no_secrets(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "zqsecret")
    filled = (
        "import os, sys; sys.argv[1:] = [sys.argv[-1]]\n"
        "assert 'zqsecret' not in os.environ.values()\n"
        "from jobmatch.extraction import child\n"
        "child.text_of = lambda *_: bytes(2 * child.MOST_MEMORY)\n"
        "child.main()"
    )
    monkeypatch.setattr(text, "_READ_CHILD", (sys.executable, "-c", filled))
    assert "can't be read" in fault(draft(api, people, JOBS, PDF, SENT[PDF]))
    assert "A document ended its reader." in log.getvalue()
