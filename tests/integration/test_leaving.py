"""An employer's file: what leaves comes back elsewhere, and tells of nobody who is hidden."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, make_url, select, text, update

from jobmatch.audit.chains import verify
from jobmatch.audit.queries import pseudonym
from jobmatch.errors import ConflictError, NotFoundError
from jobmatch.jobs.inputs import JobCreate
from jobmatch.jobs.service import create_job
from jobmatch.models import (
    CandidateKey,
    Decision,
    EmployerProfile,
    ExpiredDecision,
    FoundMatch,
    Job,
    JobMatch,
    MatchDecision,
    MatchingRun,
    Notification,
    NotificationSettings,
    Profile,
    ToldMatch,
    User,
    UserRole,
)
from jobmatch.operations.migrations import upgrade
from jobmatch.permissions import Caller
from jobmatch.postgres import connect, engine, transaction
from jobmatch.profiles.service import delete_profile
from jobmatch.transfers.arriving import import_employer
from jobmatch.transfers.file_lines import FaultyFileError, read_lines
from tests.support.due import AGE
from tests.support.employer_files import old_entries
from tests.support.employers import Employers
from tests.support.given import a_match, a_profile, an_open_job, imported
from tests.support.paths import ROOT
from tests.support.rows import all_rows, as_owner, empty_tables, nothing_written, write
from tests.support.running import dispatch, run_matching, work
from tests.support.transfers import RETENTION, copy_candidates, export_to, import_from, using

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.rivals import Rivals

pytestmark = pytest.mark.xdist_group("leaving")
SEEDS = range(6)


@pytest.fixture(scope="module")
def second_database(server_url: str) -> Iterator[str]:
    """Another installation's database."""
    name = f"second_{uuid4().hex}"
    with using(server_url), engine().connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with using(url):
        upgrade(ROOT / "migrations", contract=True)
    yield url
    with using(url):
        engine().dispose()
    with using(server_url):
        with engine().connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine().dispose()


@pytest.fixture
def elsewhere(database: str, second_database: str) -> Iterator[str]:
    """The other database, emptied afterwards."""
    yield second_database
    with using(second_database):
        empty_tables()


def logged() -> list[dict[str, Any]]:
    """The whole decision log, as admins read it."""
    with connect() as connection:
        rows = connection.execute(
            text(
                "SELECT entry.*, gone.recorded_at AS gone_at, gone.hash AS gone_hash"
                " FROM decisions AS entry LEFT JOIN expired_decisions AS gone"
                " ON gone.job_id = entry.job_id AND gone.number = entry.number - 1"
                " ORDER BY entry.job_id, entry.number"
            )
        ).all()
    return [
        {
            "jobId": str(row.job_id),
            "number": row.number,
            "recordedAt": row.recorded_at.isoformat(),
            "kind": row.kind,
            "entry": row.entry,
            "previous": row.previous.hex(),
            "hash": row.hash.hex(),
            "base": row.base,
            "expired": row.gone_at
            and {"recordedAt": row.gone_at.isoformat(), "hash": row.gone_hash.hex()},
        }
        for row in rows
    ]


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "own"])
def test_what_leaves_comes_back_line_for_line(
    elsewhere: str, tmp_path: Path, complete: bool
) -> None:
    kinds, bases = set(), 0
    for seed in SEEDS:
        made = Employers(seed)
        employer = made.employer(made.candidates(8))
        before = export_to(tmp_path / "before", employer, complete=complete)
        log = logged()
        copy_candidates(elsewhere)
        with using(elsewhere):
            import_from(tmp_path / "before")
            after = export_to(tmp_path / "after", employer, complete=complete)
            assert logged() == (log if complete else [])
            assert verify(logged()).broken is None
            bases += sum(1 for each in logged() if each["base"])
            empty_tables()
        empty_tables()
        assert after[1:] == before[1:]
        kinds |= {json.loads(line).get("kind") for line in before[1:]}
    assert bool(bases) == complete
    of_the_log = {"expired", "entry"} if complete else set()
    assert kinds == of_the_log | {
        *("employer", "company", "settings", "job", "found", "told", "match", "decision"),
        *("run", "mail", "end"),
    }


