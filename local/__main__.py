"""The command line: what runs on one machine, and what operators do here or elsewhere."""

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from local.accounts import ADMIN, ensure_user, use_database
from local.errors import LocalError
from local.locks import FolderLock


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            from local.runtime import run  # noqa: PLC0415 - `token` needs none of it

            run(options.port, options.state, fresh=options.fresh)
        elif options.command == "token":
            print(_token(options))
        else:
            _operate(options)
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass  # before there was anything to stop
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="jobmatch on one machine")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run everything until Ctrl-C")
    run.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
    fresh = os.environ.get("FRESH", "") not in {"", "0"}
    run.add_argument("--fresh", action="store_true", default=fresh, help="start empty")
    token = commands.add_parser("token", help="print a bearer token; works while `run` is up")
    token.add_argument("--role", choices=["admin", "employer"], required=True)
    token.add_argument("--company", help="the employer's company, required for an employer")
    token.add_argument("--email", help="the user's address; by default made from the company")
    token.add_argument("--domains", default="", help="the company's mail domains, with commas")
    for command in (run, token, *_operations(commands)):
        command.add_argument(
            "--state", type=Path, default=Path(".local"), help="the state's folder"
        )
    return parser


def _operations(commands: Any) -> list[argparse.ArgumentParser]:
    """What operators do: with what `run` runs, or with the API and an admin's token of theirs."""
    profiles = commands.add_parser("import", help="import profiles from a file of JSON Lines")
    profiles.add_argument("file", type=Path)
    due = commands.add_parser("due", help="list the jobs that are due for matching")
    match = commands.add_parser("match", help="match a job now, and wait for the result")
    match.add_argument("--seconds", type=float, default=120, help="how long to wait")
    ranking = commands.add_parser("ranking", help="show a job's best matches")
    ranking.add_argument("--limit", type=int, default=20, help="how many")
    explain = commands.add_parser("explain", help="why a candidate is or is not among the matches")
    verify = commands.add_parser("verify", help="verify the decision log")
    verify.add_argument("--kept", type=Path, help="file of last hashes: compared, then rewritten")
    audit = commands.add_parser("audit", help="count what became of the candidates")
    audit.add_argument("--from", dest="first", help="first day, in UTC")
    audit.add_argument("--to", dest="last", help="last day, in UTC")
    audit.add_argument("--groups", type=Path, help="CSV file with the heading profileId,group")
    audit.add_argument("--csv", type=Path, help="file to write, with all jobs")
    for command in (match, ranking, explain):
        command.add_argument("job", type=UUID)
    explain.add_argument("profile", type=UUID)
    operations = [profiles, due, match, ranking, explain, verify, audit]
    for command in operations:
        command.add_argument(
            "--url",
            default=os.environ.get("JOBMATCH_URL"),
            help="the API's address (JOBMATCH_URL), with an admin's token in JOBMATCH_TOKEN;"
            " by default what runs here",
        )
    return operations


def _operate(options: argparse.Namespace) -> None:
    from rich.console import Console  # noqa: PLC0415 - `run` and `token` need none of it

    from local.client import Api  # noqa: PLC0415
    from local.commands import Operator  # noqa: PLC0415

    url, token = _place(options)
    operator = Operator(Api(url), token, Console())
    match options.command:
        case "import":
            operator.import_profiles(options.file)
        case "due":
            operator.due()
        case "match":
            operator.match(str(options.job), patience=options.seconds)
        case "ranking":
            operator.ranking(str(options.job), limit=options.limit)
        case "explain":
            operator.explain(str(options.job), str(options.profile))
        case "verify":
            operator.verify(options.kept)
        case "audit":
            days = {"from": options.first, "to": options.last}
            operator.audit(days, options.groups, options.csv)


def _place(options: argparse.Namespace) -> tuple[str, str]:
    """The API's address, and a token for it."""
    if options.url:
        token = os.environ.get("JOBMATCH_TOKEN")
        if not token:
            raise LocalError("set JOBMATCH_TOKEN to an admin's token for this address")
        return options.url, token
    admin = argparse.Namespace(
        state=options.state, role="admin", company=None, email=None, domains=""
    )
    token = _token(admin)
    port = json.loads((options.state / "runtime.json").read_text())["port"]
    return f"http://127.0.0.1:{port}", token


def _token(options: argparse.Namespace) -> str:
    running = options.state / "runtime.json"
    if not FolderLock(options.state).held() or not running.exists():
        raise LocalError("jobmatch is not running here; start it first: make run")
    company = (options.company or "").strip() if options.role == "employer" else None
    if company == "":
        raise LocalError('an employer needs a company: make -s token ROLE=employer COMPANY="…"')
    from local.issuer import Issuer  # noqa: PLC0415 - only now is it needed

    use_database(json.loads(running.read_text())["databaseUrl"])
    slug = "-".join(re.findall(r"[a-z0-9]+", (company or "").lower())) or "company"
    email = options.email or (f"hiring@{slug}.example" if company else ADMIN)
    domains = [part.strip() for part in options.domains.split(",") if part.strip()]
    user = ensure_user(email, options.role, company, domains)
    return Issuer(options.state / "issuer.pem").issue(user, [options.role])


if __name__ == "__main__":
    sys.exit(main())
