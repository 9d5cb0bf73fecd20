"""The first run: wherever it is cut off, the next start goes on, and says what it makes good."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from local.postgres import free_port
from local.running import Running
from tests.support.paths import ROOT
from tests.support.system import PATIENCE, System, environment, follow, guide_of, start, stop
from tests.support.trust import FULL, Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CUT_OFF = "The last run was cut off"
NOBODY, NAMELESS = 65_534, 12_345
CREATED, MATCHED = "The job is created.", "The run is complete."

UNMATCHED = "SELECT count(*) FROM jobs WHERE status = 'open' AND matching_status <> 'completed'"


class Start:
    """One start in a folder, and how far it has come."""

    def __init__(self, state: Path, **variables: str) -> None:
        self.state = state
        self._before = {words: self._logged(words) for words in (CREATED, MATCHED)}
        self.process: subprocess.Popen[str] = start(state, 0, **variables)

    def _logged(self, words: str) -> int:
        log = self.state / "logs" / "functions.log"
        return log.read_text().count(words) if log.exists() else 0

    def has(self, moment: str) -> bool:
        """Whether it has come to a moment; always when it has ended."""
        if moment in self._before:
            return self._logged(moment) > self._before[moment] or self.process.poll() is not None
        return (self.state / moment).exists() or self.process.poll() is not None

    def cut_off(self, moment: str, number: signal.Signals, seconds: float) -> None:
        """Send a signal so long after a moment; it ends at once, and without a word too many."""
        deadline = time.monotonic() + PATIENCE
        while not self.has(moment):
            assert time.monotonic() < deadline, moment
            time.sleep(0.01)
        time.sleep(seconds)
        self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=PATIENCE)
        assert "Traceback" not in printed, (moment, number, printed)
        assert self.process.returncode == (-9 if number is signal.SIGKILL else 0), printed

    def up(self) -> System:
        """The system, when its guide is printed."""
        guide = guide_of(self.process)
        assert "Traceback" not in guide
        port = Running.find(self.state).port
        return System(port, self.state, guide, self.process.pid, follow(self.process))


Cut = tuple[str, signal.Signals, float]
"""When to cut a start off, how, and how long after that."""
LOADING: list[Cut] = [
    ("postgres/password", signal.SIGKILL, 0.2),
    (CREATED, signal.SIGINT, 0.1),
    (MATCHED, signal.SIGKILL, 0.0),
]


def anywhere(seed: int) -> list[Cut]:
    """Moments before, while and after a start is up."""
    chance = random.Random(seed)
    names = ["lock", "postgres/password", "postgres/port", "issuer.pem"]
    signals = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
    return [
        (chance.choice(names), chance.choice(signals), chance.uniform(0, 6))
        for _ in range(scaled(1, 5))
    ]


def up_after(state: Path, cuts: list[Cut]) -> tuple[Start, System]:
    """A start that is up after others were cut off, with all of the sample data."""
    for moment, number, seconds in cuts:
        Start(state).cut_off(moment, number, seconds)
    last = Start(state)
    system = last.up()
    counts = {"profiles": 2_000, "jobs": 24, "vocabulary_aliases": 1}
    assert {what: system.execute(f"SELECT count(*) FROM {what}") for what in counts} == counts  # noqa: S608 - ours
    until(lambda: not system.execute(UNMATCHED))
    return last, system


def until(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def put_python(folder: Path) -> None:
    """Give a checkout the Python that runs this."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)


def test_a_start_goes_on_where_another_was_cut_off(tmp_path: Path) -> None:
    state = tmp_path / "a folder with spaces"
    last, system = up_after(state, LOADING)
    assert f"{CUT_OFF}; " in system.guide
    assert "the sample data is loaded to the end" in system.guide
    assert "matching it" not in system.guide, "nobody waits for that"

    # A worker that had an hour left, in a run that was up.
    mails = system.call("GET", "/_local/mails")[1]["items"]
    assert mails
    job = system.execute(
        "UPDATE jobs SET matching_status = 'running', matching_run_id = gen_random_uuid(),"
        " matching_lease_until = now() + interval '1 hour'"
        " WHERE id = (SELECT id FROM jobs WHERE status = 'open' LIMIT 1) RETURNING id"
    )
    last.process.kill()
    last.process.wait()
    again = Start(state)
    system = again.up()
    assert f"{CUT_OFF}; 1 job is matched again." in system.guide
    assert "Loading" not in system.guide
    until(
        lambda: (
            system.execute(f"SELECT matching_status FROM jobs WHERE id = '{job}'") == "completed"  # noqa: S608 - ours
        )
    )
    now = system.call("GET", "/_local/mails")[1]["items"]
    assert now[-len(mails) :] == mails
    assert stop(again.process) == 0
    assert not [line for line in system.printed if "Traceback" in line]

    third = Start(state)
    assert CUT_OFF not in third.up().guide, "it was ended in order"
    assert stop(third.process) == 0
    found(
        Section.FAULTS,
        "A first start cut off (SIGINT, SIGTERM, SIGKILL) while it loads, and "
        "a run that was up killed while a worker had an hour left",
        len(LOADING) + 1,
        "no traceback; the last start loaded the rest, nothing twice; the next one matched the job "
        "at once and had all mails",
    )


