"""The start of everything in the right order, and its end."""

import errno
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from local.accounts import ROOT, given_database, use_database
from local.anchors import ANCHORS, LocalAnchors
from local.aws import LocalAws, client_environment
from local.console import Console
from local.cors import Cors, origins
from local.ending import Ending
from local.environments import Environments
from local.errors import LocalError
from local.extra_routes import ExtraRoutes
from local.first_data import FirstData
from local.gateway import Gateway
from local.guide import guide, guide_with_sample
from local.issuer import AUDIENCE, ISSUER, Issuer
from local.locks import FolderLock
from local.migrate import migrate
from local.page import START, Page, deployed_headers
from local.postgres import EmbeddedPostgres, free_port
from local.queues import Poller
from local.recovery import Left, clear
from local.running import Running
from local.sample import Requests
from local.schedules import Schedules
from local.server import Request, Respond, Response, Server
from local.sign_in import SignIn
from local.template import Template

# Settings of the connection to a database in the cloud; here the address has them all.
DATABASE_ACCESS = (
    "DATABASE_USER",
    "DATABASE_SECRET_ARN",
    "DATABASE_AUTHENTICATION",
    "DATABASE_TLS",
    "DATABASE_CA",
)

# The scorer is chosen as for a deployment. A model is a real one: nothing here simulates it.
PARAMETERS = {
    "MATCH_SCORER": "MatchScorer",
    "MATCH_MODEL_ID": "MatchModelId",
}
MODEL_ACCESS = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_BEARER_TOKEN_BEDROCK")

TURN_SECONDS = 0.0005
"""How long one thread of this process may run while others wait.

The API's clients and the simulated AWS share this process. With Python's 5 ms and 32 clients a
queue takes two to three times as long to answer, sometimes longer than the functions wait for it.
"""


def run(
    port: int, state: Path, ending: Ending, *, fresh: bool = False, sample: bool | None = None
) -> None:
    """Run the system until its end is asked for.

    Args:
        port: of the HTTP API; 0 takes any that is free.
        state: the folder in which everything is stored between runs.
        ending: says when to end.
        fresh: delete first what earlier runs have stored.
        sample: whether to load the sample data; by default into a database of our own only.
    """
    sys.setswitchinterval(TURN_SECONDS)
    with ExitStack() as stack:
        console = Console()
        console.say(_start(stack, console, port, state, fresh=fresh, sample=sample))
        ending.wait()
        console.end()


