"""Nobody's data gets where it does not belong, whatever goes right or wrong."""

from __future__ import annotations

import json
import traceback
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import event, insert, select
from sqlalchemy.exc import DBAPIError

from jobmatch import aws
from jobmatch.drafts.service import RESUMES
from jobmatch.models import Job, MatchingRun, Profile, User, UserRole, WebhookEvent
from jobmatch.operations import custom_resource
from jobmatch.postgres import connect, engine
from jobmatch.webhooks.schemas import EventType
from local.events import sqs_event
from local.feedback import mail_event
from local.intrinsics import read_yaml
from scripts.generate_events import events
from tests.support.api import InProcess, routes
from tests.support.bodies import bodies
from tests.support.documented import parameters, replaced, texts_in
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.matrix import MATRIX, Place, use
from tests.support.paths import ROOT
from tests.support.people import Person
from tests.support.receivers import a_webhook
from tests.support.rows import change, count, write
from tests.support.running import a_run, work
from tests.support.trust import FULL, Section, found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import EmailMessage
    from io import StringIO
    from uuid import UUID

    from tests.support.api import Answer
    from tests.support.cloud import Cloud
    from tests.support.people import People

HIDDEN = "zqhidden"
"""What nobody but an admin may read of a candidate: name, address, employers, descriptions."""
SHOWN = "zqshown"
"""What the employers of their matches may read: places and titles."""
POSTED = "zqposted"
"""An employer's jobs, company and address."""
CALLER = "zqcaller"
"""What tokens and headers say of who calls."""
INPUT = "zqinput"
"""What was sent and refused."""
ALL = (HIDDEN, SHOWN, POSTED, CALLER, INPUT)
WORDS = " ".join(ALL)
NOWHERE = "postgresql+pg8000://nobody@127.0.0.1:9/none"

PROFILE: dict[str, Any] = {
    "name": f"Ada {HIDDEN}",
    "email": f"ada@{HIDDEN}.example",
    "location": f"{SHOWN} Town",
    "specializations": ["Licensing"],
    "technicalDomains": ["Software"],
    "barAdmissions": [{"jurisdiction": "EPO", "status": "active"}],
    "workHistory": [
        {
            "employer": f"{HIDDEN} & Partner",
            "title": f"{SHOWN} associate",
            "startDate": "2010",
            "description": f"Of {HIDDEN}.",
        }
    ],
}
JOB: dict[str, Any] = {
    "title": f"Counsel {POSTED}",
    "description": f"About {POSTED}.",
    "preferredLocation": f"{POSTED} Town",
    "requiredTechnicalDomains": ["Software"],
}
# What PostgreSQL says of these quotes rows, keys and values.
REFUSALS = {
    "a value": f"SELECT '{WORDS}'::int",
    "a label": f"SELECT '{WORDS}'::user_role",
    "a document": f"SELECT '[{WORDS}]'::json",
    "a key": "INSERT INTO users (email, role) SELECT email, role FROM users",
    "a row without a value": "UPDATE profiles SET name = NULL",
    "a text that is too long": "UPDATE profiles SET name = repeat(name, 300)",
    "a row of nobody": (
        "INSERT INTO employer_profiles (user_id, company_name)"  # noqa: S608 - no text of others
        f" VALUES (gen_random_uuid(), '{WORDS}')"
    ),
    **{
        f"words of its own, with {state}": (
            f"DO $$ BEGIN RAISE '{WORDS}' USING ERRCODE = '{state}', DETAIL = '{WORDS}'; END $$"
        )
        for state in ("23503", "23505", "28000", "40001", "53300", "55P03", "P0001", "25006")
    },
}
FAILURES: list[str | Exception] = [
    *(REFUSALS.values() if FULL else [*REFUSALS.values()][::4]),
    LookupError(WORDS),
]


class Killed(BaseException):
    """Nothing that anybody catches."""


class Known(Person):
    """Somebody whose token says more about them."""

    @property
    def claims(self) -> dict[str, object]:
        more = {"email": f"me@{CALLER}.example", "name": f"Me {CALLER}", "phone_number": CALLER}
        return super().claims | more