def test_the_employers_file_is_the_same_whether_somebody_is_hidden_or_was_never_there(
    database: str, tmp_path: Path
) -> None:
    """So that nothing can be worked out from it, whatever the reader knows besides."""
    compared = 0
    for seed in SEEDS:
        made = Employers(seed)
        employer = made.employer(made.candidates(8), jobs=2)
        before = export_to(tmp_path / "before", employer, complete=False)
        hidden = [str(profile) for profile in made.hidden]
        assert not [one for one in hidden if one in "".join(before)]
        with as_owner() as connection:
            for table in (JobMatch, FoundMatch, ToldMatch, MatchDecision):
                gone = delete(table).where(table.profile_id.in_(made.hidden))
                compared += connection.execute(gone).rowcount
            connection.execute(text("DELETE FROM decisions"))
            connection.execute(text("DELETE FROM expired_decisions"))
            connection.execute(delete(Notification).where(Notification.status != "sent"))
            counts = dict.fromkeys(("passed", "kept", "scored", "reused", "failed", "asked"), 1)
            connection.execute(update(MatchingRun).values(**counts))
        after = export_to(tmp_path / "after", employer, complete=False)
        empty_tables()
        assert after[1:] == before[1:]
    assert compared > len(SEEDS), "there were people to hide"


def test_who_is_hidden_since_is_in_the_file_no_more(
    api: Api, people: People, tmp_path: Path
) -> None:
    job = an_open_job(api, people.employer)
    hired, rejected, shown = (a_match(api, people, job)["profileId"] for _ in range(3))
    path = tmp_path / "file"
    assert [one for one in (hired, rejected, shown) if one in "".join(own(people, path))] == [
        *(hired, rejected, shown)
    ]
    history = [{"employer": "Lindqvist & Marrow LLP", "title": "Counsel", "startDate": "2024-01"}]
    a_profile(api, people, hired, workHistory=history)
    a_profile(api, people, rejected, status="rejected")
    said = "".join(own(people, path))
    assert [one in said for one in (hired, rejected, shown)] == [False, False, True]
    complete = "".join(export_to(path, people.employer.id, complete=True))
    assert [one in complete for one in (hired, rejected, shown)] == [True] * 3


def test_a_mail_is_in_the_own_file_if_it_told_of_somebody_shown(
    database: str, tmp_path: Path
) -> None:
    made = Employers(14)
    shown, hidden, *_ = made.candidates(4)
    employer = made.employer([], jobs=1)
    job = UUID(json.loads(line_of_job(tmp_path / "file", employer))["id"])
    write(delete(Notification))
    mails = {}
    for candidates in ([shown], [hidden], [], [shown, hidden]):
        mail, sent_at = made.id(), made.time()
        mails[str(mail)] = shown in candidates
        write(
            insert(Notification).values(
                id=mail, job_id=job, run_id=mail, status="sent", due_at=sent_at, finished_at=sent_at
            )
        )
        write(delete(ToldMatch))
        for each in candidates:
            write(insert(ToldMatch).values(job_id=job, profile_id=each, notified_at=sent_at))
        said = "".join(export_to(tmp_path / "file", employer, complete=False))
        assert (str(mail) in said) is mails[str(mail)]
    assert str(mail) in "".join(export_to(tmp_path / "file", employer, complete=True))


def test_what_admins_alone_see_of_matching_is_not_in_the_own_file(
    database: str, tmp_path: Path
) -> None:
    employer = Employers(15).employer([], jobs=1)
    values = {"matching_failures": 3, "matching_version": "2-x", "last_error": "Broken"}
    files = []
    for values_of_job in (values, {"matching_due_since": text("now() - interval '1 day'")}):
        write(update(Job).values(values_of_job))
        files.append(export_to(tmp_path / "file", employer, complete=False)[1:])
        said = json.loads(line_of("job", files[-1]))
        assert said["matchingDueSince"] == said["createdAt"]
        assert said["matchingFailures"] == 0
        assert said["matchingRetryAt"] is said["matchingVersion"] is said["lastError"] is None
    assert files[0] == files[1]


def own(people: People, path: Path) -> list[str]:
    """The lines of the employer's own file."""
    return export_to(path, people.employer.id, complete=False)


