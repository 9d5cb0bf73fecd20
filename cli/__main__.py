"""The operators' command line, for the system on this machine or a deployed one."""

import argparse
import sys

from rich.console import Console

from cli import logs, operations, transfers
from cli.agents import serve_agent
from cli.anchors import read_anchors
from cli.boards import import_jobs
from cli.client import RefusedError
from cli.commands import Operator
from cli.errors import DONE, INTERRUPTED, CommandError
from cli.imports import import_profiles
from cli.options import BOARDS, parse
from cli.place import Place


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = parse(arguments)
    place = Place(options)
    try:
        _operate(place, options)
    except CommandError as error:
        print(f"error: {error}{_reason(place, error)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _reason(place: Place, error: CommandError) -> str:
    """What the log says about a request that the system failed to answer."""
    if not (isinstance(error, RefusedError) and error.is_our_fault and error.request_id):
        return ""
    try:
        failure = logs.last_failure(place.log, error.request_id) if place.has_queues else None
    except CommandError:
        failure = None
    return f"\n  {failure}" if failure else f" (see: jobmatch logs {error.request_id})"


def _operate(place: Place, options: argparse.Namespace) -> None:
    terminal = Console()
    match options.command:
        case "why":
            operations.why(place, str(options.job), terminal)
        case "dead":
            letter = str(options.letter) if options.letter else None
            operations.dead(place, options.action, letter, terminal, every=options.all)
        case "logs":
            operations.show_logs(
                place,
                options.file,
                options.id,
                level=options.level,
                limit=options.limit,
                hours=options.hours,
            )
        case "reindex":
            operations.reindex(place, terminal, every=options.all)
        case "mcp":
            serve_agent(place.address, place.agents_token, sys.stdin.buffer, sys.stdout)
        case "purge":
            operations.purge(place, terminal)
        case "export":
            transfers.export_employer(
                place, options.employer, options.file, terminal, complete=options.complete
            )
        case "import":
            _import(place, options, terminal)
        case _:
            _use_api(Operator(place.api, place.token, terminal), options)


def _import(place: Place, options: argparse.Namespace, terminal: Console) -> None:
    match options.form:
        case form if form in BOARDS:
            employer = str(options.employer)
            import_jobs(
                place.api,
                place.token,
                options.file,
                terminal,
                board=form,
                employer=employer,
                each=options.each,
            )
        case "employer":
            skip_unknown = options.skip_unknown_candidates
            transfers.import_employer(place, options.file, terminal, skip_unknown=skip_unknown)
        case _:
            import_profiles(
                place.api,
                place.token,
                options.file,
                terminal,
                each=options.each,
                resumes=options.resumes,
            )


def _use_api(operator: Operator, options: argparse.Namespace) -> None:
    match options.command:
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


if __name__ == "__main__":
    sys.exit(main())
