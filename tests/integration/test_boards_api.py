"""Jobs of Greenhouse's and Ashby's public job boards, over HTTP and with the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cli.boards import MEDIA_TYPES, import_jobs
from cli.client import RefusedError
from cli.errors import CommandError
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.api import Api
    from tests.support.people import People, Person

FOLDER = ROOT / "tests" / "support" / "boards"


class Client:
    """The command line's client, with the handlers behind it."""

    def __init__(self, api: Api, by: Person) -> None:
        self._api = api
        self._by = by

    def call(self, method: str, path: str, _: str, body: Any, *, media_type: str) -> Any:
        headers = {"Content-Type": media_type}
        answer = self._api.request(method, path, by=self._by, body=body, headers=headers)
        if answer.status >= 400:
            raise RefusedError(f"{method} {path}", answer.status, answer.text)
        return answer.json


def imported(
    client: Client, path: Path, board: str, employer: Person, *, each: bool = False
) -> str:
    terminal = Console(width=200, record=True, quiet=False)
    with terminal.capture() as captured:
        import_jobs(
            client,  # type: ignore[arg-type]
            "token",
            path,
            terminal,
            board=board,
            employer=str(employer.id),
            each=each,
        )
    return captured.get()


@pytest.mark.parametrize("board", MEDIA_TYPES)
def test_a_job_of_a_board_becomes_a_draft_of_its_employer(
    api: Api, people: People, board: str
) -> None:
    (job, *_) = json.loads((FOLDER / f"{board}.json").read_text("utf-8"))["jobs"]
    headers = {"Content-Type": MEDIA_TYPES[board]}
    made = api.post("/jobs", job, by=people.employer, headers=headers)
    assert made.status == 201, made.text
    stored = api.get(made.headers["location"], by=people.employer).json
    assert (stored["title"], stored["status"]) == (job["title"], "draft")
    assert stored["minimumExperience"] in (4, 6)
    assert "There is no place for this in a job." in made.text
    again = api.post("/jobs", job, by=people.employer, headers=headers)
    assert again.status == 409
    assert made.json["id"] in again.json["detail"]


def test_an_admin_names_the_employer_beside_the_document(api: Api, people: People) -> None:
    headers = {"Content-Type": MEDIA_TYPES["greenhouse"]}
    job = {"id": 1, "title": "Counsel"}
    path = f"/jobs?employerUserId={people.employer.id}"
    assert api.post("/jobs", job, by=people.admin, headers=headers).status == 422
    assert api.post(path, job, by=people.rival, headers=headers).status == 403
    made = api.post(path, job, by=people.admin, headers=headers)
    assert made.status == 201, made.text
    assert api.get(made.headers["location"], by=people.employer).status == 200
    both = {"title": "Counsel", "employerUserId": str(people.rival.id)}
    (fault,) = api.post(path, both, by=people.admin).json["errors"]
    assert fault["pointer"] == "/employerUserId"


@pytest.mark.parametrize("board", MEDIA_TYPES)
def test_the_command_line_imports_a_board_once(api: Api, people: People, board: str) -> None:
    client, path = Client(api, people.admin), FOLDER / f"{board}.json"
    told = imported(client, path, board, people.employer)
    assert "2 jobs are imported as drafts; 0 were there." in told
    assert "/jobs/1/" in told
    jobs = api.get(f"/employers/{people.employer.id}/jobs", by=people.employer).json["items"]
    assert len(jobs) == 2
    assert "0 jobs are imported as drafts; 2 were there." in imported(
        client, path, board, people.employer
    )


def test_the_command_line_tells_faults_by_pointers_into_the_file(
    api: Api, people: People, tmp_path: Path
) -> None:
    client, path = Client(api, people.admin), tmp_path / "board.json"
    good = {"id": 1, "title": "Counsel"}
    path.write_text(
        json.dumps({"jobs": [{"title": "x" * 300}, good, {"title": "A", "content": 1}]})
    )
    with pytest.raises(CommandError, match=r"\n  /jobs/0/title: [^\n]*$"):
        imported(client, path, "greenhouse", people.employer)
    jobs = f"/employers/{people.employer.id}/jobs"
    assert api.get(jobs, by=people.employer).json["items"] == []
    with pytest.raises(CommandError, match=r"(?s)/jobs/0/title: .*/jobs/2/content: "):
        imported(client, path, "greenhouse", people.employer, each=True)
    assert len(api.get(jobs, by=people.employer).json["items"]) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"jobs": {}}'])
def test_a_file_that_is_no_board_is_refused(
    api: Api, people: People, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "board.json"
    path.write_text(text)
    with pytest.raises(CommandError):
        imported(Client(api, people.admin), path, "ashby", people.employer)
