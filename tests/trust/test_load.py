"""Many clients at once on the whole system, where a model knows what each must be answered."""

from __future__ import annotations

import os
import re
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.postgres import engine
from local.accounts import ensure_user
from local.issuer import Issuer
from local.running import Running
from tests.support.load_client import CANDIDATES, Client
from tests.support.memory import Memory
from tests.support.system import PATIENCE
from tests.support.trust import FULL, Section, found, scaled

if TYPE_CHECKING:
    from tests.support.system import System

SOAK = int(os.environ.get("TRUST_SOAK_SECONDS") or 0)
CLIENTS = int(os.environ.get("TRUST_CLIENTS") or (16 if SOAK else scaled(8, 32)))
"""For half an hour fewer: on two processors, matching falls behind 32 clients, and a simulated
queue whose messages nobody takes becomes slow."""
SECONDS = SOAK or scaled(5, 300)
SCHEDULE_SECONDS = 300 if SOAK else scaled(5, 30)
"""Each time queues again what is still due, so more often than the 300 only fills the queue."""
JOB = {
    "title": "Patent counsel, medical devices",
    "status": "open",
    "requiredSpecializations": ["Patent Prosecution", "freedom to operate"],
    "requiredTechnicalDomains": ["medical devices"],
    "requiredBar": ["EPO"],
    "minimumExperience": 6,
    "preferredLocation": "Munich, Germany",
}
"""That of the README."""
MOST_KEPT = 0.004
"""MB that the simulated AWS may keep for a request."""


def clients_of(system: System) -> list[Client]:
    """Employers, each with a company and a specialization of their own."""
    issuer = Issuer(system.state / "issuer.pem")
    clients = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", Running.find(system.state).database_url)
        admin = issuer.issue(str(ensure_user("load@admin.example", "admin")), ["admin"])
        _, page = system.call("GET", "/admin/jobs?limit=1", admin)
        foreign = page["items"][0]["id"]
        for number in range(CLIENTS):
            company = f"Load {number} Instruments"
            employer = str(ensure_user(f"load{number}@load.example", "employer", company))
            tokens = issuer.issue(employer, ["employer"]), admin
            random = Random(number)
            clients.append(Client(system.port, random, tokens, employer, (company, ()), foreign))
        engine().dispose()
    return clients


def drive(client: Client, until: float, stopped: threading.Event) -> None:
    """Act until it is time, or an answer is wrong anywhere."""
    try:
        while time.monotonic() < until and not stopped.is_set():
            client.act()
    except BaseException:
        stopped.set()
        raise
    finally:
        client.close()


def fire_schedules(system: System, stopped: threading.Event) -> tuple[int, int]:
    """How often the schedule fired, and how often it failed.

    The simulated queue shares its process with all the clients' connections, so now and then it
    takes longer than the function waits for it. That is a wrong answer to nobody: the next finds
    what was left. Seldom it must be.
    """
    fired = failed = 0
    while not stopped.wait(SCHEDULE_SECONDS):
        status, result = system.call("POST", "/_local/schedules/dispatch_matching")
        fired += 1
        if status != 200:
            failed += 1
            assert result["result"]["errorMessage"] == "ReadTimeoutError", result
    assert failed * 20 <= fired
    return fired, failed


def check_mails(system: System, clients: list[Client]) -> int:
    """Nobody was named twice, and who is marked as told was named."""
    named: Counter[str] = Counter()
    mails: list[dict[str, Any]] = system.call("GET", "/_local/mails")[1]["items"]
    for mail in mails:
        job = re.search(r"See all matches: \S+/([\w-]+)", mail["text"])
        assert job
        named[job[1]] += int(mail["subject"].split()[0])
    for client in clients:
        for job_id, model in client.world.jobs.items():
            assert len(model.told) <= named[job_id] <= CANDIDATES
    return len(mails)


def latency(kind: str, seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"{kind} {' / '.join(f'{1000 * cuts[each]:.0f}' for each in (49, 94, 98))} ms"


def test_load(system: System) -> None:
    clients = clients_of(system)
    stopped = threading.Event()
    with (
        ThreadPoolExecutor(CLIENTS + 1) as pool,
        Memory(system.pid, every=max(0.5, SECONDS / 200)) as memory,
    ):
        schedule = pool.submit(fire_schedules, system, stopped)
        list(pool.map(Client.prepare, clients))
        start = time.monotonic()
        driven = [pool.submit(drive, each, start + SECONDS, stopped) for each in clients]
        failures = [failure for each in driven if (failure := each.exception())]
        took = time.monotonic() - start
        stopped.set()
    if failures:
        raise failures[0]
    fired, failed = schedule.result()
    mails = check_mails(system, clients)
    times = {
        kind: [*chain.from_iterable(client.times[kind] for client in clients)]
        for kind in ("read", "update", "matching")
    }
    count = sum(map(len, times.values()))
    growth = memory.growth()
    held = ", ".join(
        f"{part} {size:.0f} MB {slope:+.2f}/min" for part, (size, slope) in sorted(growth.items())
    )
    found(
        Section.LOAD,
        f"{CLIENTS} clients for {SECONDS} s, 70 % reads, 20 % updates, 10 % matching; a model"
        " checks every answer",
        count,
        f"0 wrong answers, 0 of 5xx; the schedule fired {fired} times and timed out on the queue"
        f" {failed} times, made good by the next; {count / took:.0f} requests/s; p50 / p95 / p99:"
        f" {'; '.join(latency(*each) for each in times.items())}; {mails} mails, nobody named"
        f" twice; memory, mean of one process and its growth (the server holds the simulated AWS,"
        f" which keeps every mail): {held}",
    )
    if FULL:
        grown = {part: slope * took / 60 for part, (_, slope) in growth.items()}
        # The simulated AWS in it keeps every mail and the handle of every message.
        assert grown.pop("server") < 16 + count * MOST_KEPT, held
        assert all(each < 8 for each in grown.values()), held


def test_jobs_that_are_opened_and_requested_at_once_do_not_wait_for_the_schedule(
    system: System,
) -> None:
    token = system.token("--role", "employer", "--company", "Marlow Devices")
    start = time.monotonic()

    def post(_number: int) -> str:
        created: dict[str, str] = system.call("POST", "/jobs", token, JOB)[1]
        assert system.call("POST", f"/jobs/{created['id']}/matching-runs", token)[0] == 202
        return created["id"]

    with ThreadPoolExecutor(8) as pool:
        waiting = set(pool.map(post, range(20)))
    posted = time.monotonic() - start
    # The schedule comes every five minutes, which is more than is waited here.
    while waiting:
        assert time.monotonic() - start < PATIENCE, waiting
        time.sleep(0.05)
        state = system.call("GET", f"/jobs/{min(waiting)}", token)[1]["matchingStatus"]
        waiting -= {min(waiting)} if state == "completed" else set()
    found(
        Section.LOAD,
        "20 jobs as in the README opened and requested at once, among 2,000 candidates",
        20,
        f"posted within {posted:.1f} s, all completed within {time.monotonic() - start:.1f} s, "
        "none left to the schedule",
    )
