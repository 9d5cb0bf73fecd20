"""What operators do from a terminal, against what runs here and by address and token."""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import re
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from cli.place import Place
from tests.support.system import PATIENCE, run_command

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.support.system import System

pytestmark = pytest.mark.xdist_group("system")

JOB: dict[str, object] = {
    "title": "Counsel [bold]",
    "status": "open",
    "requiredSpecializations": ["Copyright"],
}
TOUCH = """UPDATE decisions SET entry = replace(entry, '"scores" : [', '"scores" : [101, ')
    WHERE job_id = '{job}' AND number = 1"""
REMOVE = "DELETE FROM decisions WHERE job_id = '{job}'"


@pytest.fixture
def operate(system: System, monkeypatch: pytest.MonkeyPatch) -> Operate:
    return Operate(system, monkeypatch)


class Operate:
    """The command line, in a wide terminal."""

    def __init__(self, system: System, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("COLUMNS", "200")
        self.system = system
        self._patch = patch
        self._options = ["--state", str(system.state)]

    def by_address(self) -> None:
        """From now on, as with a deployed API."""
        self._patch.setenv("JOBMATCH_TOKEN", self.system.token("--role", "admin"))
        self._options = ["--url", f"http://127.0.0.1:{self.system.port}"]

    def __call__(self, command: str, *arguments: str) -> str:
        done = self.attempt(command, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def attempt(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_command("cli", command, *arguments, *self._options)


def profiles(count: int) -> list[dict[str, object]]:
    usual = {"name": "Ada Quill", "status": "active", "specializations": ["Copyright"]}
    return [{"id": str(uuid4()), **usual} for _ in range(count)]


def write(path: Path, items: list[dict[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8")
    return path


def test_a_file_is_imported_and_a_job_matched_ranked_and_explained(
    operate: Operate, tmp_path: Path
) -> None:
    people = profiles(501)
    said = operate("import", str(write(tmp_path / "people.jsonl", people)))
    assert "100%" in said
    assert "501 profiles imported." in said
    token = operate.system.token("--role", "employer", "--company", "Marlow Devices")
    job = operate.system.call("POST", "/jobs", token, JOB)[1]["id"]
    said = operate("match", job)
    assert "completed" in said
    said = operate("ranking", job, "--limit", "3")
    assert str(JOB["title"]) in said
    listed = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", said)
    page = operate.system.call("GET", f"/jobs/{job}/matches?limit=3", token)[1]["items"]
    assert listed == [match["profileId"] for match in page]
    operate.by_address()
    said = operate("explain", job, listed[0])
    assert "The candidate is among the job's matches: rank 1 of " in said
    assert "Has the required specialization: Copyright." in said


def test_a_due_job_is_listed(operate: Operate) -> None:
    token = operate.system.token("--role", "employer", "--company", "Marlow Devices")
    job = operate.system.call("POST", "/jobs", token, JOB)[1]["id"]
    admin = operate.system.token("--role", "admin")
    # Nothing is queued for it now, so it waits for the schedule.
    path = f"/admin/jobs/{job}/matching-status"
    for status in ("completed", "pending"):
        assert operate.system.call("PUT", path, admin, {"matchingStatus": status})[0] == 204
    assert job in operate("due")


def test_the_decision_log_continues_what_was_signed(operate: Operate) -> None:
    folder = operate.system.state / "anchors"
    before = set(folder.glob("*.json"))
    assert operate.system.call("POST", "/_local/schedules/collect_heads")[0] == 200
    deadline = time.monotonic() + PATIENCE
    while set(folder.glob("*.json")) == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    said = operate("verify", "--anchors", str(folder))
    assert re.search(r"They continue [1-9]\d* heads in [1-9]\d* anchors, ", said)
    done = operate.attempt("verify", "--anchors", str(operate.system.state / "logs"))
    assert (done.returncode, "there is no anchor in" in done.stderr) == (1, True)


def test_the_decision_log_is_verified_and_a_touched_entry_is_named(
    operate: Operate, tmp_path: Path
) -> None:
    # A job of its own: other tests compare the runs of the sample's jobs.
    token = operate.system.token("--role", "employer", "--company", "Marlow Devices")
    job = operate.system.call("POST", "/jobs", token, JOB)[1]["id"]
    operate("match", job)
    saved = str(tmp_path / "heads.json")
    said = operate("verify", "--saved", saved)
    assert said.endswith("none is broken.\n")
    assert int(said.split()[0]) >= len(json.loads((tmp_path / "heads.json").read_text())) > 0
    assert operate("verify", "--kept", saved).endswith("none is broken.\n")
    operate.system.execute("ALTER TABLE decisions DISABLE TRIGGER USER", TOUCH.format(job=job))
    done = operate.attempt("verify")
    assert done.returncode == 1
    assert done.stderr == f"error: entry 1 of job {job} does not match its hash\n"
    operate.system.execute(REMOVE.format(job=job), "ALTER TABLE decisions ENABLE TRIGGER USER")
    assert operate("verify").endswith("none is broken.\n")
    done = operate.attempt("verify", "--saved", saved)
    assert (done.returncode, f"of job {job} is missing" in done.stderr) == (1, True)


def test_candidates_are_counted_and_compared(operate: Operate, tmp_path: Path) -> None:
    token = operate.system.token("--role", "employer", "--company", "Marlow Devices")
    people = profiles(10)
    operate("import", str(write(tmp_path / "people.jsonl", people)))
    job = operate.system.call("POST", "/jobs", token, JOB)[1]["id"]
    operate("match", job)
    groups = tmp_path / "groups.csv"
    rows = [f"{person['id']},{'[odd]' if n % 2 else 'even'}" for n, person in enumerate(people)]
    groups.write_text("\n".join(["profileId,group", *rows]), encoding="utf-8")
    said = operate("audit", "--groups", str(groups))
    assert any("[odd]" in line for line in said.splitlines())
    assert "everybody" in operate("audit", "--from", "2026-01-01")
    table = tmp_path / "audit.csv"
    operate("audit", "--groups", str(groups), "--csv", str(table))
    rows_of_job = [
        row for row in csv.DictReader(table.read_text().splitlines()) if row["jobId"] == job
    ]
    (odd,) = (row for row in rows_of_job if row["group"] == "[odd]")
    assert odd["considered"] == "5"
    groups.write_text("id,group\n1,a\n")
    done = operate.attempt("audit", "--groups", str(groups))
    assert (done.returncode, "profileId,group" in done.stderr) == (1, True)


def test_an_unknown_value_is_listed_given_an_alias_and_the_alias_ended(
    operate: Operate, tmp_path: Path
) -> None:
    value = "Guarding of [bold] marks"
    (person,) = profiles(1)
    person["specializations"] = [value]
    operate("import", str(write(tmp_path / "people.jsonl", [person])))
    (line,) = (line for line in operate("unknown").splitlines() if value in line)
    assert line.split()[0] == "specializations"
    assert value not in operate("unknown", "--list", "bars")
    done = operate.attempt("alias", "specializations", value, "Trademarkz")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "error: term is not a known term; did you mean Trademarks" in done.stderr
    made = operate("alias", "specializations", value, "trade mark law")
    (alias,) = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", made)
    assert value not in operate("unknown")
    operate.by_address()
    assert re.search(rf"{alias} +specializations +{re.escape(value)} +Trademarks", made)
    assert alias in operate("aliases")
    assert operate("unalias", alias) == "The alias is ended.\n"
    assert alias not in operate("aliases")
    assert value in operate("unknown", "--list", "specializations", "--limit", "100")


def test_a_refused_line_is_named_and_what_came_before_stays(
    operate: Operate, tmp_path: Path
) -> None:
    people = profiles(502)
    people[501]["name"] = ""
    done = operate.attempt("import", str(write(tmp_path / "people.jsonl", people)))
    assert done.returncode == 1
    assert "500 profiles are imported, and none from line 501 on:" in done.stderr
    assert "line 502, /name: " in done.stderr
    token = operate.system.token("--role", "admin")
    there = [
        operate.system.call("GET", f"/admin/profiles/{people[index]['id']}", token)[0]
        for index in (499, 500)
    ]
    assert there == [200, 404]


def test_of_resumes_those_without_faults_are_imported_and_the_others_named(
    operate: Operate, tmp_path: Path
) -> None:
    resumes: list[dict[str, object]] = [
        {"id": str(uuid4()), "basics": {"name": name}} for name in ("Ada", "", "Bo")
    ]
    resumes[2]["hobbies"] = "chess"
    file = str(write(tmp_path / "resumes.jsonl", resumes))
    done = operate.attempt("import", file, "--each", "--resumes")
    assert done.returncode == 1
    assert "2 profiles imported." in done.stdout
    assert "line 3, /hobbies: is not kept" in done.stdout
    assert "line 2, /basics/name: " in done.stderr
    token = operate.system.token("--role", "admin")
    there = [
        operate.system.call("GET", f"/admin/profiles/{each['id']}", token)[0] for each in resumes
    ]
    assert there == [200, 404, 200]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ranking", str(uuid4())], 1, "answered 404: No such job."),
        (["why", str(uuid4())], 1, "answered 404: No such job."),
        (["unalias", str(uuid4())], 1, "answered 404: No such alias."),
        (["alias", "bars", "NY", "New York"], 1, "answered 409: The value is known already."),
        (["import", "no-such-file"], 2, "file: 'no-such-file' is not a file that can be read"),
        (["due", "--url", "ftp://example.org"], 2, "is not an http or https address"),
        (["due", "--url", "http://127.0.0.1:9"], 3, "does not answer"),
    ],
)
def test_a_mistake_is_one_line(
    operate: Operate, arguments: list[str], code: int, said: str
) -> None:
    done = operate.attempt(*arguments) if "--url" not in arguments else run(arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOBMATCH_TOKEN", "none")
        return run_command("cli", *arguments)


def test_an_address_needs_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOBMATCH_TOKEN", raising=False)
    done = run_command("cli", "due", "--url", "http://127.0.0.1:9")
    assert (done.returncode, done.stderr.count("JOBMATCH_TOKEN")) == (2, 1)


JOB_ID = "51618f55-9642-4f75-a7d1-f229c9aaa73a"


def send_dead_letters(operate: Operate, *bodies: object) -> None:
    """Put messages into the queue of jobs' dead letters."""
    place = Place(argparse.Namespace(url=None, stack=None, state=operate.system.state))
    _, url = place.queue_urls("matching")
    for body in bodies:
        place.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    place.sqs.close()
    place.api.close()


def letters(operate: Operate) -> list[str]:
    return re.findall(r"^([0-9a-f]{8}-[0-9a-f-]{27})", operate("dead"), re.MULTILINE)


def test_dead_letters_are_listed_retried_and_dropped(operate: Operate) -> None:
    token = operate.system.token("--role", "employer", "--company", "Marlow Devices")
    job = operate.system.call("POST", "/jobs", token, JOB)[1]["id"]
    assert operate("dead") == "There is no dead letter.\n"
    send_dead_letters(operate, {"jobId": job}, {"jobId": JOB_ID}, {"name": "Ada Quill"})
    said = operate("dead")
    assert f"job {job}" in said
    assert "not a message of ours" in said
    assert "Ada Quill" not in said
    assert len(letters(operate)) == 3
    assert "1 of them of this job" in " ".join(operate("why", job).split())
    done = operate.attempt("dead", "retry", "--all")
    assert done.returncode == 1
    assert f"job {job} is requested" in done.stdout
    assert "No such job." in done.stderr
    assert "it is not a message of ours; drop it" in done.stderr
    assert "error: 2 of 3 dead letters are left" in done.stderr
    first, second = letters(operate)
    assert operate("dead", "drop", first) == f"{first}: dropped\n"
    assert letters(operate) == [second]
    operate("dead", "drop", "--all")
    done = operate.attempt("dead", "drop", first)
    assert (done.returncode, done.stderr) == (1, f"error: there is no dead letter {first}\n")


def test_profiles_are_reindexed_and_history_purged(operate: Operate, tmp_path: Path) -> None:
    operate("import", str(write(tmp_path / "people.jsonl", profiles(3))))
    operate.system.execute("UPDATE profiles SET indexed_version = NULL WHERE name = 'Ada Quill'")
    assert re.search(r"^[1-9]\d* profiles are indexed\.$", operate("reindex"), re.MULTILINE)
    assert operate("reindex").endswith("0 profiles are indexed.\n")
    operate.system.execute(
        "INSERT INTO idempotency_keys (caller_user_id, key, fingerprint, job_id, created_at)"
        " SELECT id, 'old', 'x', gen_random_uuid(), now() - interval '9 days' FROM users LIMIT 1"
    )
    assert re.search(r"idempotencyKeys +1\b", operate("purge"))
    assert re.search(r"idempotencyKeys +0\b", operate("purge"))


def test_a_request_is_found_in_the_log_by_its_id(operate: Operate) -> None:
    token = operate.system.token("--role", "admin")
    connection = http.client.HTTPConnection("127.0.0.1", operate.system.port)
    connection.request("GET", "/admin/jobs?limit=1", headers={"Authorization": f"Bearer {token}"})
    request_id = connection.getresponse().headers["apigw-requestid"]
    connection.close()
    (line,) = operate("logs", request_id).splitlines()
    assert re.match(r"\S+ INFO GetJobsForAdminFunction Answered\. ", line)
    assert "status=200" in line


def test_a_job_whose_matching_breaks_says_which_table_is_missing(operate: Operate) -> None:
    token = operate.system.token("--role", "employer", "--company", "Marlow Devices")
    job = operate.system.call("POST", "/jobs", token, JOB)[1]["id"]
    operate("match", job)
    assert "It is matched." in operate("why", job)
    operate.system.execute("ALTER TABLE profile_features RENAME TO moved")
    try:
        done = operate.attempt("match", job)
        said = operate("why", job)
    finally:
        operate.system.execute("ALTER TABLE moved RENAME TO profile_features")
    broken = 'relation "profile_features" does not exist'
    assert done.returncode == 1
    assert broken in done.stderr
    assert "1 of 5 attempts have failed." in said
    assert said.count(broken) == 3, "of the job, of its last run, and in the log"
    operate("match", job)


def test_a_request_that_the_system_fails_to_answer_says_why(operate: Operate) -> None:
    operate.system.execute("ALTER TABLE jobs RENAME TO moved")
    try:
        done = operate.attempt("why", JOB_ID)
    finally:
        operate.system.execute("ALTER TABLE moved RENAME TO jobs")
    assert done.returncode == 1
    assert 'relation "jobs" does not exist' in done.stderr