def test_nobody_is_in_the_file_of_who_has_no_company_and_a_new_one_is_waited_for(
    api: Api, people: People, tmp_path: Path
) -> None:
    match = a_match(api, people, an_open_job(api, people.employer))
    this = EmployerProfile.user_id == people.employer.id
    write(update(EmployerProfile).where(this).values(company_name="Harrowgate & Lyle"))
    with pytest.raises(ConflictError, match="not indexed yet"):
        own(people, tmp_path / "file")
    write(delete(EmployerProfile).where(this))
    assert match["profileId"] not in "".join(own(people, tmp_path / "file"))


def test_only_employers_have_a_file(people: People, tmp_path: Path) -> None:
    for user in (people.admin.id, uuid4()):
        with pytest.raises(NotFoundError):
            export_to(tmp_path / "file", user, complete=True)


def answers(api: Api, people: People, jobs: list[str]) -> dict[str, Any]:
    """What the API says about an employer and their jobs, to them and to an admin."""
    of_employer = f"/employers/{people.employer.id}"
    paths = [f"{of_employer}/jobs", f"{of_employer}/notification-settings"]
    for job in jobs:
        paths += [f"/jobs/{job}", f"/jobs/{job}/matches?limit=100", f"/jobs/{job}/matching-runs"]
        listed = api.get(f"/jobs/{job}/matches?limit=100", by=people.employer).json["items"]
        for match in listed[:5]:
            about = f"/jobs/{job}/matches/{match['profileId']}"
            paths += [about, f"{about}/decision", f"{about}/candidate"]
    found: dict[str, Any] = {}
    for by in (people.employer, people.admin):
        for path in paths:
            answer = api.get(path, by=by)
            # Cursors are made from the same rows.
            found[f"{by.role} {path}"] = (answer.status, answer.headers.get("etag"), answer.text)
    found["log"] = [api.get(f"/admin/decisions?jobId={job}", by=people.admin).text for job in jobs]
    return found


def test_the_api_says_the_same_elsewhere_and_nobody_is_told_again(
    api: Api, people: People, cloud: Cloud, elsewhere: str, tmp_path: Path
) -> None:
    imported(api, people, 30)
    jobs = [an_open_job(api, people.employer, minimumExperience=years) for years in (None, 3)]
    work(cloud)
    decided = {"decision": "declined", "reason": "Too far away."}
    first = api.get(f"/jobs/{jobs[0]}/matches", by=people.employer).json["items"][0]
    path = f"/jobs/{jobs[0]}/matches/{first['profileId']}/decision"
    assert api.put(path, decided, by=people.employer).status == 200
    assert len(cloud.mails()) == 2, "one for each job"
    before = answers(api, people, jobs)
    assert {status for status, *_ in (v for k, v in before.items() if k != "log")} == {200}
    export_to(tmp_path / "file", people.employer.id, complete=True)
    copy_candidates(elsewhere)
    with connect() as connection:
        admin = dict(
            connection.execute(select(*User.__table__.c).where(User.id == people.admin.id))
            .one()
            ._mapping
        )
    with using(elsewhere):
        write(insert(User).values(admin))
        import_from(tmp_path / "file")
        assert answers(api, people, jobs) == before
        assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
        for job in jobs:
            assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
        work(cloud)
        runs = api.get(f"/jobs/{jobs[0]}/matching-runs", by=people.employer).json["items"]
        assert [run["outcome"] for run in runs] == ["completed"] * 2
        assert (runs[0]["kept"], runs[0]["reused"]) == (30, 30), "not one was scored anew"
        assert verify(logged()).broken is None
    assert len(cloud.mails()) == 2