@pytest.mark.parametrize("seed", range(scaled(1, 3)))
def test_a_start_is_up_wherever_others_were_cut_off(tmp_path: Path, seed: int) -> None:
    cuts = anywhere(seed)
    last, _ = up_after(tmp_path, cuts)
    assert stop(last.process) == 0
    tried = (
        f"Starts cut off at any moment (seed {seed}), one after the other, and then one that is not"
    )
    found(Section.FAULTS, tried, len(cuts), "it was up, with all of the sample data, once")


def test_ctrl_c_in_the_first_moments_of_make_run(tmp_path: Path) -> None:
    """While the shell, Python and our first imports start."""
    for path in ROOT.iterdir():
        if path.name not in {".local", ".venv"}:
            (tmp_path / path.name).symlink_to(path)
    put_python(tmp_path)
    chance = random.Random(18)
    for _ in range(times := scaled(4, 30)):
        process = subprocess.Popen(  # noqa: S603 - ours
            ["make", "-o", ".venv/ready", "run", f"PORT={free_port()}"],  # noqa: S607 - from PATH
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Who starts the tests in the background has it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        time.sleep(chance.uniform(0.05, 0.6))
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in printed
        assert "jobmatch is up" not in printed
    found(Section.FAULTS, "Ctrl-C in the first moments of `make run`", times, "it ended silently")


@pytest.mark.parametrize("sample", ["", "0"])
def test_without_sample_data(sample: str, tmp_path: Path, own_database: str) -> None:
    """Into the embedded database when it is not wanted, into another one unless it is."""
    given = {"SAMPLE": "0"} if sample else {"DATABASE_URL": own_database}
    first = Start(tmp_path, **given)
    system = first.up()
    assert "There is no sample data" in system.guide
    shown = system.call("GET", "/openapi.json")[1]
    assert shown == json.loads((ROOT / "docs" / "openapi.json").read_text()), "plain examples"
    said = "SAMPLE=0: starting without" if sample else "the database of DATABASE_URL as it is"
    assert said in system.guide
    if sample:
        assert [system.execute(f"SELECT count(*) FROM {each}") for each in ("users", "jobs")] == [  # noqa: S608 - ours
            0,
            0,
        ]
        assert stop(first.process) == 0
        first = Start(tmp_path)  # it was decided at the first start
        assert "There is no sample data" in first.up().guide
    else:
        engine = create_engine(own_database)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 0
        engine.dispose()
    assert stop(first.process) == 0


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `make run` needs, copied into a folder with spaces; the environment is this one."""
    folder = tmp_path / "a folder with spaces"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "__pycache__", "tests"))
    put_python(folder)
    return folder


def as_other_user(uid: int) -> list[str]:
    """Words before a command that make root another user, who owns root's files."""
    if os.geteuid() != 0:
        return []
    words = ["unshare", "--user", f"--map-user={uid}", f"--map-group={uid}"]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], check=False).returncode:  # noqa: S603 - ours
        pytest.skip("root can't become another user here")
    return words


@pytest.mark.parametrize(
    ("uid", "sample"), [(NAMELESS, "0"), *([(NOBODY, "0"), (NOBODY, "1"), (NAMELESS, "1")] * FULL)]
)
def test_as_another_user_in_a_path_with_spaces_without_home(
    uid: int, sample: str, checkout: Path
) -> None:
    make = [*as_other_user(uid), "make", "-o", ".venv/ready"]
    variables = {"PATH": os.environ["PATH"], "SAMPLE": sample}
    process = subprocess.Popen(  # noqa: S603 - ours
        [*make, "run", f"PORT={(port := free_port())}"],
        cwd=checkout,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        guide = guide_of(process)
        printed = follow(process)
        token = subprocess.run(  # noqa: S603 - ours
            [*make, "-s", "token"],
            cwd=checkout,
            env=variables,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        system = System(port, checkout / ".local", guide, process.pid, printed)
        status, page = system.call("GET", "/admin/jobs?limit=100", token)
        assert (status, len(page["items"])) == (200, 24 * int(sample))
    finally:
        # As a Ctrl-C reaches the shell of make.
        process.terminate()
        process.wait(PATIENCE)
    assert "Traceback" not in guide + "".join(printed)
    found(
        Section.FAULTS,
        f"`make run` as {'a user' if uid == NOBODY else 'an id'} other than root, in a path with "
        f"spaces, without HOME, SAMPLE={sample}",
        1,
        "it was up, and ended in order",
    )


def test_sample_data_in_a_database_of_ones_own(tmp_path: Path, own_database: str) -> None:
    """Asked for, cut off while it was loaded, and there already."""
    given = {"DATABASE_URL": own_database, "SAMPLE": "1"}
    Start(tmp_path, **given).cut_off(CREATED, signal.SIGKILL, 0.0)
    counts = {"profiles": 2_000, "jobs": 24, "users WHERE role = 'admin'": 1}
    for _ in range(2):
        again = Start(tmp_path, **given)
        system = again.up()
        assert "It goes into the database of DATABASE_URL." in system.guide
        assert CUT_OFF in system.guide
        assert "$API/jobs/" in system.guide, "a job is there to be tried"
        assert {what: system.execute(f"SELECT count(*) FROM {what}") for what in counts} == counts  # noqa: S608 - ours
        until(partial(lambda each: not each.execute(UNMATCHED), system))
        again.process.kill()
        again.process.wait()
    found(
        Section.FAULTS,
        "A first start with DATABASE_URL and SAMPLE=1, killed while it loaded, and again when up",
        2,
        "the next start loaded the rest, nothing twice; the one after that loaded nothing",
    )
