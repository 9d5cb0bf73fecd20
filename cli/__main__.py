"""The operators' command line, for the API on this machine or a deployed one."""

import argparse
import os
import sys
from pathlib import Path
from uuid import UUID

from rich.console import Console

from cli.anchors import read_anchors
from cli.chains import RETENTION
from cli.client import Api
from cli.commands import LISTS, Operator
from cli.errors import CommandError
from local.errors import LocalError
from local.running import Running


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        url, token = _place(options)
        _operate(Operator(Api(url), token, Console()), options)
    except (CommandError, LocalError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cli", description="operate jobmatch")
    commands = parser.add_subparsers(dest="command", required=True)
    profiles = commands.add_parser("import", help="import profiles from a file of JSON Lines")
    profiles.add_argument("file", type=Path)
    commands.add_parser("due", help="list the jobs that are due for matching")
    match = commands.add_parser("match", help="match a job now, and wait for the result")
    match.add_argument("--seconds", type=float, default=120, help="how long to wait")
    ranking = commands.add_parser("ranking", help="show a job's best matches")
    ranking.add_argument("--limit", type=int, default=20, help="how many")
    explain = commands.add_parser("explain", help="explain why a candidate is or is not a match")
    verify = commands.add_parser("verify", help="verify the decision log")
    verify.add_argument(
        "--saved",
        "--kept",  # its former name
        type=Path,
        metavar="FILE",
        help="file with the hashes of the last verification: compared, then replaced",
    )
    verify.add_argument(
        "--anchors",
        metavar="PLACE",
        help="folder, or s3://BUCKET, with heads that were signed: the log must continue them",
    )
    verify.add_argument(
        "--anchor-key",
        type=Path,
        metavar="FILE",
        help="the public key that the anchors are signed with; by default the one in them",
    )
    verify.add_argument(
        "--retention-days",
        type=int,
        default=RETENTION.days,
        help="DecisionRetentionDays, or its smallest value so far; 0 is never",
    )
    audit = commands.add_parser(
        "audit", help="count the candidates who passed and were shortlisted"
    )
    audit.add_argument("--from", dest="first", help="first day, in UTC")
    audit.add_argument("--to", dest="last", help="last day, in UTC")
    audit.add_argument("--groups", type=Path, help="CSV file with the heading profileId,group")
    audit.add_argument("--csv", type=Path, help="file to write, with all jobs")
    unknown = commands.add_parser("unknown", help="list the values in use that are not known")
    unknown.add_argument("--list", choices=LISTS, help="only of this list")
    unknown.add_argument("--limit", type=int, default=50, help="how many, at most 100")
    commands.add_parser("aliases", help="list the aliases that operators have made")
    alias = commands.add_parser("alias", help="make a value an alias of a known term")
    alias.add_argument("list", choices=LISTS)
    alias.add_argument("value", help="the value, as people write it")
    alias.add_argument("term", help="the known term that it means")
    unalias = commands.add_parser("unalias", help="end an alias that an operator has made")
    unalias.add_argument("alias", type=UUID, help="its id, which `aliases` shows")
    for command in (match, ranking, explain):
        command.add_argument("job", type=UUID)
    explain.add_argument("profile", type=UUID)
    for command in commands.choices.values():
        command.add_argument(
            "--url",
            default=os.environ.get("JOBMATCH_URL"),
            help="the API's address (JOBMATCH_URL), with an admin's token in JOBMATCH_TOKEN;"
            " by default the API on this machine",
        )
        command.add_argument(
            "--state",
            type=Path,
            default=Path(".local"),
            help="folder of the runtime on this machine",
        )
    return parser


def _operate(operator: Operator, options: argparse.Namespace) -> None:
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
            anchors = read_anchors(options.anchors, options.anchor_key) if options.anchors else None
            operator.verify(options.saved, anchors, retention_days=options.retention_days)
        case "audit":
            days = {"from": options.first, "to": options.last}
            operator.audit(days, options.groups, options.csv)
        case _:
            _operate_vocabulary(operator, options)


def _operate_vocabulary(operator: Operator, options: argparse.Namespace) -> None:
    match options.command:
        case "unknown":
            operator.unknown(options.list, limit=options.limit)
        case "aliases":
            operator.aliases()
        case "alias":
            operator.alias(options.list, options.value, options.term)
        case "unalias":
            operator.unalias(str(options.alias))


def _place(options: argparse.Namespace) -> tuple[str, str]:
    """The API's address, and an admin's token for it."""
    if not options.url:
        running = Running.find(options.state)
        return f"http://127.0.0.1:{running.port}", running.token("admin", None, None, [])
    token = os.environ.get("JOBMATCH_TOKEN")
    if not token:
        raise CommandError("set JOBMATCH_TOKEN to an admin's token for this address")
    return options.url, token


if __name__ == "__main__":
    sys.exit(main())