@pytest.mark.parametrize("has_changed", [True, False], ids=["changed", "unchanged"])
def test_the_next_run_names_everybody_anew(
    api: Api, people: People, elsewhere: str, tmp_path: Path, has_changed: bool
) -> None:
    """Else the old names, which nobody can resolve, would stand beside the new ones."""
    profiles = [a_profile(api, people, specializations=["Licensing"]) for _ in range(3)]
    jobs = [an_open_job(api, people.employer) for _ in range(2)]
    run_matching(*jobs)
    export_to(tmp_path / "file", people.employer.id, complete=True)
    copy_candidates(elsewhere)
    with connect() as connection:
        these = select(*User.__table__.c).where(User.id == people.admin.id)
        admin = dict(connection.execute(these).one()._mapping)
    with using(elsewhere):
        write(insert(User).values(admin))
        import_from(tmp_path / "file")
        if has_changed:
            a_profile(api, people, profiles[0], specializations=["Copyright"])
        # The keys that the first job's run makes are there when the second's begins.
        for job in jobs:
            for _ in range(2):
                asked = api.post(f"/jobs/{job}/matching-runs", by=people.employer)
                assert asked.status == 202
                run_matching(job)
        entries = [json.loads(entry["entry"]) for entry in logged()]
        with connect() as connection:
            stored = {
                (str(row.job_id), row.pseudonym)
                for row in connection.execute(
                    select(JobMatch.job_id, pseudonym().label("pseudonym")).join(
                        CandidateKey, CandidateKey.profile_id == JobMatch.profile_id
                    )
                )
            }
    assert sorted((entry["number"], entry["base"]) for entry in entries) == [
        *((1, None), (1, None)),
        *((2, None), (2, None)),
    ]
    told = {(e["jobId"], name) for e in entries if e["number"] == 2 for name in e["candidates"]}
    assert told == stored
    assert len(stored) == 2 * (3 - has_changed)


def test_an_employer_arrives_once(elsewhere: str, tmp_path: Path) -> None:
    made = Employers(1)
    employer = made.employer(made.candidates(4), jobs=2)
    path = tmp_path / "file"
    lines = export_to(path, employer, complete=True)
    with nothing_written(), pytest.raises(ConflictError, match="is here already, and has jobs"):
        import_from(path)
    copy_candidates(elsewhere)
    with using(elsewhere):
        import_from(path)
        with nothing_written(), pytest.raises(ConflictError, match="has jobs"):
            import_from(path)
        # Another employer can't take the jobs, nor the company.
        others = path.read_text(encoding="utf-8").replace(str(employer), str(uuid4()))
        path.write_text(others, encoding="utf-8")
        with nothing_written(), pytest.raises(ConflictError, match="another employer's"):
            import_from(path)
        company = json.loads(lines[2])["id"]
        path.write_text(others.replace(company, str(uuid4())), encoding="utf-8")
        with nothing_written(), pytest.raises(ConflictError, match="another employer has their"):
            import_from(path)
        assert export_to(path, employer, complete=True)[1:] == lines[1:]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"role": "candidate"}, "as a user with the role candidate"),
        ({"email": "another@lindqvist.example"}, "with another address"),
        ({"id": uuid4()}, "address belongs to another user"),
    ],
    ids=["role", "address", "another's address"],
)
def test_an_account_that_is_another_one_is_left_alone(
    elsewhere: str, tmp_path: Path, values: dict[str, Any], reason: str
) -> None:
    made = Employers(2)
    employer = made.employer([], jobs=1)
    export_to(tmp_path / "file", employer, complete=True)
    email = f"{employer}@lindqvist.example"
    with using(elsewhere):
        write(insert(User).values({"id": employer, "email": email, "role": "employer", **values}))
        with nothing_written(), pytest.raises(ConflictError, match=reason):
            import_from(tmp_path / "file")


def test_an_account_without_jobs_is_taken_but_stays_as_active_as_it_is(
    elsewhere: str, tmp_path: Path
) -> None:
    made = Employers(3)
    employer = made.employer([], jobs=1)
    lines = export_to(tmp_path / "file", employer, complete=True)
    user = {"id": employer, "email": f"{employer}@lindqvist.example", "role": "employer"}
    with using(elsewhere):
        write(insert(User).values(user | {"is_active": False}))
        import_from(tmp_path / "file")
        after = export_to(tmp_path / "after", employer, complete=True)
    assert after[2:] == lines[2:]
    assert json.loads(after[1]) == json.loads(lines[1]) | {"isActive": False}


@pytest.mark.parametrize("because", ["complaint", "bounce"])
def test_mails_stay_off_for_who_complained_here(
    elsewhere: str, tmp_path: Path, because: str
) -> None:
    employer = Employers(3).employer([], jobs=1)
    path = tmp_path / "file"
    write(delete(NotificationSettings))
    write(insert(NotificationSettings).values(user_id=employer, enabled=True, threshold=50))
    lines = export_to(path, employer, complete=True)
    email = f"{employer}@lindqvist.example"
    off = {"off_address": email, "off_because": because}
    with using(elsewhere):
        write(insert(User).values(id=employer, email=email, role="employer"))
        write(insert(NotificationSettings).values(user_id=employer, enabled=True, **off))
        import_from(path)
        after = json.loads(line_of("settings", export_to(path, employer, complete=True)))
    of_file = json.loads(line_of("settings", lines))
    assert (after == of_file) is (because == "bounce")
    assert after["offBecause"] == ("complaint" if because == "complaint" else None)