def _start(
    stack: ExitStack, console: Console, port: int, state: Path, *, fresh: bool, sample: bool | None
) -> str:
    """Start everything, in parallel where it takes long; `stack` ends it. Returns the guide."""
    given = given_database()
    server = stack.enter_context(_server(port))
    lock = FolderLock(state)
    lock.acquire()
    stack.callback(lock.release)
    if fresh:
        kept = "; the database of DATABASE_URL stays as it is" if given else ""
        console.say(f"FRESH=1: deleting what earlier runs have stored in {state}{kept}.")
        clear(state)
    first = FirstData(state, own=not given, sample=sample)
    left = Left.by_last_run(state, loads=first.loads() and not given)
    own = None if given else EmbeddedPostgres(state / "postgres")
    if own:
        own.start()
        stack.callback(own.stop)
    url = own.url() if own else str(given)
    use_database(url)
    aws_port = free_port()
    page = Page(ROOT / "console" / "dist", deployed_headers(ROOT / "templates" / "console.yaml"))
    template = Template(
        ROOT / "template.yaml",
        {
            "TokenIssuer": ISSUER,
            "TokenAudience": AUDIENCE,
            "ConsoleUrl": f"http://127.0.0.1:{server.server_port}/console"
            if page.is_built()
            else "",
            "CorsOrigins": origins(server.server_port, os.environ.get("CORS_ORIGINS")),
            **_given(PARAMETERS),
        },
        endpoint=f"http://127.0.0.1:{aws_port}",
        environment={
            "DATABASE_URL": url,
            "API_URL": f"http://127.0.0.1:{server.server_port}",
            # A receiver stands on this machine, too.
            "WEBHOOKS_TO_ANYWHERE": "on",
            **dict.fromkeys(DATABASE_ACCESS, ""),
        },
    )
    aws = LocalAws(aws_port, state / "mails.jsonl")
    stack.callback(aws.stop)
    environments = Environments(
        template.functions.values(),
        {
            **client_environment(f"http://127.0.0.1:{aws_port}"),
            **_given({name: name for name in MODEL_ACCESS}),
            # Nothing reads metrics here, and the log has a line with the same numbers.
            "POWERTOOLS_METRICS_DISABLED": "true",
        },
        state / "logs" / "functions.log",
        tell=console.event,
    )
    pollers = _pollers(
        template, aws, environments, LocalAnchors(state / "anchors.pem", state / ANCHORS), console
    )
    for poller in pollers:
        stack.callback(poller.join)
    stack.callback(environments.stop)
    environments.start()
    issuer = Issuer(state / "issuer.pem")
    migrate(own, state)
    if text := left.taken_up(alone=own is not None):
        console.say(text)
    aws.start(template.queues, template.senders(), template.queue_of("turn_mails_off"))
    environments.ready()
    invoke = console.calls(environments.invoke)
    schedules = Schedules(template.schedules, invoke)
    extra_routes = ExtraRoutes(
        ROOT,
        aws,
        schedules,
        template.queues,
        template.functions.values(),
        environments.invoke,
        first.example_ids,
    )
    others = _first(page, SignIn(issuer, server.server_port), extra_routes)
    gateway = Gateway(template.routes, issuer, invoke, Cors(template.cors()), others)
    _serve(stack, server, console.watch(gateway))
    for poller in pollers:
        poller.start()
        stack.callback(poller.stop)
    published = Running(state, server.server_port, url, aws_port).publish()
    stack.callback(published.unlink, missing_ok=True)
    if text := first.announcement(goes_on=left.loads):
        console.say(text)
    known = first.load(Requests(gateway), issuer, schedules, console.say, goes_on=left.loads)
    console.begin(template.routes, extra_routes.words() | page.words())
    schedules.start()
    stack.callback(schedules.stop)
    return _guide(issuer, known, server.server_port, state / "logs", page)


def _serve(stack: ExitStack, server: Server, respond: Respond) -> None:
    server.respond = respond
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    stack.callback(server.shutdown)


def _pollers(
    template: Template,
    aws: LocalAws,
    environments: Environments,
    anchors: LocalAnchors,
    console: Console,
) -> list[Poller]:
    """Who hands the messages of each queue to its function, or to what stands for it here."""
    stand_ins = {"sign_heads": anchors.invoke}
    return [
        Poller(
            source,
            aws,
            console.calls(stand_ins.get(source.function.operation, environments.invoke)),
        )
        for source in template.sources
    ]


def _guide(issuer: Issuer, known: dict[str, str], port: int, logs: Path, page: Page) -> str:
    start = START if page.is_built() else ""
    if not known:
        return guide(port, logs, start)
    return guide_with_sample(
        port,
        logs,
        start,
        admin=issuer.issue(known["admin"], ["admin"]),
        employer=issuer.issue(known["employer"], ["employer"]),
        employer_id=known["employer"],
        job_id=known.get("job"),
    )


def _first(
    *answers: Callable[[Request], Response | None],
) -> Callable[[Request], Response | None]:
    """What the first of these answers that does answer."""

    def answer(request: Request) -> Response | None:
        return next((response for each in answers if (response := each(request))), None)

    return answer


def _server(port: int) -> Server:
    try:
        return Server(port)
    except OSError as error:
        problem = "is not free" if error.errno == errno.EADDRINUSE else "can't be used"
        message = f"port {port} {problem} ({error.strerror}); choose another: make run PORT=8001"
        raise LocalError(message) from error


def _given(names: dict[str, str]) -> dict[str, str]:
    """The variables among `names` that `make run` was given, under their new names."""
    return {new: os.environ[name] for name, new in names.items() if os.environ.get(name)}
