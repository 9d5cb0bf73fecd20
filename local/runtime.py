"""The start of everything in the right order, and its end."""

import json
import os
import shutil
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from local.accounts import ADMIN, ROOT, ensure_user, use_database
from local.anchors import ANCHORS, LocalAnchors
from local.aws import LocalAws, client_environment
from local.cors import Cors
from local.environments import Environments
from local.errors import LocalError
from local.extra_routes import ExtraRoutes
from local.files import write
from local.gateway import Gateway
from local.guide import guide
from local.issuer import AUDIENCE, ISSUER, Issuer
from local.locks import FolderLock
from local.migrate import migrate
from local.postgres import EmbeddedPostgres, driver_url, free_port
from local.queues import Poller
from local.running import PUBLISHED, Running
from local.sample import Requests, first_employer, load
from local.schedules import Schedules
from local.server import Server
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
    "CORS_ORIGINS": "CorsOrigins",
}
MODEL_ACCESS = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_BEARER_TOKEN_BEDROCK")

TURN_SECONDS = 0.0005
"""How long one thread of this process may run while others wait.

The API's clients and the simulated AWS share this process. With Python's 5 ms and 32 clients a
queue takes two to three times as long to answer, sometimes longer than the functions wait for it.
"""


def run(port: int, state: Path, *, fresh: bool = False) -> None:
    """Run the system until Ctrl-C or SIGTERM.

    Args:
        port: of the HTTP API.
        state: the folder in which everything is stored between runs.
        fresh: start empty.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    sys.setswitchinterval(TURN_SECONDS)
    with ExitStack() as stack:
        try:
            print(_start(stack, port, state, fresh=fresh), flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            pass
        finally:
            # A second Ctrl-C during the shutdown must not leave half of it running.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)


def _start(stack: ExitStack, port: int, state: Path, *, fresh: bool) -> str:
    """Start everything, in parallel where it takes long; `stack` ends it. Returns the guide."""
    try:
        server = stack.enter_context(Server(port))
    except OSError as error:
        message = f"port {port} is not free ({error.strerror}); choose another: make run PORT=8001"
        raise LocalError(message) from error
    lock = FolderLock(state)
    lock.acquire()
    stack.callback(lock.release)
    if fresh:
        _clear(state)
    own = None
    url = driver_url(os.environ.get("DATABASE_URL", ""))
    if not url:
        own = EmbeddedPostgres(state / "postgres")
        own.start()
        stack.callback(own.stop)
        url = own.url()
    elif fresh:
        print("FRESH does not touch the database of DATABASE_URL.", flush=True)
    use_database(url)
    aws_port = free_port()
    template = Template(
        ROOT / "template.yaml",
        {"TokenIssuer": ISSUER, "TokenAudience": AUDIENCE, **_given(PARAMETERS)},
        endpoint=f"http://127.0.0.1:{aws_port}",
        environment={"DATABASE_URL": url, **dict.fromkeys(DATABASE_ACCESS, "")},
    )
    environments = Environments(
        template.functions.values(),
        {
            **client_environment(f"http://127.0.0.1:{aws_port}"),
            **_given({name: name for name in MODEL_ACCESS}),
            # Nothing reads metrics here, and the log has a line with the same numbers.
            "POWERTOOLS_METRICS_DISABLED": "true",
        },
        state / "logs" / "functions.log",
    )
    stack.callback(environments.stop)
    environments.start()
    issuer = Issuer(state / "issuer.pem")
    migrate(own, state)
    aws = LocalAws(aws_port)
    stack.callback(aws.stop)
    aws.start(template.queues, template.senders())
    environments.ready()
    schedules = Schedules(template.schedules, environments.invoke)
    extra_routes = ExtraRoutes(
        ROOT, aws, schedules, template.queues, template.functions.values(), environments.invoke
    )
    gateway = Gateway(
        template.routes, issuer, environments.invoke, Cors(template.cors()), extra_routes
    )
    server.respond = gateway
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    stack.callback(server.shutdown)
    anchors = LocalAnchors(state / "anchors.pem", state / ANCHORS)
    for source in template.sources:
        signs = source.function.operation == "sign_heads"
        poller = Poller(source, aws, anchors.invoke if signs else environments.invoke)
        poller.start()
        stack.callback(poller.stop)
    published = Running(state, port, url).publish()
    stack.callback(published.unlink, missing_ok=True)
    known = _first_data(state, Requests(gateway), issuer, schedules, own=own is not None)
    schedules.start()
    stack.callback(schedules.stop)
    return guide(
        port=port,
        admin=issuer.issue(known["admin"], ["admin"]),
        employer=issuer.issue(known["employer"], ["employer"]),
        employer_id=known["employer"],
        job_id=known.get("job"),
        logs=state / "logs",
    )


def _given(names: dict[str, str]) -> dict[str, str]:
    """The variables among `names` that `make run` was given, under their new names."""
    return {new: os.environ[name] for name, new in names.items() if os.environ.get(name)}


def _clear(state: Path) -> None:
    """Delete what the runtime has written into the folder, and nothing else."""
    # The server of a runtime that was just killed may still be writing.
    lock = FolderLock(state / "postgres")
    lock.acquire()
    lock.release()
    for name in ("postgres", "logs", ANCHORS):
        shutil.rmtree(state / name, ignore_errors=True)
    for name in ("issuer.pem", "anchors.pem", PUBLISHED, "sample.json", "schema.json"):
        (state / name).unlink(missing_ok=True)


def _first_data(
    state: Path, api: Requests, issuer: Issuer, schedules: Schedules, *, own: bool
) -> dict[str, str]:
    """The ids that the guide names. On the first start the sample data is loaded before.

    Into a database of the user's own it is loaded only when there is no job yet.
    """
    marker = state / "sample.json"
    if own and marker.exists():
        known: dict[str, str] = json.loads(marker.read_text())
        return known
    employer = first_employer()
    email, company, domains = (
        employer[key] for key in ("email", "companyName", "corporateDomains")
    )
    known = {
        "admin": str(ensure_user(ADMIN, "admin")),
        "employer": str(ensure_user(email, "employer", company, domains)),
    }
    admin = issuer.issue(known["admin"], ["admin"])
    try:
        if own or not api.call("GET", "/admin/jobs?limit=1", admin)["items"]:
            print("First start: loading the sample data and matching it.", flush=True)
            load(api, issuer, lambda: [schedules.fire(name) for name in schedules.names()])
        jobs = api.call("GET", f"/employers/{known['employer']}/jobs?limit=100", admin)["items"]
        matched = [job["id"] for job in jobs if job["matchCount"]]
        known |= {"job": matched[0]} if matched else {}
        write(marker, json.dumps(known))
    except LocalError as error:
        print(f"The sample data is not complete: {error}", file=sys.stderr, flush=True)
    return known