def test_candidates_who_are_not_here_are_told_or_left_out(elsewhere: str, tmp_path: Path) -> None:
    made = Employers(4)
    candidates = made.candidates(8)
    employer = made.employer(candidates, jobs=3)
    path = tmp_path / "file"
    lines = export_to(path, employer, complete=True)
    copy_candidates(elsewhere)
    missing = str(candidates[0])
    about = [n for n, line in enumerate(lines, 1) if f'"profileId":"{missing}"' in line]
    assert about
    with using(elsewhere):
        write(delete(Profile).where(Profile.id == candidates[0]))
        with nothing_written(), pytest.raises(ConflictError, match="are not here") as refused:
            import_from(path)
        assert f"(lines {', '.join(map(str, about))})" in str(refused.value)
        done = import_from(path, skip_unknown=True)
        assert (done.unknown.total(), done.unknown_lines) == (len(about), about)
        after = export_to(path, employer, complete=True)
    left = [line for n, line in enumerate(lines, 1) if n not in about]
    assert after[1:-1] == left[1:-1]


def test_a_fault_in_the_last_line_undoes_all_before_it(elsewhere: str, tmp_path: Path) -> None:
    made = Employers(5)
    employer = made.employer(made.candidates(4), jobs=3)
    path = tmp_path / "file"
    lines = export_to(path, employer, complete=True)
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    copy_candidates(elsewhere)
    with using(elsewhere), nothing_written(), pytest.raises(FaultyFileError, match="cut off"):
        import_from(path)


def line_of_job(path: Path, employer: UUID) -> str:
    return line_of("job", export_to(path, employer, complete=True))


def line_of(kind: str, lines: list[str]) -> str:
    return next(line for line in lines if f'"kind":"{kind}"' in line)


def keep(rows: list[dict[str, Any]], expired: int | None) -> None:
    """Store a chain of a job that is not here: its entries after the one that expired last."""
    with as_owner() as connection:
        if expired:
            names = ("job_id", "number", "recorded_at", "hash")
            last = {name: rows[expired - 1][name] for name in names}
            connection.execute(insert(ExpiredDecision).values(last))
        if rows[expired or 0 :]:
            connection.execute(insert(Decision), rows[expired or 0 :])


@pytest.mark.parametrize(
    ("here", "here_expired", "there", "there_expired", "taken"),
    [
        (10, None, 20, 15, False),
        (10, 10, 9, None, False),
        (10, None, 9, None, False),
        (10, None, 10, None, True),
        (10, None, 20, None, True),
        (10, 10, 20, None, True),
        (10, 5, 20, 5, True),
        (10, 5, 20, 7, False),
    ],
)
def test_a_chain_that_is_here_has_to_be_in_the_file(
    elsewhere: str,
    tmp_path: Path,
    here: int,
    here_expired: int | None,
    there: int,
    there_expired: int | None,
    taken: bool,
) -> None:
    """The log outlives jobs: it may be that of a job that was deleted here."""
    made = Employers(12)
    made.chains = 3  # none
    employer = made.employer([], jobs=1)
    path = tmp_path / "file"
    job = UUID(json.loads(line_of_job(path, employer))["id"])
    rows = old_entries(job, 20)
    keep(rows[:there], there_expired)
    export_to(path, employer, complete=True)
    with using(elsewhere):
        keep(rows[:here], here_expired)
        if taken:
            import_from(path)
            assert [row["number"] for row in logged()] == [
                *range((here_expired or 0) + 1, max(here, there) + 1)
            ]
            assert verify(logged()).broken is None
        else:
            with nothing_written(), pytest.raises(ConflictError, match="The decision log here"):
                import_from(path)


def test_another_chain_of_the_same_job_is_not_replaced(elsewhere: str, tmp_path: Path) -> None:
    made = Employers(12)
    made.chains = 3  # none
    employer = made.employer([], jobs=1)
    path = tmp_path / "file"
    job = UUID(json.loads(line_of_job(path, employer))["id"])
    keep(old_entries(job, 3), None)
    export_to(path, employer, complete=True)
    with using(elsewhere):
        other = old_entries(job, 3)
        keep([row | {"hash": bytes(32)} for row in other], None)
        with nothing_written(), pytest.raises(ConflictError, match="The decision log here"):
            import_from(path)


