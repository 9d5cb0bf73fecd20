"""The whole system on one machine, as `make run` starts it, driven over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from local.examples import ADMIN_ID, ALIAS_ID, EMPLOYER_ID, JOB_ID, PROFILE_ID, RUN_ID, WEBHOOK_ID
from local.postgres import free_port
from tests.support.system import PATIENCE, System, run_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("system")

JOB = {
    "title": "Patent counsel, medical devices",
    "status": "open",
    "requiredSpecializations": ["Patent Prosecution"],
    "requiredTechnicalDomains": ["medical devices"],
    "requiredBar": ["EPO"],
    "minimumExperience": 6,
    "preferredLocation": "Munich, Germany",
}


T = TypeVar("T")


def eventually(look: Callable[[], T], good: Callable[[T], bool]) -> T:
    deadline = time.monotonic() + PATIENCE
    while not good(value := look()):
        assert time.monotonic() < deadline, value
        time.sleep(0.05)
    return value


def test_a_job_is_posted_matched_changed_and_matched_again(system: System) -> None:
    token = system.token("--role", "employer", "--company", "Marlow Devices")
    status, created = system.call("POST", "/jobs", token, JOB)
    assert status == 201
    path = f"/jobs/{created['id']}"

    def completed() -> dict[str, Any]:
        def look() -> dict[str, Any]:
            job: dict[str, Any] = system.call("GET", path, token)[1]
            return job

        return eventually(look, lambda job: job["matchingStatus"] == "completed")

    assert completed()["requiredBar"] == ["European Patent Office"]
    _, first = system.call("GET", f"{path}/matches?limit=100", token)
    scores = [match["overallScore"] for match in first["items"]]
    assert scores
    assert scores == sorted(scores, reverse=True)
    best = first["items"][0]["subscores"]
    assert best["barAdmissions"]["explanation"] == "Has the required bar: European Patent Office."

    status, changed = system.call("PATCH", path, token, {"requiredBar": None})
    assert (status, changed["matchingStatus"]) == (200, "pending")
    completed()
    _, second = system.call("GET", f"{path}/matches?limit=100", token)
    assert len(second["items"]) > len(first["items"])
    assert second["items"][0]["subscores"]["barAdmissions"]["explanation"] == "Not asked for."


def test_the_log_tells_all_about_a_request_under_one_id(system: System) -> None:
    token = system.token("--role", "employer", "--company", "Marlow Devices")
    _, created = system.call("POST", "/jobs", token, JOB)

    def look() -> dict[str, str]:
        lines = (system.state / "logs" / "functions.log").read_text().splitlines()
        parsed = [json.loads(line) for line in lines]
        assert not any("_aws" in line for line in parsed), "metrics are for CloudWatch"
        mine = [line for line in parsed if line.get("job_id") == created["id"]]
        return {line["message"]: line["correlation_id"] for line in mine}

    ids = eventually(look, lambda seen: "The run is complete." in seen)
    assert ids["The run is complete."] == ids["The job is created."]


def test_nobodys_data_is_in_what_the_system_writes(system: System) -> None:
    """Of candidates, employers and callers, and of what was refused, from all functions."""
    admin = system.token("--role", "admin")
    company, address = "Zqcompany Devices", "zqmail@zq.example"
    token = system.token("--role", "employer", "--company", company, "--email", address)
    candidate = "00000000-0000-4000-8000-00000000beef"
    position = {"employer": "Zqemployer LLP", "title": "Zqtitle", "description": "Zqdescription"}
    profile: dict[str, Any] = {
        "name": "Ada Zqname",
        "email": "zqada@zq.example",
        "location": "Zqtown",
        "status": "active",
        "workHistory": [position],
        "specializations": ["Zqlaw"],
    }
    assert system.call("PUT", f"/admin/profiles/{candidate}", admin, profile)[0] == 201
    job = {"title": "Zqjob", "status": "open", "requiredSpecializations": ["Zqlaw"]}
    _, created = system.call("POST", "/jobs", token, job)
    path = f"/jobs/{created['id']}"
    matches = eventually(lambda: system.call("GET", f"{path}/matches", token)[1]["items"], bool)
    assert matches[0]["profileId"] == candidate
    # Refused for what it says, for who asks, and because it can't be read.
    refused = [
        system.call("PATCH", path, token, {"title": {"Zqinput": 1}, "Zqfield": "Zqinput"}),
        system.call("PUT", f"/admin/profiles/{candidate}", admin, {**profile, "email": "Zqinput"}),
        system.call("GET", f"/admin/profiles/{candidate}", token),
        system.call("GET", f"{path}/matches?cursor=Zqcursor", token),
        system.call("GET", "/jobs/Zqpath", token),
        system.call("GET", "/zq%0Anowhere", token),
        system.call("GET", path, f"{token}Zqtoken"),
    ]
    assert [status for status, _ in refused] == [422, 422, 403, 422, 404, 404, 401]
    system.call("POST", "/_local/schedules/dispatch_matching")
    logs = [each for each in system.state.rglob("*") if "log" in each.name and each.is_file()]
    written = {each.name: each.read_text(errors="replace") for each in logs}
    eventually(lambda: "".join(system.printed), lambda text: "dispatch_matching" in text)
    written["terminal"] = "".join(system.printed)
    assert created["id"] in written["functions.log"]
    assert created["id"] in written["terminal"]
    assert {
        name: "zq" in text.lower() for name, text in written.items() if "zq" in text.lower()
    } == {}
    assert not any(token in text for text in written.values())


def test_the_sample_jobs_are_matched_when_the_guide_is_printed(system: System) -> None:
    admin = system.token("--role", "admin")
    _, page = system.call("GET", "/admin/jobs?limit=100&status=open", admin)
    ours = ("Marlow Devices", "Zqcompany Devices")
    sample = [job for job in page["items"] if job["employerCompanyName"] not in ours]
    assert len(sample) == 20
    assert {job["matchingStatus"] for job in sample} == {"completed"}
    assert all(job["matchCount"] for job in sample)
    assert system.call("GET", "/_local/queues")[1]["items"][0]["dead"] == 0


def test_the_sample_data_has_the_ids_of_the_events(system: System) -> None:
    ids = {"users": (ADMIN_ID, EMPLOYER_ID), "jobs": (JOB_ID,), "profiles": (PROFILE_ID,)}
    ids |= {"matching_runs": (RUN_ID,), "vocabulary_aliases": (ALIAS_ID,)}
    ids |= {"webhooks": (WEBHOOK_ID,)}
    for table, names in ids.items():
        for name in names:
            count = f"SELECT count(*) FROM {table} WHERE id = '{name}'"  # noqa: S608 - our ids
            assert system.execute(count) == 1, table
    runs = f"/jobs/{JOB_ID}/matching-runs/{RUN_ID}/changes?since={RUN_ID}"
    status, changes = system.call("GET", runs, system.token("--role", "admin"))
    assert status == 200, changes


def test_the_lines_of_the_guide_work_as_printed(system: System) -> None:
    lines = re.findall(r"^(?:export|curl)(?:[^\\\n]|\\\n)+", system.guide, re.MULTILINE)
    assert len([line for line in lines if line.startswith("curl")]) == 3
    script = "set -e\n" + "\necho\n".join(line.replace("curl -s", "curl -sf") for line in lines)
    done = subprocess.run(  # noqa: S603 - what we printed ourselves
        ["/bin/sh", "-c", script], capture_output=True, check=False, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    assert '"overallScore"' in done.stdout


def test_the_gateway_answers_in_its_own_form(system: System) -> None:
    assert system.call("GET", "/jobs/x") == (401, {"message": "Unauthorized"})
    assert system.call("GET", "/nowhere") == (404, {"message": "Not Found"})
    assert system.call("GET", "/health") == (200, {"status": "ok"})
    assert system.call("GET", "/openapi.json")[1]["info"]["title"] == "jobmatch"


def test_the_consoles_page_may_call_and_no_other(system: System) -> None:
    address = f"http://127.0.0.1:{system.port}"
    for origin, allowed in ((address, address), ("https://jobmatch.example", None)):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        asked = urllib.request.Request(  # noqa: S310 - our own
            f"{address}/jobs", headers=headers, method="OPTIONS"
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - our own
            assert answer.status == 204
            assert answer.headers["access-control-allow-origin"] == allowed


def test_the_overview_leads_on(system: System) -> None:
    address = f"http://127.0.0.1:{system.port}"
    with urllib.request.urlopen(f"{address}/_local", timeout=PATIENCE) as answer:  # noqa: S310 - our own
        page = answer.read().decode()
    links = re.findall(r'href="(/[^"]*)"', page)
    assert {"/docs", "/_local/mails"} <= set(links)
    for link in links:
        with urllib.request.urlopen(f"{address}{link}", timeout=PATIENCE) as answer:  # noqa: S310 - our own
            assert answer.status == 200


def test_the_terminal_shows_requests_events_and_errors_in_full(system: System) -> None:
    token = system.token("--role", "employer", "--company", "Marlow Devices")
    admin = system.token("--role", "admin")
    _, created = system.call("POST", "/jobs", token, JOB)
    complete = re.compile(rf"  run_matching  The run is complete\.  job_id {created['id']}  ")
    # The run reads the aliases, too.
    eventually(lambda: "".join(system.printed), lambda text: bool(complete.search(text)))
    system.execute("ALTER TABLE vocabulary_aliases RENAME TO renamed")
    try:
        assert system.call("GET", "/admin/vocabulary/aliases", admin)[0] == 500
    finally:
        system.execute("ALTER TABLE renamed RENAME TO vocabulary_aliases")
    text = eventually(
        lambda: "".join(system.printed),
        lambda text: "/admin/vocabulary/aliases  500" in text,
    )
    assert re.search(r"^\d\d:\d\d:\d\d  POST /jobs  201  \d+ ms$", text, re.MULTILINE)
    assert "Traceback (most recent call last):" in text
    assert 'relation "vocabulary_aliases" does not exist (SQLSTATE 42P01)' in text
    assert "{'S'" not in text, "what the driver got is put in words"
    assert "\x1b" not in text, "it is no terminal"


def test_a_schedule_can_be_fired_by_name(system: System) -> None:
    status, fired = system.call("POST", "/_local/schedules/dispatch_matching")
    assert status == 200
    # How many depends on what the tests before left for it.
    assert fired["result"].keys() == {"queued", "mails", "webhooks"}


def test_a_taken_port_and_a_taken_folder_are_named(system: System, tmp_path: Path) -> None:
    same_port = run_command("local", "run", "--state", str(tmp_path), "--port", str(system.port))
    assert same_port.returncode == 1
    assert f"port {system.port}" in same_port.stderr
    same_folder = run_command(
        "local", "run", "--state", str(system.state), "--port", str(free_port())
    )
    assert same_folder.returncode == 1
    assert str(system.state) in same_folder.stderr