class Watched(InProcess):
    """A client that keeps what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[Person | None, Answer]] = []
        self.raised: list[str] = []

    def request(
        self,
        method: str,
        path: str,
        *,
        by: Person | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        sent = {"user-agent": CALLER, "x-forwarded-for": CALLER, "cookie": CALLER}
        sent |= {"authorization": f"Bearer {CALLER}"}
        answer = super().request(method, path, by=by, headers=sent | dict(headers or {}), **options)
        self.heard.append((by, answer))
        return answer

    def call(self, operation: str, payload: dict[str, Any]) -> None:
        """Call a function that has no route, or not as its route would."""
        try:
            answer = invoke(operation, payload)
            # The user pool wants its own event back.
            self.raised.append("" if answer is payload else json.dumps(answer))
        except Exception as error:  # noqa: BLE001 - what Lambda would log and return
            self.raised.append("".join(traceback.format_exception(error)))


@pytest.fixture
def watched(database: str, cloud: Cloud) -> Watched:
    return Watched()


@pytest.fixture
def known(people: People) -> dict[str, Person | None]:
    """Everybody who asks: only an admin may read of candidates."""
    change(User, people.employer.id, email=f"jobs@{POSTED}.example")
    persons = {
        name: Known(person.id, person.role)
        for name, person in (
            ("admin", people.admin),
            ("owner", people.employer),
            ("rival", people.rival),
        )
    }
    return {**persons, "nobody": None}


@pytest.fixture
def place(written: object, watched: Watched, people: People, known: object, cloud: Cloud) -> Place:
    """A job that was matched with a candidate, and mailed about."""
    url = f"https://{POSTED}.example/{POSTED}"
    heard, _ = a_webhook(watched, people.employer, url, *(str(each) for each in EventType))
    profile = a_profile(watched, people, **PROFILE)
    job = an_open_job(watched, people.employer, **JOB)
    work(cloud)
    match = watched.get(f"/jobs/{job}/matches/{profile}", by=people.employer).json
    alias, run = Place.an_alias(watched, people, job), a_run(job)
    owner = people.employer
    return Place(job, profile, match["id"], str(owner.id), alias, run, heard)


@contextmanager
def refusing(why: str | BaseException, *, after: int = 0) -> Iterator[None]:
    """After some statements, each fails: as another one would, or by an error of Python's."""
    seen = 0

    def refuse(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> tuple[str, Any]:
        nonlocal seen
        seen += 1
        if seen <= after:
            return sql, values
        if isinstance(why, str):
            return why, ()
        raise why

    event.listen(engine(), "before_cursor_execute", refuse, retval=True)
    try:
        yield
    finally:
        event.remove(engine(), "before_cursor_execute", refuse)


def bad_input(api: Watched, people: People, place: Place, admin: Person | None) -> None:
    ids = {"jobId": place.job, "profileId": place.profile, "employerUserId": place.employer}
    ids |= {"runId": place.run, "webhookId": place.webhook}
    for route, body in bodies(people, place).items():
        method, path = route.split()
        wrong: list[Any] = [
            f"{{{INPUT}",
            f'{{"title": "{INPUT}", "title": "{INPUT}"}}',
            [INPUT],
            body | {"unknown": INPUT},
            *(
                replaced(body, pointer, value)
                for pointer in texts_in(body)
                for value in (
                    [INPUT],
                    {"a": INPUT},
                    INPUT * 3000,
                    f"{INPUT}\0",
                    f"{INPUT}@{INPUT}@",
                )
            ),
        ]
        for each in wrong:
            api.request(method, path.format(**ids), body=each, by=admin)
        headers = {"content-type": INPUT, "if-match": INPUT, "idempotency-key": INPUT * 99}
        for name, value in headers.items():
            api.request(method, path.format(**ids), body=body, by=admin, headers={name: value})
    for path, media_type in product(("/jobs/drafts", "/admin/profiles/drafts"), RESUMES):
        for document in (
            INPUT,
            f"%PDF-1.7 {INPUT}",
            f"PK\x03\x04{INPUT}",
            f"{INPUT}\0",
            f'"{INPUT}"',
        ):
            headers = {"content-type": media_type}
            api.request("POST", path, body=document.encode(), by=admin, headers=headers)
    for route in MATRIX:
        method, path = route.split()
        for name in parameters(route, "query"):
            api.request(method, f"{path.format(**ids)}?{name}={INPUT}", by=admin)


def payloads(place: Place) -> dict[str, list[dict[str, Any]]]:
    """For the functions without a route: their own samples, and what they can't read."""
    texts = [INPUT, json.dumps({"jobId": INPUT}), json.dumps({INPUT: INPUT})]
    messages = [
        *texts,
        json.dumps({"jobId": place.job}),
        json.dumps({"notificationId": str(uuid4())}),
    ]
    routed = {route.function.operation for _, route in routes()}
    samples = {name: [each] for name, each in events().items() if name not in routed}
    user = {"userId": str(uuid4()), "email": f"new@{INPUT}.example"}
    attributes = {"sub": str(uuid4()), "email": f"{INPUT}@x.example", "name": INPUT}
    samples["run_matching"].append(sqs_event(messages))
    samples["notify_employer"].append(sqs_event(messages))
    delivery = {"webhookId": place.webhook, "eventId": str(uuid4()), "claim": 1, "attempt": 1}
    wrong = {**delivery, "url": f"https://{INPUT}/", "headers": {}, "body": INPUT}
    messages += [json.dumps(each) for each in (delivery, wrong, {**delivery, "error": INPUT})]
    for name in ("dispatch_webhooks", "send_webhook", "note_webhook_result"):
        samples[name].append(sqs_event([*messages, json.dumps({"webhookId": place.webhook})]))
    to, sent_at = [f"jobs@{POSTED}.example", INPUT], "2026-01-05T12:00:00Z"
    reports = [
        mail_event("bounce", to, sent_at),
        mail_event("complaint", to, sent_at),
        mail_event("bounce", to, sent_at, bounceType=INPUT),
    ]
    samples["turn_mails_off"].append(sqs_event([*messages, *map(json.dumps, reports)]))
    samples["create_user"] += [
        {INPUT: INPUT},
        user | {"email": INPUT},
        user | {"role": INPUT},
        user | {"email": f"jobs@{POSTED}.example"},
        user | {"role": "employer", "email": f"jobs@{POSTED}.example", "companyName": INPUT},
        user | {"role": "candidate", "companyName": INPUT, "corporateDomains": [INPUT, 7]},
    ]
    confirmed = samples["confirm_user"][0] | {"request": {"userAttributes": attributes}}
    samples["confirm_user"].append(confirmed)
    samples["reindex_profiles"] += [{"limit": INPUT}, {INPUT: 1}, {"all": True}]
    samples["migrate_database"] += [{"contract": INPUT}]
    custom = {
        "RequestType": "Create",
        "ResponseURL": f"http://127.0.0.1:9/{INPUT}?signature={INPUT}",
        "StackId": "1",
        "RequestId": "1",
        "LogicalResourceId": "1",
    }
    samples["migrate_database"].append(custom)
    samples["create_database_roles"].append(custom)
    return samples


class NeverRaisedError(Exception):
    """Any error that a client of AWS knows."""


class Exceptions:
    def __getattr__(self, _: str) -> type[Exception]:
        return NeverRaisedError


class Refusing:
    """A client of AWS whose every call is refused with somebody's data."""

    exceptions = Exceptions()

    def __getattr__(self, name: str) -> Any:
        def refuse(**_: object) -> NoReturn:
            response: Any = {
                "Error": {"Code": "MessageRejected", "Message": f"Not verified: {WORDS}"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            raise ClientError(response, name)

        return refuse


def call_all(api: Watched, place: Place) -> None:
    for operation, each in payloads(place).items():
        for payload in each:
            api.call(operation, payload)


def use_all(api: Watched, place: Place, *persons: Person | None) -> None:
    for person in persons:
        for route in MATRIX:
            use(api, route, place, by=person)


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom_resource, "ATTEMPTS", 1)
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    monkeypatch.setenv("CREATE_USER_FUNCTION", "create-user")
    for name in ("DATABASE_CLUSTER_ARN", "DATABASE_MASTER_SECRET_ARN", "DATABASE_NAME"):
        monkeypatch.setenv(name, CALLER)


@pytest.fixture
def written(
    watched: Watched,
    known: Mapping[str, Person | None],
    cloud: Cloud,
    log: StringIO,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[str], str]:
    """Looks for canaries in all that was written and answered until now; gives the log."""

    def look(tried: str) -> str:
        printed = capsys.readouterr()
        lines = log.getvalue()
        for text in (lines, printed.out, printed.err, *watched.raised, *reasons()):
            assert canaries(text) == [], text[:1000]
        for person, answer in watched.heard:
            assert_is_for(person, answer, known)
        with connect() as connection:
            told = [*connection.scalars(select(WebhookEvent.data))]
        assert canaries(" ".join(told)) == [], "events say ids, scores and times"
        mails = cloud.mails()
        for mail in mails:
            assert str(mail["To"]) == f"jobs@{POSTED}.example"
            assert canaries(decoded(mail), HIDDEN, SHOWN, CALLER) == []
        found(
            Section.ACCESS,
            f"Canaries in profiles, jobs, users, tokens, input: {tried}",
            len(watched.heard) + len(watched.raised),
            f"none in {len(lines.splitlines())} log lines, the metrics, errors, answers to others"
            f" and {len(mails)} mails",
        )
        return lines

    return look


def test_what_goes_well_or_is_refused_tells_nobody(
    watched: Watched,
    people: People,
    place: Place,
    known: Mapping[str, Person | None],
    cloud: Cloud,
    written: Callable[[str], str],
) -> None:
    admin = known["admin"]
    a_foreign_profile()
    use_all(watched, place, None, known["rival"], known["owner"], admin)
    bad_input(watched, people, place, admin)
    call_all(watched, place)
    work(cloud)
    assert len(cloud.mails()) >= 1
    assert count(WebhookEvent) > 1
    lines = written("everybody asks for everything, and sends what can't be read")
    for message in ("Refused.", "The message could not be handled.", "The mail is sent."):
        assert message in lines


@pytest.mark.parametrize("after", range(4 if FULL else 2))
def test_a_database_that_quotes_rows_tells_nobody(
    watched: Watched,
    place: Place,
    known: Mapping[str, Person | None],
    written: Callable[[str], str],
    after: int,
) -> None:
    for why in FAILURES:
        with refusing(why, after=after):
            use_all(watched, place, known["admin"], *([known["owner"]] if FULL else []))
            call_all(watched, place)
    lines = written(
        f"errors of the database, and ours, that quote them, from statement {after + 1}"
    )
    for message in ("Unexpected error.", "The write broke a constraint.", "The function failed."):
        assert message in lines


def test_a_run_and_a_mail_that_fail_tell_nobody(
    watched: Watched,
    people: People,
    place: Place,
    cloud: Cloud,
    written: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = sqs_event([json.dumps({"jobId": place.job})])
    for why in FAILURES:
        for after in range(1, 9, 1 if FULL else 3):
            change(Job, place.job, matching_status="pending")
            with refusing(why, after=after):
                watched.call("run_matching", message)
    a_profile(watched, people, specializations=["Licensing"], technicalDomains=["Software"])
    change(Job, place.job, matching_status="pending")
    watched.call("run_matching", message)
    (mail,) = cloud.notifications.take()
    with monkeypatch.context() as patch:
        patch.setattr(aws, "_client", lambda *_, **__: Refusing())
        watched.call("notify_employer", sqs_event([json.dumps({"notificationId": str(mail)})]))
    lines = written("runs that fail at each statement, and a mail that SES refuses")
    for words in ("The run failed.", "The mail was refused."):
        assert words in lines


def test_kills_and_services_that_are_away_tell_nobody(
    watched: Watched,
    place: Place,
    known: Mapping[str, Person | None],
    written: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for route in MATRIX:
        with refusing(Killed(WORDS)), suppress(Killed):
            use(watched, route, place, by=known["admin"])
    with monkeypatch.context() as patch:
        patch.setattr(aws, "_client", lambda *_, **__: Refusing())
        use_all(watched, place, known["admin"])
        call_all(watched, place)
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", NOWHERE)
        patch.setenv("DATABASE_CONNECT_SECONDS", "0")
        use_all(watched, place, known["admin"])
        call_all(watched, place)
    lines = written("killed, without AWS, without the database")
    assert "The database is not available." in lines
    assert "The job was not queued; the schedule will find it." in lines


def test_the_log_of_postgresql_quotes_no_row(database: str) -> None:
    """With the settings that the database has in the cloud, every statement being slow."""
    template = read_yaml(ROOT / "templates" / "database.yaml")["Resources"]["ClusterParameters"]
    settings = dict(template["Properties"]["Parameters"])
    assert settings.pop("rds.force_ssl") == "1"
    settings["log_min_duration_statement"] = "0"
    address, name = f"ada@{HIDDEN}.example", f"Ada {HIDDEN}"
    add_user = insert(User).values(email=address, role=UserRole.CANDIDATE)
    failing = [
        add_user,
        insert(Profile).values(name=None, email=address, location=HIDDEN),
        insert(Profile).values(name=name * 99, email=address),
        insert(Profile).values(name=name, email=address, user_id=uuid4()),
    ]
    with connect() as connection:
        data = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        if not (log := data.with_name("postgres.log")).exists():
            pytest.skip("a server that DATABASE_URL names writes its log where it likes")
        for setting, value in settings.items():
            connection.exec_driver_sql(f"SET {setting} = '{value}'")
        before = len(log.read_bytes())
        connection.execute(add_user)
        connection.execute(select(User.id).where(User.email == address)).one()
        for statement in failing:
            with pytest.raises(DBAPIError):
                connection.execute(statement)
        said = log.read_bytes()[before:].decode()
    engine().dispose()
    assert said.count("ERROR:") == len(failing)
    assert "duration:" in said
    assert canaries(said) == []
    what = "PostgreSQL's own log, with every statement slow and rows that break constraints"
    found(Section.ACCESS, what, len(failing) + 2, "no parameter, no key, no row")


BACKWARDS = {"employer": HIDDEN, "title": "B", "startDate": "2010", "endDate": "2009"}


def a_foreign_profile() -> None:
    """One that the platform has written, and that can't be indexed."""
    values = {"name": f"Bo {HIDDEN}", "status": "active", "work_history": [BACKWARDS]}
    write(insert(Profile).values(**values))


def canaries(text: str, *which: str) -> list[str]:
    return [each for each in which or ALL if each in text.lower()]


def reasons() -> list[str]:
    """What is kept of failures, to be shown to admins."""
    with connect() as connection:
        kept = [*connection.scalars(select(Job.last_error))]
        kept += connection.scalars(select(MatchingRun.error))
    return [each for each in kept if each]


def assert_is_for(
    person: Person | None, answer: Answer, known: Mapping[str, Person | None]
) -> None:
    said = f"{answer.text} {dict(answer.headers)}"
    forbidden: tuple[str, ...] = ALL
    if answer.status >= 400:
        pass
    elif person is None or person.id == ids(known, "rival"):
        forbidden = (HIDDEN, SHOWN, POSTED, CALLER)
    elif person.id == ids(known, "owner"):
        forbidden = (HIDDEN, CALLER)
    else:
        forbidden = (CALLER,)
    assert canaries(said, *forbidden) == [], (answer.status, said[:500])


def ids(known: Mapping[str, Person | None], name: str) -> UUID:
    person = known[name]
    assert person is not None
    return person.id


def decoded(mail: EmailMessage) -> str:
    parts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
    return " ".join([*parts, *map(str, mail.values())])