def importing(connection: Connection, path: Path) -> None:
    lines = read_lines(path, retention=RETENTION)
    import_employer(connection, lines, skip_unknown=False, maximum_age=AGE)


def test_of_two_imports_at_once_one_stores_all(
    elsewhere: str, rivals: Rivals, tmp_path: Path
) -> None:
    made = Employers(7)
    candidates = made.candidates(4)
    employer = made.employer(candidates, jobs=2)
    lines = export_to(tmp_path / "file", employer, complete=True)
    copy_candidates(elsewhere)
    with using(elsewhere):
        with transaction() as connection:
            importing(connection, tmp_path / "file")
            rival = rivals.blocked(importing, tmp_path / "file")
        with pytest.raises(ConflictError, match="is here already, and has jobs"):
            rival.result()
        assert export_to(tmp_path / "after", employer, complete=True)[1:] == lines[1:]


def test_who_posts_a_job_meanwhile_waits_for_the_import(
    elsewhere: str, rivals: Rivals, tmp_path: Path
) -> None:
    """Else it could come between the look for jobs and the first imported one."""
    employer = Employers(9).employer([], jobs=1)
    export_to(tmp_path / "file", employer, complete=True)
    caller = Caller(employer, frozenset({UserRole.EMPLOYER}))
    with using(elsewhere):
        user = {"id": employer, "email": f"{employer}@lindqvist.example", "role": "employer"}
        write(insert(User).values(user))
        with transaction() as connection:
            importing(connection, tmp_path / "file")
            rival = rivals.blocked(create_job, JobCreate(title="Counsel"), viewer=caller)
        assert f'"{rival.result()}"' in "".join(
            export_to(tmp_path / "after", employer, complete=True)
        )


def test_a_candidate_who_is_deleted_meanwhile_is_gone_after_the_import(
    elsewhere: str, rivals: Rivals, tmp_path: Path
) -> None:
    made = Employers(8)
    (candidate,) = made.candidates(1)
    employer = made.employer([candidate], jobs=8)
    lines = export_to(tmp_path / "file", employer, complete=True)
    assert [line for line in lines if str(candidate) in line]
    copy_candidates(elsewhere)
    with using(elsewhere):
        with transaction() as connection:
            importing(connection, tmp_path / "file")
            rival = rivals.blocked(delete_profile, candidate)
        rival.result()
        after = export_to(tmp_path / "after", employer, complete=True)
    left = [line for line in lines if str(candidate) not in line]
    kinds = [[json.loads(line).get("kind") for line in each[1:]] for each in (after, left)]
    assert kinds[0] == kinds[1]


KILLED = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from jobmatch.postgres import transaction
from jobmatch.transfers.arriving import import_employer
from jobmatch.transfers.file_lines import read_lines

path, last = Path(sys.argv[1]), int(sys.argv[2])

def watch(line):
    if line.number == last:
        os.kill(os.getpid(), signal.SIGKILL)

with transaction() as connection:
    lines = read_lines(path, retention=timedelta(days=1461))
    import_employer(
        connection, lines, skip_unknown=False, maximum_age=timedelta(days=7), watch=watch
    )
"""


def test_a_kill_in_the_middle_stores_nothing_and_the_next_import_all(
    elsewhere: str, tmp_path: Path
) -> None:
    made = Employers(6)
    employer = made.employer(made.candidates(8), jobs=3)
    path = tmp_path / "file"
    lines = export_to(path, employer, complete=True)
    content = path.read_bytes()
    copy_candidates(elsewhere)
    with using(elsewhere):
        before = all_rows()
        for last in (len(lines) // 2, len(lines)):
            done = subprocess.run(  # noqa: S603 - our own text
                [sys.executable, "-c", KILLED, str(path), str(last)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "common")},
                check=False,
                capture_output=True,
                text=True,
            )
            assert done.returncode == -signal.SIGKILL, done.stderr
        assert path.read_bytes() == content
        import_from(path)  # waits for what is left of the killed ones
        assert export_to(tmp_path / "after", employer, complete=True)[1:] == lines[1:]
        assert before != all_rows()
